import type * as vscode from 'vscode';
import { severities } from './contributions';
import type { FindingSettings } from './messages';
import { isSettingChanged, setting } from './settings';

/** Which findings count for a file, as the user's settings say; what is not as it should be is left out. */
export function findingSettings(file: vscode.Uri): FindingSettings {
  const disabled: unknown = setting('findings.disabledRules', file);
  const minimum = setting('findings.minimumSeverity', file);
  return {
    disabledRules: Array.isArray(disabled) ? disabled.filter((rule) => typeof rule === 'string') : [],
    minimumSeverity: severities.includes(minimum) ? minimum : 'warning',
  };
}

export function areFindingSettingsChanged(event: vscode.ConfigurationChangeEvent): boolean {
  return isSettingChanged(event, 'findings.disabledRules') || isSettingChanged(event, 'findings.minimumSeverity');
}
