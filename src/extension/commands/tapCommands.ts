import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { CAPTURE_EDITOR } from '../contributions';
import { UserError } from '../editor/userError';
import { askFault } from '../tap/faultQuestions';
import { askStartTap } from '../tap/startQuestions';
import type { KnownTap } from '../tap/tapBook';
import type { TapHost } from '../tap/tapHost';
import { tapItem, type TapItem } from '../tap/tapItems';
import { sizeText, tapNode } from '../tap/tapTexts';
import type { tapCommands as contributed } from '../tapContributions';
import type { Workbench } from '../workbench';
import type { CommandImplementations } from '.';
import { pickOne } from './prompt';

type Item<K extends TapItem['kind']> = Extract<TapItem, { kind: K }>;

/** Commands around taps. From the palette they are about the one that runs, or the one that is picked. */
export function tapCommands(
  workbench: Workbench,
  host: TapHost,
): Pick<CommandImplementations, keyof typeof contributed> {
  const { book } = host;
  const call = async (tap: KnownTap, ...words: [string, ...string[]]): Promise<void> => {
    await book.call(tap, ...words);
  };

  return {
    async startTap() {
      if (!vscode.workspace.isTrusted) throw new UserError('A tap is started in trusted workspaces only.');
      const order = await askStartTap(workbench.memory);
      if (!order) return;
      const options = { location: vscode.ProgressLocation.Window, title: 'Starting the NDMP tap' };
      const folder = await vscode.window.withProgress(options, () => host.start(order));
      const tap = book.find(folder);
      if (!tap) throw new Error('The tap ended at once.');
      void offerAddress(tap);
      await openLive(tap);
    },

    async openLiveTap(argument) {
      await openLive(await chosen(host, argument));
    },

    async addTapFault(argument) {
      const tap = await chosen(host, argument);
      const fault = await askFault();
      if (fault !== undefined) await call(tap, 'add-faults', fault);
    },

    async clearTapFaults(argument) {
      await call(await chosen(host, argument), 'clear-faults');
    },

    async removeTapFault(argument) {
      const { tap, fault } = itemOf('tapFault', argument);
      await call(tap, 'remove-fault', String(fault.id));
    },

    async rotateTap(argument) {
      await call(await chosen(host, argument), 'rotate');
    },

    async stopTap(argument) {
      await call(await chosen(host, argument), 'stop');
      await host.look();
    },

    async copyTapAddress(argument) {
      const { file } = await chosen(host, argument);
      await vscode.env.clipboard.writeText(file.listen[0] ?? '');
    },

    async cutTapConnection(argument) {
      const { tap, connection } = itemOf('tapConnection', argument);
      await call(tap, 'cut', String(connection.id), 'rst');
    },

    async closeTapConnection(argument) {
      const { tap, connection } = itemOf('tapConnection', argument);
      await call(tap, 'cut', String(connection.id), 'fin');
    },

    async openTapRecording(argument) {
      await openFile(itemOf('tapRecording', argument).recording.path);
    },

    saveTapRecording: (argument) => save(itemOf('tapRecording', argument)),

    async deleteTapRecording(argument) {
      const { tap, recording } = itemOf('tapRecording', argument);
      const text = `Delete the recording ${recording.name} (${sizeText(recording.bytes)})?`;
      if (await isConfirmed(text)) await book.remove(tap, recording);
    },

    async deleteTap(argument) {
      const { tap } = itemOf('tap', argument);
      const bytes = tap.recordings.reduce((sum, each) => sum + each.bytes, 0);
      const { label } = tapNode(tap);
      const count = tap.recordings.length;
      const files = count === 1 ? 'its recording' : `its ${count} recordings`;
      if (await isConfirmed(`Delete the tap ${label} with ${files} (${sizeText(bytes)})?`)) await book.forget(tap);
    },

    refreshTaps: () => host.look(),
  };
}

/** The tap that a command is about. */
async function chosen(host: TapHost, argument: unknown): Promise<KnownTap> {
  const item = tapItem(argument);
  if (item) return item.tap;
  await host.look();
  const { running } = host.book;
  if (running.length === 0) throw new UserError('No NDMP tap runs: start one with "NDMP: Start Tap…".');
  if (running.length === 1) return running[0];
  const items = running
    .map((tap) => ({ tap, ...tapNode(tap) }))
    .map(({ tap, label, description }) => ({ tap, label, description }));
  const picked = await pickOne(items, { title: 'NDMP Tap', placeHolder: 'Which tap' });
  if (!picked) throw new vscode.CancellationError();
  return picked.tap;
}

function itemOf<K extends TapItem['kind']>(kind: K, argument: unknown): Item<K> {
  const item = tapItem(argument);
  if (item?.kind !== kind) throw new UserError('This is done from the list of taps in the NDMP side bar.');
  return item as Item<K>;
}

async function openLive({ file, recordings }: KnownTap): Promise<void> {
  const path = file.recording ?? recordings.at(-1)?.path;
  if (path === undefined) throw new UserError('This tap records nothing.');
  await openFile(path);
}

async function openFile(path: string): Promise<void> {
  await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(path), CAPTURE_EDITOR, { preview: false });
}

async function offerAddress({ file }: KnownTap): Promise<void> {
  const copy = 'Copy Address';
  const [address = ''] = file.listen;
  const text = `The tap listens on ${address} and leads on to ${file.target}. Point the backup application at it.`;
  if ((await vscode.window.showInformationMessage(text, copy)) === copy) await vscode.env.clipboard.writeText(address);
}

async function save({ recording }: Item<'tapRecording'>): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    title: 'Save Recording',
    defaultUri: folder ? vscode.Uri.joinPath(folder, recording.name) : vscode.Uri.file(join('/', recording.name)),
    filters: { Captures: ['pcapng'] },
  });
  if (!target) return;
  if (target.fsPath === recording.path) throw new UserError('The recording is there already.');
  await copyFile(recording.path, target.fsPath);
  const open = 'Open';
  void vscode.window.showInformationMessage(`Saved as ${target.fsPath}.`, open).then((answer) => {
    if (answer === open) void openFile(target.fsPath);
  });
}

async function isConfirmed(text: string): Promise<boolean> {
  const yes = 'Delete';
  return (await vscode.window.showWarningMessage(text, { modal: true, detail: 'It cannot be had back.' }, yes)) === yes;
}
