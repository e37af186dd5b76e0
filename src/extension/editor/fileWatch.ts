import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { CaptureDocument } from './document';

/** A capture that is being written changes all the time: the offer waits until it has been quiet for so long. */
const QUIET_MS = 1500;

/** Whether the file holds what was read of it: the last bytes of one that was followed are told of after they were read. */
async function isKnown({ uri, store }: CaptureDocument): Promise<boolean> {
  const { size } = await stat(uri.fsPath).catch(() => ({ size: -1 }));
  return store.wasFollowed && size === store.session?.info.bytes;
}

/** Offers to read a capture again when its file has changed on disk. */
export function watchFile(document: CaptureDocument): vscode.Disposable {
  // the name itself is no pattern: it may hold brackets and braces
  const pattern = new vscode.RelativePattern(vscode.Uri.file(dirname(document.uri.fsPath)), '*');
  const watcher = vscode.workspace.createFileSystemWatcher(pattern, false, false, true);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking = false;
  let disposed = false;

  const ask = async () => {
    if (asking || disposed || (await isKnown(document))) return;
    asking = true;
    const reload = 'Reload';
    const answer = await vscode.window.showInformationMessage(
      `${document.fileName} has changed on disk. What the editor shows may no longer be right.`,
      reload,
    );
    asking = false;
    if (answer === reload && !disposed) await document.reload();
  };
  const later = (uri: vscode.Uri) => {
    if (uri.fsPath !== document.uri.fsPath || !document.store.finished) return;
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), QUIET_MS);
  };
  watcher.onDidChange(later);
  watcher.onDidCreate(later);
  return {
    dispose: () => {
      disposed = true;
      clearTimeout(timer);
      watcher.dispose();
    },
  };
}
