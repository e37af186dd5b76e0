import * as vscode from 'vscode';
import { commandId, SESSIONS_VIEW } from '../contributions';
import { connectionState } from '../editor/captureState';
import type { CaptureDocument } from '../editor/document';
import type { Workbench } from '../workbench';
import { captureNode, connectionNode, findingsNode, jobNode } from './sessionNodes';
import type { NodeText } from './sessionNodes';

export interface CaptureItem {
  kind: 'capture';
  document: CaptureDocument;
}

export interface ConnectionItem {
  kind: 'connection';
  document: CaptureDocument;
  connection: number;
}

export interface JobItem {
  kind: 'job';
  document: CaptureDocument;
  /** Its id. */
  job: number;
}

export interface FindingsItem {
  kind: 'findings';
  document: CaptureDocument;
}

export type SessionItem = CaptureItem | ConnectionItem | JobItem | FindingsItem;

/** The tree "Capture Sessions": open captures with their jobs and connections. */
class SessionsTree implements vscode.TreeDataProvider<SessionItem> {
  private readonly changed = new vscode.EventEmitter<SessionItem | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly captures = new Map<CaptureDocument, CaptureItem>();
  private readonly connections = new Map<CaptureItem, ConnectionItem[]>();

  constructor(private readonly workbench: Workbench) {}

  /** The tree has changed: below one capture, or altogether. */
  refresh(document: CaptureDocument | undefined): void {
    this.changed.fire(document && this.captures.get(document));
  }

  getChildren(item?: SessionItem): SessionItem[] {
    if (!item) return [...this.workbench.documents].map((document) => this.captureItem(document));
    if (item.kind !== 'capture') return [];
    return [...this.findingsItems(item), ...jobItems(item), ...this.connectionItems(item)];
  }

  private captureItem(document: CaptureDocument): CaptureItem {
    let item = this.captures.get(document);
    if (!item) {
      item = { kind: 'capture', document };
      this.captures.set(document, item);
      document.onDidDispose(() => {
        this.connections.delete(item!);
        this.captures.delete(document);
      });
    }
    return item;
  }

  private connectionItems(parent: CaptureItem): ConnectionItem[] {
    const { document } = parent;
    const items = this.connections.get(parent) ?? [];
    this.connections.set(parent, items);
    const count = document.store.model?.index.connections.length ?? 0;
    items.length = Math.min(items.length, count);
    for (let connection = items.length; connection < count; connection++)
      items.push({ kind: 'connection', document, connection });
    return items;
  }

  private findingsItems({ document }: CaptureItem): FindingsItem[] {
    return this.findings(document) ? [{ kind: 'findings', document }] : [];
  }

  /** As the Problems panel has them: of rules that are on. */
  private findings(document: CaptureDocument): NodeText | undefined {
    const totals = { error: 0, warning: 0, note: 0 };
    const off = this.workbench.disabledRules(document);
    for (const { rule, severity } of document.insights.findings) if (!off.has(rule)) totals[severity]++;
    return findingsNode(totals);
  }

  getParent(item: SessionItem): SessionItem | undefined {
    return item.kind === 'capture' ? undefined : this.captureItem(item.document);
  }

  /** The item of a connection, where the tree has drawn it. */
  find(document: CaptureDocument, connection: number): ConnectionItem | undefined {
    return this.connectionItems(this.captureItem(document))[connection];
  }

  getTreeItem(item: SessionItem): vscode.TreeItem {
    const text = item.kind === 'findings' ? (this.findings(item.document) ?? NOTHING) : nodeText(item);
    const treeItem = new vscode.TreeItem(text.label, collapsible(item));
    treeItem.id = `${item.document.uri.toString()}#${itemKey(item)}`;
    treeItem.description = text.description;
    treeItem.tooltip = text.tooltip;
    treeItem.iconPath = icon(text);
    treeItem.contextValue = item.kind;
    treeItem.accessibilityInformation = { label: `${text.label}, ${text.description}` };
    const command = itemCommands[item.kind];
    treeItem.command = { command: commandId(command), title: 'Show', arguments: [item] };
    return treeItem;
  }
}

const jobItems = ({ document }: CaptureItem): JobItem[] =>
  document.insights.jobs.map(({ id }) => ({ kind: 'job', document, job: id }));

const itemCommands = {
  capture: 'showConnection',
  connection: 'showConnection',
  job: 'showSequence',
  findings: 'showFindings',
} as const;

function itemKey(item: SessionItem): string {
  if (item.kind === 'findings') return 'findings';
  if (item.kind === 'job') return `job${item.job}`;
  return item.kind === 'connection' ? String(item.connection) : '';
}

const NOTHING: NodeText = { label: '', description: '', tooltip: '', icon: 'plug' };

function nodeText(item: Exclude<SessionItem, FindingsItem>): NodeText {
  const { store, insights } = item.document;
  if (item.kind === 'capture') return captureNode(store.state);
  if (item.kind === 'job') {
    const job = insights.jobs.find(({ id }) => id === item.job);
    return job ? jobNode(job) : NOTHING;
  }
  const { model } = store;
  const connection = model?.index.connections[item.connection];
  // the capture was read again and has fewer connections now; the tree is about to be drawn anew
  if (!model || !connection) return NOTHING;
  return connectionNode(connectionState(model, connection));
}

const icon = ({ icon: name, color }: NodeText) =>
  new vscode.ThemeIcon(name, color === undefined ? undefined : new vscode.ThemeColor(color));

const collapsible = (item: SessionItem) =>
  item.kind === 'capture' ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.None;

export function registerSessionsTree(workbench: Workbench): vscode.Disposable {
  const tree = new SessionsTree(workbench);
  const view = vscode.window.createTreeView(SESSIONS_VIEW, { treeDataProvider: tree, showCollapseAll: true });
  const changed = workbench.onDidChange((document) => tree.refresh(document));
  const switched = workbench.onDidSwitchRules((document) => tree.refresh(document));
  const selected = workbench.onDidSelect((panel) => {
    const row = panel.view.selected;
    const { index } = panel.document.store.model ?? {};
    if (!view.visible || row === undefined || !index || row >= index.count) return;
    const item = tree.find(panel.document, index.connection(row));
    if (item) void view.reveal(item, { select: true, focus: false });
  });
  return vscode.Disposable.from(view, changed, switched, selected);
}
