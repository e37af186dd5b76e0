import * as vscode from 'vscode';
import { CAPTURE_EDITOR } from '../contributions';
import { UserError } from '../editor/userError';
import { tableDescriptions } from '../sampleText';
import type { Workbench } from '../workbench';
import type { CommandImplementations } from '.';
import { pickOne } from './prompt';

type Names = 'openCapture' | 'openSample' | 'reopenWith' | 'showLog';

/** Commands that bring a file into an editor. */
export function openCommands(workbench: Workbench): Pick<CommandImplementations, Names> {
  return {
    async openCapture() {
      const files = await vscode.window.showOpenDialog({
        title: 'Open Capture',
        canSelectMany: true,
        filters: { Captures: ['pcap', 'pcapng', 'cap', 'gz'], 'All files': ['*'] },
      });
      for (const file of files ?? []) await openInEditor(file);
    },

    async openSample() {
      const samples = await findSamples(vscode.Uri.joinPath(workbench.extensionUri, 'samples'));
      if (samples.length === 0) throw new UserError('This build of NDMP Workbench has no sample captures.');
      const picked = await pickOne(samples, {
        title: 'Open Sample Capture',
        placeHolder: 'Small captures that ship with NDMP Workbench',
        matchOnDescription: true,
        matchOnDetail: true,
      });
      if (picked) await openInEditor(picked.uri);
    },

    async reopenWith() {
      workbench.activePanel?.reveal();
      await vscode.commands.executeCommand('workbench.action.reopenWithEditor');
    },

    showLog: () => workbench.log.show(),
  };
}

async function openInEditor(uri: vscode.Uri): Promise<void> {
  await vscode.commands.executeCommand('vscode.openWith', uri, CAPTURE_EDITOR);
}

interface Sample extends vscode.QuickPickItem {
  uri: vscode.Uri;
}

/** The captures in the folder and one level below. */
async function findSamples(folder: vscode.Uri): Promise<Sample[]> {
  const descriptions = await readDescriptions(folder);
  const samples: Sample[] = [];
  for (const [name, type] of await list(folder)) {
    const uri = vscode.Uri.joinPath(folder, name);
    if (type === vscode.FileType.Directory) {
      for (const [inner] of await list(uri))
        if (isCapture(inner)) samples.push(sample(vscode.Uri.joinPath(uri, inner), inner, descriptions.get(inner)));
    } else if (isCapture(name)) samples.push(sample(uri, name, descriptions.get(name)));
  }
  const order = [...descriptions.keys()];
  return samples.sort((a, b) => order.indexOf(a.label) - order.indexOf(b.label) || a.label.localeCompare(b.label));
}

const isCapture = (name: string) => /\.(pcap|pcapng|cap)(\.gz)?$/.test(name);
const sample = (uri: vscode.Uri, label: string, detail: string | undefined): Sample => ({ uri, label, detail });

async function list(folder: vscode.Uri): Promise<[string, vscode.FileType][]> {
  try {
    return await vscode.workspace.fs.readDirectory(folder);
  } catch {
    return [];
  }
}

/** What the tables of the folder's README say of its files, in their order: "| `file.pcap` | what it is |". */
async function readDescriptions(folder: vscode.Uri): Promise<Map<string, string>> {
  try {
    const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, 'README.md'));
    return tableDescriptions(new TextDecoder().decode(bytes));
  } catch {
    return new Map(); // samples without descriptions are still samples
  }
}
