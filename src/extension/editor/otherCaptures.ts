import { basename } from 'node:path';
import * as vscode from 'vscode';
import { openCapture } from '../../indexing';
import type { Workbench } from '../workbench';
import type { OtherCapture, OtherCaptures } from './comparing';
import type { CaptureDocument } from './document';

/** Captures of other editors, and files that the user picks, for comparing with `own`. */
export function otherCaptures(workbench: Workbench, own: CaptureDocument): OtherCaptures {
  return {
    open: () =>
      [...workbench.documents].flatMap((document) => {
        const { session, finished } = document.store;
        if (document === own || session === undefined || !finished) return [];
        return [
          { key: document.uri.toString(), name: document.fileName, session, show: (n) => show(workbench, document, n) },
        ];
      }),
    pick: () => pick(),
  };
}

function show(workbench: Workbench, document: CaptureDocument, n: number): void {
  const panel = workbench.panelOf(document);
  panel?.reveal();
  panel?.post({ type: 'select', n });
}

async function pick(): Promise<OtherCapture | undefined> {
  const [uri] =
    (await vscode.window.showOpenDialog({
      title: 'Compare With',
      openLabel: 'Compare',
      filters: { 'All files': ['*'], Captures: ['pcap', 'pcapng', 'cap', 'gz'], Logs: ['log', 'txt'] },
    })) ?? [];
  if (uri === undefined) return undefined;
  const read = async (): Promise<OtherCapture> => {
    const session = await openCapture(uri.fsPath);
    await session.done;
    return { key: uri.toString(), name: basename(uri.path), session, close: () => session.close() };
  };
  const title = `Reading ${basename(uri.path)}`;
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, read);
}
