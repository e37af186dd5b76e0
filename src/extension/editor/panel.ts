import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { HostMessage, Position, ViewCommand, WebviewMessage } from '../messages';
import type { Workbench } from '../workbench';
import { areFindingSettingsChanged, findingSettings } from '../findingSettings';
import { setting } from '../settings';
import { CaptureView } from './captureView';
import type { CaptureDocument } from './document';
import { filterLanguage } from './filterLanguage';
import { captureHtml } from './html';
import { otherCaptures } from './otherCaptures';
import { saveBeside } from './saveBeside';

/** One editor: a webview on a capture. */
export class CapturePanel implements vscode.Disposable {
  view: CaptureView;
  /** Where the user is in the capture, as the webview told last. */
  position: Position | undefined;
  private readonly disposables: vscode.Disposable[] = [];

  constructor(
    readonly document: CaptureDocument,
    readonly webviewPanel: vscode.WebviewPanel,
    private readonly workbench: Workbench,
  ) {
    this.position = workbench.memory.position(document.uri.toString());
    this.view = this.makeView();
    const { webview } = webviewPanel;
    const root = vscode.Uri.joinPath(workbench.extensionUri, 'dist', 'webview');
    webview.options = { enableScripts: true, localResourceRoots: [root] };
    this.disposables.push(
      webview.onDidReceiveMessage((message: WebviewMessage) => void this.receive(message)),
      document.onDidReload(() => this.onReload()),
      workbench.savedFilters.onDidChange(() =>
        this.post({ type: 'savedFilters', savedFilters: workbench.savedFilters.all }),
      ),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (areFindingSettingsChanged(event))
          this.post({ type: 'findingSettings', findings: findingSettings(document.uri) });
      }),
    );
    webview.html = captureHtml(
      {
        script: webview.asWebviewUri(vscode.Uri.joinPath(root, 'main.js')).toString(),
        style: webview.asWebviewUri(vscode.Uri.joinPath(root, 'main.css')).toString(),
        cspSource: webview.cspSource,
      },
      randomBytes(16).toString('base64url'),
      document.fileName,
    );
  }

  private makeView(): CaptureView {
    const { scheduler, savedFilters } = this.workbench;
    return new CaptureView(this.document.store, {
      scheduler,
      language: filterLanguage(() => savedFilters.all),
      post: (message) => this.post(message),
      copy: async (text) => vscode.env.clipboard.writeText(text),
      save: (name, content) => saveBeside(this.document.uri, name, content),
      others: otherCaptures(this.workbench, this.document),
    });
  }

  post(message: HostMessage): void {
    void this.webviewPanel.webview.postMessage(message);
  }

  command(command: ViewCommand): void {
    this.post({ type: 'command', command });
  }

  private onReload(): void {
    this.view.dispose();
    this.view = this.makeView();
    this.init();
  }

  private init(): void {
    const { memory, savedFilters } = this.workbench;
    this.post({
      type: 'init',
      capture: this.document.store.state,
      layout: { ...memory.layout, timeMode: setting('timeDisplay', this.document.uri) },
      position: this.position,
      savedFilters: savedFilters.all,
      findings: findingSettings(this.document.uri),
    });
  }

  private async receive(message: WebviewMessage): Promise<void> {
    const { workbench, document } = this;
    switch (message.type) {
      case 'ask':
        return this.view.receive(message);
      case 'forget':
        return this.view.forget(message.id);
      case 'ready':
        return this.init();
      case 'cancel':
        return document.store.cancel();
      case 'stopFollowing':
        return document.stopFollowing();
      case 'reopenWith':
      case 'useTlsKeyLog':
        return workbench.run(message.type);
      case 'setVersion':
        return document.store.setVersion(message.connection, message.version);
      case 'selected':
        this.view.selected = message.n === undefined ? undefined : message.n - 1;
        return workbench.selectionChanged(this);
      case 'saveFilter':
        return workbench.run('saveFilter', message.text, message.name);
      case 'deleteFilter':
        return workbench.savedFilters.delete(message.name);
      case 'layout':
        return workbench.memory.keepLayout(message.layout);
      case 'position':
        return this.keepPosition(message.position);
      case 'viewError':
        return workbench.log.error(`view of ${document.fileName}: ${message.text}`);
    }
  }

  private async keepPosition(position: Position): Promise<void> {
    const before = this.position?.disabledRules ?? [];
    this.position = position;
    const { workbench, document } = this;
    await workbench.memory.keepPosition(document.uri.toString(), position);
    if (before.join() !== (position.disabledRules ?? []).join()) workbench.rulesChanged(document);
  }

  /** Brings the editor to the front. */
  reveal(): void {
    this.webviewPanel.reveal(undefined, false);
  }

  dispose(): void {
    this.view.dispose();
    vscode.Disposable.from(...this.disposables).dispose();
  }
}
