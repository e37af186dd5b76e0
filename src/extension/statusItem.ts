import * as vscode from 'vscode';
import { commandId, STATUS_ITEM } from './contributions';
import { statusText } from './statusText';
import type { Workbench } from './workbench';

/** The status bar item: a summary of the capture in front. */
export function registerStatusItem(workbench: Workbench): vscode.Disposable {
  const item = vscode.window.createStatusBarItem(STATUS_ITEM, vscode.StatusBarAlignment.Right, 90);
  item.name = 'NDMP Capture';
  item.command = commandId('showSummary');
  const update = () => {
    const panel = workbench.activePanel;
    if (!panel) return item.hide();
    const { text, label } = statusText(panel.document.store.state);
    item.text = text;
    item.tooltip = `${panel.document.fileName}: ${label}`;
    item.accessibilityInformation = { label };
    item.show();
  };
  update();
  return vscode.Disposable.from(item, workbench.onDidChange(update));
}
