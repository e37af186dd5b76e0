import { open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { byteText, counted, grouped } from '../counts';
import { exportRows } from '../editor/export';
import { UserError } from '../editor/userError';
import type { CaptureDocument } from '../editor/document';
import type { CapturePanel } from '../editor/panel';
import type { Workbench } from '../workbench';
import type { CommandImplementations } from '.';
import { pickOne } from './prompt';
import { activePanel, openModel } from './target';

type Names =
  'showDamage' | 'showSummary' | 'exportRows' | 'cancelIndexing' | 'reload' | 'followCapture' | 'useTlsKeyLog';

/** Commands about a capture as a whole. */
export function captureCommands(workbench: Workbench): Pick<CommandImplementations, Names> {
  return {
    showDamage: () => showDamage(activePanel(workbench)),
    showSummary: () => showSummary(activePanel(workbench)),
    exportRows: () => exportVisible(workbench, activePanel(workbench)),
    cancelIndexing: () => activePanel(workbench).document.store.cancel(),
    reload: () => activePanel(workbench).document.reload(),
    useTlsKeyLog: () => useKeyLog(workbench, activePanel(workbench)),
    followCapture: () => activePanel(workbench).document.reload(true),
  };
}

async function showDamage(panel: CapturePanel): Promise<void> {
  const model = openModel(panel);
  const { index } = model;
  if (index.damage.length === 0)
    throw new UserError(`${panel.document.fileName} is whole: nothing is damaged or missing.`);
  const items = index.damage.map((damage, i) => ({
    label: damage.text,
    description: `packet ${grouped(damage.frame)}`,
    row: model.damage.row(i),
  }));
  const picked = await pickOne(items, {
    title: `Damage in ${panel.document.fileName}`,
    placeHolder: 'Show the message next to it',
  });
  if (picked?.row !== undefined) panel.post({ type: 'select', n: picked.row + 1 });
}

async function showSummary(panel: CapturePanel): Promise<void> {
  const { state } = panel.document.store;
  const { counts } = state;
  const items: (vscode.QuickPickItem & { run?(): unknown })[] = [
    {
      label: `$(list-flat) ${counted(counts.messages, 'message')}`,
      description: `${grouped(counts.requests)} requests, ${grouped(counts.replies)} replies, ${grouped(counts.posts)} posts`,
      run: () => panel.command('focusTable'),
    },
    {
      label: `$(error) ${counted(counts.errors, 'error')}`,
      description: counts.errors > 0 ? 'show only these' : undefined,
      run: () => counts.errors > 0 && panel.post({ type: 'applyFilter', toggles: { errorsOnly: true } }),
    },
    {
      label: `$(plug) ${counted(state.connections.length, 'connection')}`,
      run: () => vscode.commands.executeCommand('ndmpWorkbench.sessions.focus'),
    },
    {
      label: `$(file-binary) ${byteText(state.bytes)}`,
      description: `${state.format}, ${counted(state.packets, 'packet')}`,
    },
  ];
  if (state.damageTotal > 0)
    items.push({
      label: `$(warning) ${counted(state.damageTotal, 'damaged place')}`,
      description: 'show where',
      run: () => showDamage(panel),
    });
  const picked = await pickOne(items, { title: state.fileName });
  if (!picked) return;
  panel.reveal();
  await picked.run?.();
}

/** Asks for the key log of a capture and reads the capture with it. */
async function useKeyLog({ memory }: Workbench, { document }: CapturePanel): Promise<void> {
  const { keyLog } = document;
  if (keyLog !== undefined) {
    const another = { label: 'Choose Another Key Log…', another: true };
    const none = { label: 'Use No Key Log of Its Own', description: 'that of the settings holds', another: false };
    const picked = await pickOne([another, none], { title: `${document.fileName} Is Read With ${basename(keyLog)}` });
    if (!picked) return;
    if (!picked.another) return readWith(memory, document, undefined);
  }
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: `TLS Key Log of ${document.fileName}`,
      openLabel: 'Use',
      defaultUri: vscode.Uri.file(dirname(keyLog ?? document.uri.fsPath)),
      filters: { 'All files': ['*'], 'Key logs': ['log', 'txt', 'keys', 'keylog'] },
    })) ?? [];
  if (chosen) await readWith(memory, document, chosen.fsPath);
}

async function readWith(
  memory: Workbench['memory'],
  document: CaptureDocument,
  keyLog: string | undefined,
): Promise<void> {
  document.keyLog = keyLog;
  await memory.keepKeyLog(document.uri.toString(), keyLog);
  await document.reload();
}

async function exportVisible(workbench: Workbench, panel: CapturePanel): Promise<void> {
  const model = openModel(panel);
  const { visible } = panel.view.list;
  if (!visible || visible.length === 0) throw new UserError('There are no rows to export: clear the filter first.');
  const { uri } = panel.document;
  const defaultUri = uri.with({ path: uri.path.replace(/(\.(pcapng|pcap|cap|gz))+$/, '') + '.jsonl' });
  const target = await vscode.window.showSaveDialog({
    title: 'Export Rows',
    defaultUri,
    filters: { 'JSON Lines': ['jsonl'] },
  });
  if (!target) return;
  const written = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `Exporting to ${target.path.split('/').at(-1)}`,
      cancellable: true,
    },
    async (progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      // the file of a capture that was closed or read anew can no longer be read
      const stop = (): void => abort.abort();
      const gone = [panel.document.onDidDispose(stop), panel.document.onDidReload(stop)];
      const file = await open(target.fsPath, 'w');
      try {
        let last = 0;
        return await exportRows(
          model,
          visible,
          (work) => workbench.scheduler.run(work, abort.signal),
          async (text) => {
            await file.appendFile(text);
          },
          (done, total) => {
            progress.report({
              increment: ((done - last) / total) * 100,
              message: `${grouped(done)} of ${grouped(total)}`,
            });
            last = done;
          },
        );
      } finally {
        for (const listener of gone) listener.dispose();
        await file.close();
      }
    },
  );
  void vscode.window.showInformationMessage(`Exported ${counted(written, 'message')} to ${target.fsPath}.`);
}
