import * as vscode from 'vscode';
import type { SettingName, SettingValue } from './contributions';

const SECTION = 'ndmpWorkbench';

/** A setting's value for a file, or in general. */
export function setting<N extends SettingName>(name: N, scope?: vscode.Uri): SettingValue<N> {
  return vscode.workspace.getConfiguration(SECTION, scope).get(name) as SettingValue<N>;
}

/** Changes a setting for the user. */
export async function changeSetting<N extends SettingName>(name: N, value: SettingValue<N>): Promise<void> {
  await vscode.workspace.getConfiguration(SECTION).update(name, value, vscode.ConfigurationTarget.Global);
}

export function isSettingChanged(event: vscode.ConfigurationChangeEvent, name: SettingName): boolean {
  return event.affectsConfiguration(`${SECTION}.${name}`);
}
