import * as vscode from 'vscode';
import { commandId, contextKeys } from './contributions';
import type { CommandName } from './contributions';
import type { CaptureDocument } from './editor/document';
import type { CapturePanel } from './editor/panel';
import { findingSettings } from './findingSettings';
import { Memory } from './memory';
import { SavedFilters } from './savedFilters';
import { Scheduler } from './scheduler';

/** What the parts of the extension share; owns everything that must be disposed of. */
export class Workbench implements vscode.Disposable {
  readonly log = vscode.window.createOutputChannel('NDMP Workbench', { log: true });
  readonly scheduler = new Scheduler();
  readonly savedFilters = new SavedFilters();
  readonly memory: Memory;
  readonly extensionUri: vscode.Uri;
  readonly documents = new Set<CaptureDocument>();
  private readonly panels = new Set<CapturePanel>();
  private readonly context = new Map<string, boolean>();
  private active: CapturePanel | undefined;
  private readonly changed = new vscode.EventEmitter<CaptureDocument | undefined>();
  /** A capture was opened, closed or changed (then it is given), or another editor is in front. */
  readonly onDidChange = this.changed.event;
  private readonly selected = new vscode.EventEmitter<CapturePanel>();
  readonly onDidSelect = this.selected.event;
  private readonly rulesSwitched = new vscode.EventEmitter<CaptureDocument>();
  /** Rules of findings were switched on or off in a view of the document. */
  readonly onDidSwitchRules = this.rulesSwitched.event;
  private readonly disposables: vscode.Disposable[] = [
    this.log,
    this.savedFilters,
    this.changed,
    this.selected,
    this.rulesSwitched,
  ];

  constructor(context: vscode.ExtensionContext) {
    this.extensionUri = context.extensionUri;
    this.memory = new Memory(context.globalState, context.workspaceState);
  }

  own(...disposables: vscode.Disposable[]): void {
    this.disposables.push(...disposables);
  }

  /** Runs one of the extension's commands, which reports its own errors. */
  async run(command: CommandName, ...args: unknown[]): Promise<void> {
    await vscode.commands.executeCommand(commandId(command), ...args);
  }

  /** The capture editor in front, or the last one that was and is still open. */
  get activePanel(): CapturePanel | undefined {
    return this.active;
  }

  /** A panel that shows the document, the active one first. */
  panelOf(document: CaptureDocument): CapturePanel | undefined {
    if (this.active?.document === document) return this.active;
    return [...this.panels].find((panel) => panel.document === document);
  }

  addDocument(document: CaptureDocument, watch: vscode.Disposable | undefined): void {
    this.documents.add(document);
    document.onDidChange(() => this.update(document));
    document.onDidDispose(() => {
      watch?.dispose();
      this.documents.delete(document);
      this.update(undefined);
    });
    this.update(undefined);
  }

  addPanel(panel: CapturePanel): void {
    this.panels.add(panel);
    this.active = panel;
    const { webviewPanel } = panel;
    webviewPanel.onDidChangeViewState(() => {
      if (webviewPanel.active) this.active = panel;
      this.update(undefined);
    });
    webviewPanel.onDidDispose(() => {
      this.panels.delete(panel);
      panel.dispose();
      if (this.active === panel) this.active = [...this.panels].at(-1);
      this.update(undefined);
    });
    this.update(undefined);
  }

  selectionChanged(panel: CapturePanel): void {
    this.selected.fire(panel);
  }

  /** Rules of findings that are off for a document: by setting, and in its own view. */
  disabledRules({ uri }: CaptureDocument): ReadonlySet<string> {
    const here = this.memory.position(uri.toString())?.disabledRules ?? [];
    return new Set([...findingSettings(uri).disabledRules, ...here]);
  }

  rulesChanged(document: CaptureDocument): void {
    this.rulesSwitched.fire(document);
  }

  private update(document: CaptureDocument | undefined): void {
    const store = this.active?.document.store;
    const keys: [string, boolean][] = [
      [contextKeys.hasCapture, this.documents.size > 0],
      [contextKeys.indexing, store !== undefined && !store.finished],
      [contextKeys.damaged, (store?.model?.index.damage.length ?? 0) > 0],
    ];
    for (const [key, value] of keys) this.setContext(key, value);
    this.changed.fire(document);
  }

  private setContext(key: string, value: boolean): void {
    if (this.context.get(key) === value) return;
    this.context.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }

  dispose(): void {
    for (const panel of this.panels) panel.dispose();
    vscode.Disposable.from(...this.disposables).dispose();
  }
}
