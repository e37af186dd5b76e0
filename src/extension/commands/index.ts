import * as vscode from 'vscode';
import { commandId, commands } from '../contributions';
import type { CommandName } from '../contributions';
import { UserError } from '../editor/userError';
import type { LabHost } from '../lab/labHost';
import { isCancelled } from '../scheduler';
import type { TapHost } from '../tap/tapHost';
import type { Workbench } from '../workbench';
import { captureCommands } from './captureCommands';
import { connectionCommands } from './connectionCommands';
import { exportCommands } from './exportCommands';
import { filterCommands } from './filterCommands';
import { labCommands } from './labCommands';
import { openCommands } from './openCommands';
import { tapCommands } from './tapCommands';
import { viewCommands } from './viewCommands';

/** An implementation of every command; a missing one does not compile. Arguments come from menus and are not trusted. */
export type CommandImplementations = Record<CommandName, (...args: unknown[]) => unknown>;

/** Registers all commands. What they throw is shown and logged. */
export function registerCommands(workbench: Workbench, lab: LabHost, taps: TapHost): vscode.Disposable {
  const implementations: CommandImplementations = {
    ...openCommands(workbench),
    ...filterCommands(workbench),
    ...viewCommands(workbench),
    ...connectionCommands(workbench),
    ...captureCommands(workbench),
    ...exportCommands(workbench),
    ...labCommands(lab),
    ...tapCommands(workbench, taps),
  };
  const names = Object.keys(commands) as CommandName[];
  return vscode.Disposable.from(
    ...names.map((name) =>
      vscode.commands.registerCommand(commandId(name), (...args: unknown[]) =>
        guarded(workbench, name, () => implementations[name](...args)),
      ),
    ),
  );
}

async function guarded(workbench: Workbench, name: CommandName, action: () => unknown): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (isCancelled(error)) return;
    if (error instanceof UserError) {
      void vscode.window.showInformationMessage(error.message);
      return;
    }
    workbench.log.error(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    const reason = error instanceof Error ? error.message : String(error);
    const answer = await vscode.window.showErrorMessage(
      `${commands[name].title.replace('…', '')}: ${reason}`,
      'Show Log',
    );
    if (answer) workbench.log.show();
  }
}
