import * as vscode from 'vscode';

/**
 * When the palette closes, VS Code gives the focus back to the webview with a delay of some 50 ms, which closes a box
 * that was opened meanwhile. So boxes open a little later than they could.
 */
const FOCUS_DELAY = 120;

const focusSettled = () => new Promise<void>((resolve) => setTimeout(resolve, FOCUS_DELAY));

/** Asks for a text. */
export async function askText(options: vscode.InputBoxOptions): Promise<string | undefined> {
  await focusSettled();
  return vscode.window.showInputBox(options);
}

/** Lets the user pick one of several. */
export async function pickOne<T extends vscode.QuickPickItem>(
  items: readonly T[],
  options: vscode.QuickPickOptions,
): Promise<T | undefined> {
  await focusSettled();
  return vscode.window.showQuickPick(items, options);
}
