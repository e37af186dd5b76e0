import * as vscode from 'vscode';
import { commandId, LAB_STATUS_ITEM } from '../contributions';
import type { LabHost, LabState } from './labHost';

const TEXTS: Readonly<Record<Exclude<LabState, 'stopped'>, string>> = {
  starting: '$(loading~spin) NDMP Lab: starting',
  running: '$(server-environment) NDMP Lab',
  stopping: '$(loading~spin) NDMP Lab: stopping',
};

/** The status bar item while the lab of this window runs; a click tells how to connect. */
export function registerLabStatus(host: LabHost): vscode.Disposable {
  const item = vscode.window.createStatusBarItem(LAB_STATUS_ITEM, vscode.StatusBarAlignment.Right, 89);
  item.name = 'NDMP Lab';
  item.command = commandId('showLab');
  const update = (): void => {
    if (host.state === 'stopped') return item.hide();
    item.text = TEXTS[host.state];
    item.tooltip = 'The NDMP lab, a simulated cluster: how to connect to it';
    item.accessibilityInformation = { label: `NDMP lab, ${host.state}: show how to connect` };
    item.show();
  };
  update();
  return vscode.Disposable.from(item, host.onDidChange(update));
}
