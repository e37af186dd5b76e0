// The capture editor in a real VS Code: opened, filtered, looked into, zoomed, scrolled and themed as a person would.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { session } from './harness/session.mjs';
import { until } from './harness/workbench.mjs';

const CAPTURE = 'backup-three-way.pcap';

/** A classic pcap file with one UDP packet: a capture without NDMP. */
function captureWithoutNdmp() {
  const packet = Buffer.from('4500001d000100004011000001020304050607080035003500090000ff', 'hex');
  const file = Buffer.alloc(24 + 16);
  file.writeUInt32LE(0xa1b2c3d4, 0);
  file.writeUInt16LE(2, 4);
  file.writeUInt16LE(4, 6);
  file.writeUInt32LE(65535, 16);
  file.writeUInt32LE(101, 20); // raw IP
  file.writeUInt32LE(1_700_000_000, 24);
  file.writeUInt32LE(packet.length, 32);
  file.writeUInt32LE(packet.length, 36);
  return Buffer.concat([file, packet]);
}

describe('capture editor', () => {
  let workbench, page, screenshot, workspace, server;
  /** The view of the capture in front. */
  let view;

  const text = (selector) => view.locator(selector).first().innerText();
  const row = (position) => view.locator('#row-' + position);
  const listed = () => view.locator('.match-count').innerText();
  const selected = () => view.locator('.row.selected:visible').first();
  const status = () => workbench.statusItem('ndmpWorkbench.status');

  /** Opens a file of the workspace by double click in the explorer; gives its view. */
  async function open(name, marker = 'main.app') {
    await workbench.command('View: Close All Editors');
    await workbench.command('View: Show Explorer');
    await workbench.doubleClickFile(name);
    view = await workbench.webview(marker);
    return view;
  }

  async function filter(expression) {
    const input = view.getByRole('combobox', { name: 'Filter', exact: true });
    await input.fill(expression);
    await input.press('Enter');
  }

  /** The message number that is selected. */
  const selectedNumber = async () => Number((await selected().locator('.cell-n').innerText()).replace(/\D/g, ''));

  /** Selects a message by its number. */
  async function select(n) {
    await workbench.command('NDMP: Go to Message Number…');
    await workbench.answer(String(n), { waitFor: 'A message number' });
    await until(`message ${n}`, async () => (await selectedNumber().catch(() => 0)) === n);
  }

  before(async () => {
    ({ workbench, page, screenshot, workspace, server } = await session());
    await page.getByRole('tab', { name: 'NDMP', exact: true }).first().waitFor({ timeout: 60_000 });
    writeFileSync(join(workspace, 'no-ndmp.pcap'), captureWithoutNdmp());
    writeFileSync(join(workspace, 'not-a-capture.pcap'), 'This is no capture.\n');
  });

  it('opens on double click, with a summary in the status bar', async () => {
    await open(CAPTURE);
    await status().waitFor({ timeout: 60_000 });
    await until('all messages', async () => /444 messages/.test((await status().innerText()).replace(/\s/g, ' ')));
    await row(5).waitFor();
    assert.match(await listed(), /444 messages/);
    await row(0).locator('.cell-message').filter({ hasText: 'NOTIFY_CONNECTION_STATUS' }).waitFor();
    await page.waitForTimeout(500); // the overview and the waterfall are drawn in the next frames
    await screenshot('01-opened');
  });

  it('filters, points at a mistake, and completes names', async () => {
    await filter('message contains "START"');
    await until('a shorter list', async () => /^\d+ of 444/.test(await listed()));
    await row(0).locator('.cell-message').filter({ hasText: 'START' }).waitFor();
    await screenshot('02-filtered');
    const input = view.getByRole('combobox', { name: 'Filter', exact: true });
    await filter('mesage == 1');
    await view.getByRole('alert').filter({ hasText: 'message' }).first().waitFor();
    await screenshot('03-wrong-filter');
    await input.fill('message == TAPE_');
    await view
      .getByRole('option', { name: /TAPE_OPEN/ })
      .first()
      .waitFor();
    await screenshot('04-completion');
    await input.press('Escape');
    await workbench.command('NDMP: Clear Filter');
    await until('all messages', async () => /^444 messages/.test(await listed()));
  });

  it('shows the fields and bytes of a message, linked both ways', async () => {
    await filter('message == DATA_START_BACKUP && kind == request');
    await until('one message', async () => /^1 of 444/.test(await listed()));
    await row(0).click();
    const field = view.locator('.field').filter({ hasText: 'bu_type' }).first();
    await field.waitFor();
    assert.match(await field.innerText(), /tar|dump/);
    await field.click();
    const marked = view.locator('.hex-line .marked').first();
    await marked.waitFor();
    const bytes = await view.locator('.hex-line [role=gridcell].marked').allInnerTexts();
    assert.deepEqual(bytes.slice(0, 4), ['00', '00', '00', bytes[3]]); // the length of the string
    await screenshot('05-field-and-bytes');
    await view.locator('[data-at="0:15"]').first().click(); // the last byte of the message code
    await view.locator('.field.selected').filter({ hasText: 'message' }).waitFor();
    assert.equal(await view.locator('[data-at="0:15"]').first().innerText(), '01');
    await workbench.command('NDMP: Clear Filter');
  });

  it('goes from a request to its reply and back', async () => {
    await until('all messages', async () => /^444 messages/.test(await listed()));
    await filter('message == DATA_START_BACKUP');
    await until('the exchange', async () => /^2 of 444/.test(await listed()));
    await row(0).click();
    const request = await until('a selected request', selectedNumber);
    await workbench.command('NDMP: Go to Reply or Request');
    const reply = await until('the reply', async () => {
      const n = await selectedNumber().catch(() => request);
      return n !== request && n;
    });
    await view.locator('.table').press('r');
    await until('the request again', async () => (await selectedNumber().catch(() => reply)) === request);
    await workbench.command('NDMP: Clear Filter');
  });

  it('zooms by brushing over the overview', async () => {
    const layer = await view.locator('.brush-layer').boundingBox();
    const from = layer.x + layer.width * 0.35;
    const to = layer.x + layer.width * 0.6;
    const y = layer.y + layer.height / 2;
    await page.mouse.move(from, y);
    await page.mouse.down();
    await page.mouse.move((from + to) / 2, y, { steps: 4 });
    await page.mouse.move(to, y, { steps: 4 });
    await page.mouse.up();
    await until('a zoom', async () => /shown/.test(await text('.overview')));
    await page.waitForTimeout(600);
    await screenshot('06-zoomed');
    await page.mouse.dblclick(from + 5, y);
    await until('the whole capture', async () => !/shown/.test(await text('.overview')));
    await page.waitForTimeout(300); // the table follows the zoom with a delay
  });

  it('scrolls to the end and to a message by its number', async () => {
    await view.locator('.table').focus();
    await page.keyboard.press('End');
    await until('the last message', async () => (await selectedNumber().catch(() => 0)) === 444);
    await select(222);
    await screenshot('07-scrolled');
  });

  it('finds the next error and lists only errors', async () => {
    await view.locator('.table').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('F8');
    await selected().locator('.cell-result.bad').waitFor();
    await workbench.command('NDMP: Show Only Errors and Problems');
    await until('errors only', async () => /^7 of 444/.test(await listed()));
    await screenshot('08-errors');
    await workbench.command('NDMP: Clear Filter');
  });

  it('copies a message as JSON', async () => {
    await until('all messages', async () => /^444 messages/.test(await listed()));
    await select(3);
    await workbench.command('NDMP: Copy as JSON');
    const copied = await until('JSON on the clipboard', async () => {
      const clip = await page.evaluate(() => navigator.clipboard.readText());
      return clip.startsWith('{') && JSON.parse(clip);
    });
    assert.ok(copied.message.startsWith('NDMP_'));
  });

  it('folds replies into the rows of their requests', async () => {
    await view.locator('.chip').filter({ hasText: 'Exchanges' }).click();
    await until('fewer rows', async () => /^247 of 444/.test(await listed()));
    await page.waitForTimeout(300);
    await screenshot('09-exchanges');
    await view.locator('.chip').filter({ hasText: 'Exchanges' }).click();
    await until('all messages', async () => /^444 messages/.test(await listed()));
  });

  it('lists the connections in the side bar and filters by one', async () => {
    await page.getByRole('tab', { name: 'NDMP', exact: true }).first().click();
    const connection = workbench.treeItem(/1: DMA .* data · v4/).first();
    await connection.waitFor();
    await screenshot('10-side-bar');
    await workbench.contextMenu(connection, /^Filter to This Connection/);
    await until('one connection', async () => /^\d+ of 444/.test(await listed()));
    await screenshot('11-one-connection');
    await workbench.command('NDMP: Clear Filter');
    await until('all messages', async () => /^444 messages/.test(await listed()));
    await workbench.command('View: Show Explorer');
  });

  it('saves a filter under a name and applies it again', async () => {
    await filter('kind == post && interface == log');
    await until('fewer messages', async () => /^\d+ of 444/.test(await listed()));
    const count = await listed();
    await workbench.command('NDMP: Save Filter…');
    await workbench.answer('Log messages', { waitFor: 'A name for' });
    await workbench.command('NDMP: Clear Filter');
    await until('all messages', async () => /^444 messages/.test(await listed()));
    await workbench.command('NDMP: Choose Filter…');
    await workbench.quickRow('Log messages').click();
    await until('the same list', async () => (await listed()) === count);
  });

  it('exports the listed messages as JSON lines', async () => {
    const count = Number(/^\d+/.exec(await listed())[0]);
    const target = join(workspace, 'export.jsonl');
    await workbench.command('NDMP: Export Visible Rows as JSON Lines…');
    await workbench.answer(target, { waitFor: 'Export Rows' });
    await workbench.toast(/Exported \d+ messages/).waitFor();
    const lines = readFileSync(target, 'utf8').trimEnd().split('\n');
    assert.equal(lines.length, count);
    assert.ok(lines.every((line) => JSON.parse(line).interface === 'log'));
    await workbench.command('Notifications: Clear All Notifications');
    await workbench.command('NDMP: Clear Filter');
    await until('all messages', async () => /^444 messages/.test(await listed()));
  });

  it('reads a connection as another version, and as the capture says again', async () => {
    await select(2);
    const where = view.locator('.detail-where');
    await where.filter({ hasText: 'v4' }).waitFor();
    await workbench.command('NDMP: Set NDMP Version for Connection…');
    await workbench.quickRow('NDMP version 3').click();
    await where.filter({ hasText: 'v3' }).waitFor();
    await workbench.command('NDMP: Set NDMP Version for Connection…');
    await workbench.quickRow('As the capture says').click();
    await where.filter({ hasText: 'v4' }).waitFor();
  });

  it('follows the theme: dark, light and high contrast', async () => {
    await select(79); // a reply with an error
    for (const [name, theme, kind] of [
      ['dark', 'Dark Modern', 'vscode-dark'],
      ['high-contrast', 'Dark High Contrast', 'vscode-high-contrast'],
      ['high-contrast-light', 'Light High Contrast', 'vscode-high-contrast-light'],
      ['light', 'Light Modern', 'vscode-light'],
    ]) {
      await workbench.theme(theme);
      await view.locator(`body.${kind}`).waitFor();
      await screenshot(`12-${name}`);
    }
  });

  it('says where a capture is damaged', async () => {
    await open('truncated-capture.pcap', '.banner:not([hidden])');
    const banner = view.getByRole('region', { name: 'Damage in this capture' });
    await banner.waitFor();
    assert.match(await banner.innerText(), /\d/);
    await screenshot('13-truncated');
  });

  it('says that a capture holds no NDMP and offers another editor', async () => {
    await open('no-ndmp.pcap', 'main.app.without-messages');
    await screenshot('14-no-ndmp');
    await view.getByText(/Reopen Editor With/).click();
    await page.locator('.quick-input-widget:visible').filter({ hasText: 'NDMP Capture' }).waitFor();
    await page.keyboard.press('Escape');
  });

  it('says what is wrong with a file that is no capture', async () => {
    await open('not-a-capture.pcap', 'main.app');
    await view
      .getByText(/not a pcap or pcapng capture/)
      .first()
      .waitFor();
    await screenshot('15-not-a-capture');
  });

  it('offers to read a file again that has changed', async () => {
    await open('refused-logins.pcap');
    await row(3).waitFor();
    const other = readFileSync(join(workspace, 'truncated-capture.pcap'));
    const all = await listed();
    writeFileSync(join(workspace, 'refused-logins.pcap'), other);
    const toast = workbench.toast(/refused-logins\.pcap has changed on disk/);
    await toast.waitFor({ timeout: 20_000 });
    await toast.getByRole('button', { name: 'Reload' }).click();
    await until('other messages', async () => (await listed()) !== all);
  });

  it('opens a sample, and shows a welcome when nothing is open', async () => {
    await workbench.command('View: Close All Editors');
    await page.getByRole('tab', { name: 'NDMP', exact: true }).first().click();
    await page.getByRole('button', { name: 'Open Sample Capture…' }).waitFor();
    await screenshot('16-welcome');
    await page.getByRole('button', { name: 'Open Sample Capture…' }).click();
    await workbench.quickRow('backup-over-several-tapes').click();
    view = await workbench.webview('main.app .row');
    await page.waitForTimeout(800);
    await screenshot('17-several-tapes');
  });

  it('reports no error in its log', () => {
    const log = server.extensionLog('ndmp-workbench.ndmp-workbench/NDMP Workbench.log');
    const errors = log.split('\n').filter((line) => /\[error\]/.test(line) && !/not-a-capture/.test(line));
    assert.deepEqual(errors, []);
  });
});
