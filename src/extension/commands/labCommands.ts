import * as vscode from 'vscode';
import { callLab, NoLab } from '../../server/lab/control';
import type { LabStatus } from '../../server/lab/status';
import { readUsers, userKey } from '../../server/lab/users';
import { LOG_EDITOR } from '../contributions';
import { UserError } from '../editor/userError';
import { labFolder } from '../lab/labFolder';
import type { LabHost } from '../lab/labHost';
import { setting } from '../settings';
import type { CommandImplementations } from '.';
import { pickOne } from './prompt';

type Names = 'startLab' | 'stopLab' | 'showLab' | 'moveLabVolume' | 'copyLabPassword' | 'openLabLog';

const HOW = 'How to Connect';
const PASSWORD = 'Copy Password';

/** Commands around the lab. But for its start they are for any lab of the folder, also one that runs in a terminal. */
export function labCommands(host: LabHost): Pick<CommandImplementations, Names> {
  return {
    async startLab() {
      if (host.state !== 'stopped') throw new UserError('The NDMP lab runs already.');
      const folder = labFolder().path;
      const options = { location: vscode.ProgressLocation.Window, title: 'Starting the NDMP lab' };
      await vscode.window.withProgress(options, () => host.start({ folder, port: setting('lab.port') }));
      void offerNextSteps(host);
    },

    async stopLab() {
      if (host.state === 'stopped') await call('stop');
      else await host.stop();
    },

    async showLab() {
      for (const line of (await call('connect')).text) host.output.appendLine(line);
      host.output.show(true);
    },

    async moveLabVolume() {
      const { volumes, nodes } = (await call('status')).data as LabStatus;
      const volume = await pickOne(
        volumes.map(({ path, node }) => ({ label: path, description: `on ${node ?? 'no node'}` })),
        { title: 'Move Lab Volume', placeHolder: 'The volume that gets another node' },
      );
      if (!volume) return;
      const from = volumes.find(({ path }) => path === volume.label)?.node;
      const node = await pickOne(
        nodes.filter(({ name, up }) => up && name !== from).map(({ name }) => ({ label: name })),
        { title: `Move ${volume.label}`, placeHolder: 'The node that it goes to' },
      );
      if (!node) return;
      const { text } = await call('move-volume', volume.label, node.label);
      void vscode.window.showInformationMessage(text.join(' '));
    },

    copyLabPassword: () => copyPassword(),

    async openLabLog() {
      const { debugLog } = (await call('status')).data as LabStatus;
      if (debugLog === undefined) throw new UserError('The lab writes no debug log: ndmp lab debug-log on.');
      await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(debugLog), LOG_EDITOR);
    },
  };
}

async function call(command: string, ...args: string[]): Promise<{ text: string[]; data: unknown }> {
  try {
    const reply = await callLab(labFolder().path, command, args);
    if ('refused' in reply) throw new UserError(reply.refused);
    return reply;
  } catch (error) {
    if (error instanceof NoLab) throw new UserError('The NDMP lab does not run: start it with "NDMP: Start Lab".');
    throw error;
  }
}

async function offerNextSteps(host: LabHost): Promise<void> {
  const text = 'The NDMP lab runs: a simulated cluster with volumes, drives and a tape library.';
  const answer = await vscode.window.showInformationMessage(text, HOW, PASSWORD);
  if (answer === HOW) host.output.show(true);
  if (answer === PASSWORD) await copyPassword();
}

async function copyPassword(): Promise<void> {
  const users = readUsers(labFolder(), undefined);
  if (users.length === 0) throw new UserError('There is no NDMP lab yet: start it with "NDMP: Start Lab".');
  const picked = await pickOne(
    users.map((user) => ({ label: userKey(user), description: describe(user.svm), password: user.password })),
    { title: 'Copy Lab Password', placeHolder: 'The user whose password is copied' },
  );
  if (picked) await vscode.env.clipboard.writeText(picked.password);
}

function describe(svm: string | undefined): string {
  return svm === undefined ? 'node-management, cluster-management and intercluster LIFs' : `data LIFs of ${svm}`;
}
