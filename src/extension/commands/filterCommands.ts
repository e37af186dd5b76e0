import * as vscode from 'vscode';
import { UserError } from '../editor/userError';
import type { Workbench } from '../workbench';
import type { CommandImplementations } from '.';
import { askText, pickOne } from './prompt';
import { activePanel } from './target';

type Names = 'filter' | 'clearFilter' | 'applySavedFilter' | 'saveFilter' | 'deleteFilter';

/** Commands about the filter of the editor in front. */
export function filterCommands(workbench: Workbench): Pick<CommandImplementations, Names> {
  const { savedFilters, memory } = workbench;
  return {
    filter: () => activePanel(workbench).command('focusFilter'),

    clearFilter: () => activePanel(workbench).command('clearFilter'),

    async applySavedFilter() {
      const panel = activePanel(workbench);
      const saved = savedFilters.all.map(({ name, text }) => ({ label: name, detail: text, text }));
      const recent = (memory.layout?.filterHistory ?? []).map((text) => ({ label: text, text }));
      if (saved.length + recent.length === 0) throw new UserError('No filter was saved or used yet.');
      const items: (vscode.QuickPickItem & { text?: string })[] = [
        { label: 'Saved', kind: vscode.QuickPickItemKind.Separator },
        ...saved,
        { label: 'Recent', kind: vscode.QuickPickItemKind.Separator },
        ...recent,
      ];
      const picked = await pickOne(items, {
        title: 'Choose Filter',
        placeHolder: 'Saved and recent filters',
        matchOnDetail: true,
      });
      if (picked?.text !== undefined) panel.post({ type: 'applyFilter', text: picked.text });
    },

    async saveFilter(given, givenName) {
      const text = typeof given === 'string' ? given : activePanel(workbench).view.list.applied.text;
      if (text.trim() === '') throw new UserError('There is no filter to save: write one into the filter bar first.');
      const name =
        typeof givenName === 'string' && givenName.trim() !== '' ? givenName : await askName(workbench, text);
      if (name) await savedFilters.save(name.trim(), text);
    },

    async deleteFilter() {
      const items = savedFilters.all.map(({ name, text }) => ({ label: name, detail: text }));
      if (items.length === 0) throw new UserError('No filter was saved yet.');
      const picked = await pickOne(items, { title: 'Delete Saved Filter' });
      if (picked) await savedFilters.delete(picked.label);
    },
  };
}

function askName({ savedFilters }: Workbench, text: string): Promise<string | undefined> {
  const taken = new Set(savedFilters.all.map(({ name }) => name));
  return askText({
    title: 'Save Filter',
    prompt: `A name for ${text}`,
    validateInput: (name) => {
      if (name.trim() === '') return 'A filter needs a name.';
      if (!taken.has(name.trim())) return undefined;
      return { message: 'The filter of this name will be replaced.', severity: vscode.InputBoxValidationSeverity.Info };
    },
  });
}
