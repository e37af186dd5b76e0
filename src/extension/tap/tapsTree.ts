import * as vscode from 'vscode';
import { commandId, contextKeys, TAPS_VIEW } from '../contributions';
import type { NodeText } from '../sidebar/sessionNodes';
import type { TapHost } from './tapHost';
import { childrenOf, contextValue, isWritten, itemKey, recordingNumber, type TapItem } from './tapItems';
import { faultNode, recordingNode, tapConnectionNode, tapNode } from './tapTexts';

function nodeText(item: TapItem): NodeText {
  switch (item.kind) {
    case 'tap':
      return tapNode(item.tap);
    case 'tapConnection':
      return tapConnectionNode(item.connection);
    case 'tapFault':
      return faultNode(item.fault);
    case 'tapRecording':
      return recordingNode(item.recording, recordingNumber(item), isWritten(item));
  }
}

/** Taps with their connections, faults and recordings. */
class TapsTree implements vscode.TreeDataProvider<TapItem> {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly host: TapHost) {}

  refresh(): void {
    this.changed.fire();
  }

  getChildren(item?: TapItem): TapItem[] {
    if (item) return item.kind === 'tap' ? childrenOf(item.tap) : [];
    return this.host.book.taps.map((tap) => ({ kind: 'tap', tap }));
  }

  getTreeItem(item: TapItem): vscode.TreeItem {
    const text = nodeText(item);
    const treeItem = new vscode.TreeItem(text.label, collapsible(item));
    treeItem.id = itemKey(item);
    treeItem.description = text.description;
    treeItem.tooltip = text.tooltip;
    treeItem.contextValue = contextValue(item);
    treeItem.iconPath = new vscode.ThemeIcon(text.icon, text.color ? new vscode.ThemeColor(text.color) : undefined);
    treeItem.accessibilityInformation = { label: `${text.label}, ${text.description}` };
    if (item.kind === 'tapRecording')
      treeItem.command = { command: commandId('openTapRecording'), title: 'Open', arguments: [item] };
    return treeItem;
  }
}

function collapsible(item: TapItem): vscode.TreeItemCollapsibleState {
  if (item.kind !== 'tap') return vscode.TreeItemCollapsibleState.None;
  return item.tap.status ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
}

export function registerTapsTree(host: TapHost): vscode.Disposable {
  const tree = new TapsTree(host);
  const view = vscode.window.createTreeView(TAPS_VIEW, { treeDataProvider: tree });
  const update = (): void => {
    const running = host.book.running.length;
    view.badge =
      running > 0 ? { value: running, tooltip: running === 1 ? 'A tap runs' : `${running} taps run` } : undefined;
    void vscode.commands.executeCommand('setContext', contextKeys.hasTap, running > 0);
    tree.refresh();
  };
  update();
  return vscode.Disposable.from(
    view,
    host.onDidChange(update),
    view.onDidChangeVisibility(({ visible }) => {
      if (visible) void host.look();
    }),
  );
}
