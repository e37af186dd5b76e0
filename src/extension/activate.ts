import type * as vscode from 'vscode';
import { registerCommands } from './commands';
import { registerCaptureEditor } from './editor/provider';
import { LabHost } from './lab/labHost';
import { registerLabStatus } from './lab/labStatus';
import { registerProblems } from './problems/problemsPanel';
import { registerSessionsTree } from './sidebar/sessionsTree';
import { registerStatusItem } from './statusItem';
import { TapHost } from './tap/tapHost';
import { registerTapsTree } from './tap/tapsTree';
import { registerTapStatus } from './tap/tapStatusItem';
import { registerTools } from './tools/register';
import { Workbench } from './workbench';

/** Called by VS Code when a capture is opened, a command is run or the side bar is shown. */
export function activate(context: vscode.ExtensionContext): void {
  const workbench = new Workbench(context);
  const lab = new LabHost();
  const taps = new TapHost(context.asAbsolutePath('dist/ndmp.js'));
  context.subscriptions.push(workbench);
  workbench.own(
    registerCaptureEditor(workbench),
    registerSessionsTree(workbench),
    registerStatusItem(workbench),
    lab,
    registerLabStatus(lab),
    taps,
    registerTapsTree(taps),
    registerTapStatus(taps),
    registerCommands(workbench, lab, taps),
    registerProblems(workbench),
    registerTools(workbench),
  );
  workbench.log.info('activated');
}
