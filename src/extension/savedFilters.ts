import * as vscode from 'vscode';
import type { SavedFilter } from './messages';
import { changeSetting, isSettingChanged, setting } from './settings';

/** The user's named filters; they live in the setting `ndmpWorkbench.savedFilters`, so that a team can share them. */
export class SavedFilters implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly listening = vscode.workspace.onDidChangeConfiguration((event) => {
    if (isSettingChanged(event, 'savedFilters')) this.changed.fire();
  });

  get all(): SavedFilter[] {
    return Object.entries(setting('savedFilters'))
      .filter(([, text]) => typeof text === 'string')
      .map(([name, text]) => ({ name, text }));
  }

  async save(name: string, text: string): Promise<void> {
    await changeSetting('savedFilters', { ...setting('savedFilters'), [name]: text });
  }

  async delete(name: string): Promise<void> {
    const rest = { ...setting('savedFilters') };
    delete rest[name];
    await changeSetting('savedFilters', rest);
  }

  dispose(): void {
    this.listening.dispose();
    this.changed.dispose();
  }
}
