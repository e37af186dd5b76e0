import { basename } from 'node:path';
import * as vscode from 'vscode';
import { CAPTURE_EDITOR, LOG_EDITOR } from '../contributions';
import type { Workbench } from '../workbench';
import { CaptureDocument } from './document';
import { watchFile } from './fileWatch';
import { CapturePanel } from './panel';

/** Opens captures in the NDMP editor. */
class CaptureEditorProvider implements vscode.CustomReadonlyEditorProvider<CaptureDocument> {
  constructor(private readonly workbench: Workbench) {}

  async openCustomDocument(uri: vscode.Uri): Promise<CaptureDocument> {
    const { scheduler, log, memory } = this.workbench;
    const document = await CaptureDocument.open(uri, scheduler, log, memory.keyLog(uri.toString()));
    document.onDidMoveOn((next) => void offerNext(document.fileName, next));
    this.workbench.addDocument(document, uri.scheme === 'file' ? watchFile(document) : undefined);
    return document;
  }

  resolveCustomEditor(document: CaptureDocument, webviewPanel: vscode.WebviewPanel): void {
    this.workbench.addPanel(new CapturePanel(document, webviewPanel, this.workbench));
  }
}

/** The recording that was followed goes on in another file. */
async function offerNext(name: string, next: string): Promise<void> {
  const open = 'Show Next File';
  const text = `${name} is whole: the recording goes on in ${basename(next)}.`;
  if ((await vscode.window.showInformationMessage(text, open)) === open)
    await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(next), CAPTURE_EDITOR);
}

export function registerCaptureEditor(workbench: Workbench): vscode.Disposable {
  const provider = new CaptureEditorProvider(workbench);
  const options: Parameters<typeof vscode.window.registerCustomEditorProvider>[2] = {
    supportsMultipleEditorsPerDocument: true,
    // a capture's view holds little, and scrolling back to where one was is worth more
    webviewOptions: { retainContextWhenHidden: true },
  };
  return vscode.Disposable.from(
    ...[CAPTURE_EDITOR, LOG_EDITOR].map((id) => vscode.window.registerCustomEditorProvider(id, provider, options)),
  );
}
