import { EXTENSION_ID } from './paths.mjs';

/** Polls until `ask` answers something truthy, and gives that. */
export async function until(what, ask, timeout = 10_000) {
  for (const end = Date.now() + timeout; Date.now() < end; await new Promise((done) => setTimeout(done, 100))) {
    const answer = await ask();
    if (answer) return answer;
  }
  throw new Error(`timed out waiting for ${what}`);
}

/** VS Code's workbench in a page, by what a person sees of it. */
export class Workbench {
  constructor(page) {
    this.page = page;
  }

  async open(url, folder) {
    await this.page.goto(`${url}?folder=${encodeURIComponent(folder)}`, { waitUntil: 'domcontentloaded' });
    await this.page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
  }

  /** A status bar item of the extension, by the id it was created with: the surest sign that the extension is active. */
  statusItem(id) {
    return this.page.locator(`[id="${EXTENSION_ID}.${id}"]`);
  }

  /** The input of the palette, of an input box, a quick pick or a file dialog: VS Code has one for all. */
  get quickInput() {
    return this.page.locator('.quick-input-widget:visible input:not([type="checkbox"])');
  }

  quickRow(text) {
    return this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first();
  }

  /**
   * Fills the quick input, whose text holds `waitFor`, once it takes text. False when it closes instead: an editor that
   * takes the focus back late does that.
   */
  async fillQuickInput(text, waitFor = '') {
    const timeout = 3000;
    try {
      await this.page.locator('.quick-input-widget:visible').filter({ hasText: waitFor }).waitFor({ timeout });
      await this.quickInput.fill(text, { timeout });
      await this.page.waitForTimeout(300); // a file dialog resolves the path first, and shows nothing when it has
      return (await this.quickInput.inputValue({ timeout })) === text;
    } catch {
      return false;
    }
  }

  /** Answers VS Code's own file dialog, which comes a moment after what asked for it and proposes a path, with another. */
  async saveAs(path) {
    const proposed = () => this.quickInput.inputValue({ timeout: 3000 }).catch(() => '');
    await until('a file dialog that proposes a path', async () => (await proposed()).startsWith('/'), 30_000);
    await until(`the path ${path} in the file dialog`, () => this.fillQuickInput(path), 30_000);
    await this.page.keyboard.press('Enter');
  }

  /**
   * Opens the palette with `text` typed and gives the row that holds it. The palette lists what was there when it opened,
   * so it is opened again while the commands of the extension are still to come.
   */
  async palette(text) {
    return until(
      `'${text}' in the palette`,
      async () => {
        await this.page.keyboard.press('F1');
        if (!(await this.fillQuickInput(`>${text}`))) return false;
        const row = this.quickRow(text);
        const found = await row.waitFor({ timeout: 2000 }).then(
          () => true,
          () => false,
        );
        if (!found) await this.page.keyboard.press('Escape');
        return found && row;
      },
      60_000,
    );
  }

  /** Runs a command by its title in the palette, `Category: Title`. */
  async command(title) {
    await this.palette(title);
    this.lastCommand = title;
    await this.page.keyboard.press('Enter');
  }

  /** Opens a file of the workspace by its name. */
  async quickOpen(file) {
    await this.page.keyboard.press('Control+P');
    await this.quickInput.waitFor();
    await this.quickInput.fill(file);
    await this.quickRow(file).waitFor();
    await this.page.keyboard.press('Enter');
  }

  /**
   * Types into an input box or a file dialog, whose text holds `waitFor`, and confirms. The command before is run again
   * when its input has closed.
   */
  async answer(text, { waitFor } = {}) {
    await until(
      `an input for '${text}'`,
      async () => {
        const filled = await this.fillQuickInput(text, waitFor);
        if (!filled) await this.command(this.lastCommand);
        return filled;
      },
      30_000,
    );
    await this.page.keyboard.press('Enter');
  }

  /** Chooses a colour theme by its name. */
  async theme(name) {
    await this.page.keyboard.press('Control+K');
    await this.page.keyboard.press('Control+T');
    await this.quickInput.waitFor();
    await this.answer(name);
    await this.page.waitForTimeout(700); // the workbench fades
  }

  /** `item` as a regular expression from the start: a menu item's name ends with its key binding. */
  async contextMenu(target, item) {
    await target.click({ button: 'right' });
    const entry = this.page.getByRole('menuitem', { name: item });
    await entry.waitFor();
    await this.page.waitForTimeout(300); // a menu swallows clicks just after it opens
    await entry.click();
    await entry.waitFor({ state: 'hidden' });
  }

  toast(text) {
    return this.page.locator('.notification-list-item').filter({ hasText: text });
  }

  treeItem(name) {
    return this.page.getByRole('treeitem', { name });
  }

  /**
   * Opens a file of the explorer by double click. The list may still move under the mouse while the workspace is read, so
   * that another row is hit: then it is tried again.
   */
  async doubleClickFile(name) {
    const tab = this.page.locator('.tabs-container .tab').filter({ hasText: name });
    for (let attempt = 1; ; attempt++) {
      await this.treeItem(new RegExp(name.replaceAll('.', '\\.'))).dblclick();
      const opened = await tab.waitFor({ timeout: 5000 }).then(
        () => true,
        () => false,
      );
      if (opened) return;
      if (attempt === 3) throw new Error(`${name} does not open`);
      await this.command('View: Close All Editors');
    }
  }

  /** The innermost frame of the extension's webview that is in front and holds `marker`, a selector. */
  async webview(marker, timeout = 20_000) {
    const ours = (frame) => frame.parentFrame()?.url().includes(`extensionId=${EXTENSION_ID}`);
    const inFront = async (frame) => {
      const element = await frame.parentFrame().frameElement();
      return element.isVisible();
    };
    const holds = async (frame) =>
      ours(frame) &&
      (await inFront(frame).catch(() => false)) &&
      (await frame
        .locator(marker)
        .count()
        .catch(() => 0)) > 0;
    return until(
      `a webview that holds ${marker}`,
      async () => {
        for (const frame of this.page.frames()) if (await holds(frame)) return frame;
        return undefined;
      },
      timeout,
    );
  }
}
