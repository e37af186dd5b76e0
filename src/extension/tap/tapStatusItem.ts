import * as vscode from 'vscode';
import { commandId, TAP_STATUS_ITEM } from '../contributions';
import { counted } from '../counts';
import type { TapHost } from './tapHost';
import { openConnections, rateText } from './tapTexts';

/** The status bar item while taps run; a click shows what passes. */
export function registerTapStatus(host: TapHost): vscode.Disposable {
  const item = vscode.window.createStatusBarItem(TAP_STATUS_ITEM, vscode.StatusBarAlignment.Right, 88);
  item.name = 'NDMP Tap';
  item.command = commandId('openLiveTap');
  const update = (): void => {
    const { running } = host.book;
    const [first] = running;
    if (!first?.status) return item.hide();
    const open = running.reduce((sum, { status }) => sum + (status ? openConnections(status).length : 0), 0);
    const isWarning = running.some(({ status }) => (status?.warnings.length ?? 0) > 0);
    const rate = running.length === 1 ? `: ${rateText(first.status)}` : `: ${running.length}`;
    item.text = `$(${isWarning ? 'warning' : 'radio-tower'}) NDMP Tap${rate}`;
    item.tooltip = `${counted(running.length, 'tap')} with ${counted(open, 'open connection')}: show what passes`;
    item.accessibilityInformation = { label: `NDMP: ${item.tooltip}` };
    item.show();
  };
  update();
  return vscode.Disposable.from(item, host.onDidChange(update));
}
