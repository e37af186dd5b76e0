import * as vscode from 'vscode';

/**
 * Asks where to save something about a capture, beside the capture by default, and writes it. Gives the name of the file,
 * undefined when the user chose none.
 */
export async function saveBeside(capture: vscode.Uri, name: string, content: Uint8Array): Promise<string | undefined> {
  const plain = name.replace(/[^\w. -]+/g, '-').slice(-120);
  const extension = plain.split('.').at(-1) ?? '';
  const target = await vscode.window.showSaveDialog({
    title: 'Save',
    defaultUri: vscode.Uri.joinPath(capture, '..', plain),
    filters: { [extension.toUpperCase()]: [extension] },
  });
  if (!target) return undefined;
  await vscode.workspace.fs.writeFile(target, content);
  return target.path.split('/').at(-1);
}
