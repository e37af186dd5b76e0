import type { JsonValue } from '../../protocol';
import { refusalOf, type Argument, type Reply } from '../../transport/control/command';
import { LabRefusal } from './cluster';
import type { ControlReply } from './control';
import { howToConnect } from './howToConnect';
import type { Lab } from './lab';
import { LAB_PROFILE } from './profile';
import { sessionLines, statusLines } from './statusText';

/** A command against the running lab: of the command line, of the editor, and of its control socket. */
export interface LabCommand {
  name: string;
  summary: string;
  args: readonly Argument[];
  run(lab: Lab, args: readonly string[]): Reply | Promise<Reply>;
}

const done = (text: string): Reply => ({ text: [text], data: { done: text } });
const VOLUME = { name: 'volume', doc: 'such as /vs1/vol1' };
const NODE = { name: 'node', doc: 'such as cluster1-02' };
const CARTRIDGE = { name: 'cartridge', doc: 'its barcode' };

export const LAB_COMMANDS: readonly LabCommand[] = [
  {
    name: 'status',
    summary: 'show nodes, LIFs with their addresses, volumes, drives and cartridges',
    args: [],
    run: (lab) => ({ text: statusLines(lab.status()), data: lab.status() as unknown as JsonValue }),
  },
  {
    name: 'connect',
    summary: 'show how to connect, with lines to copy',
    args: [],
    run: (lab) => ({ text: howToConnect(lab), data: connectData(lab) }),
  },
  {
    name: 'sessions',
    summary: 'show the control connections and what they do',
    args: [],
    run: (lab) => ({ text: sessionLines(lab.sessions()), data: lab.sessions() as unknown as JsonValue }),
  },
  {
    name: 'move-volume',
    summary: 'give a volume to another node; what runs on it goes on',
    args: [VOLUME, NODE, { name: 'seconds', doc: 'in which nothing may begin on it', optional: true }],
    run: (lab, [volume, node, seconds]) => {
      lab.cluster.moveVolume(volume, node, secondsOf(seconds, LAB_PROFILE.cutoverSeconds));
      return done(`${volume} belongs to ${node} now: its affinity has changed, and its path has not.`);
    },
  },
  {
    name: 'migrate-lif',
    summary: 'move a LIF to another node; its sessions are cut off',
    args: [{ name: 'lif', doc: 'such as cluster_mgmt' }, NODE],
    run: async (lab, [lif, node]) => {
      lab.cluster.migrateLif(lif, node);
      await lab.settled();
      return done(`${lif} is on ${node} now, at the same address; its sessions were cut off.`);
    },
  },
  {
    name: 'node-down',
    summary: 'take a node down; its partner takes its volumes over',
    args: [NODE],
    run: async (lab, [node]) => {
      lab.cluster.takeDown(node);
      await lab.settled();
      return done(`${node} is down: its drives, its own LIFs and their sessions are gone.`);
    },
  },
  {
    name: 'node-up',
    summary: 'bring a node up again',
    args: [NODE],
    run: async (lab, [node]) => {
      lab.cluster.bringUp(node);
      await lab.settled();
      return done(`${node} is up and has taken its volumes and LIFs back.`);
    },
  },
  {
    name: 'add-cartridge',
    summary: 'put a new cartridge into a free slot',
    args: [CARTRIDGE, { name: 'capacity', doc: 'in megabytes', optional: true }],
    run: async (lab, [barcode, megabytes]) => done(await lab.media.add(barcode, megabytes)),
  },
  {
    name: 'export-cartridge',
    summary: "take a cartridge out of the library's import/export station",
    args: [CARTRIDGE],
    run: async (lab, [barcode]) => done(await lab.media.takeOut(barcode)),
  },
  {
    name: 'import-cartridge',
    summary: 'lay a cartridge that was taken out into the import/export station',
    args: [CARTRIDGE],
    run: async (lab, [barcode]) => done(await lab.media.putIn(barcode)),
  },
  {
    name: 'write-protect',
    summary: "set or clear a cartridge's write protection",
    args: [CARTRIDGE, { name: 'on|off', doc: 'on when left out', optional: true }],
    run: async (lab, [barcode, state]) => done(await lab.media.protect(barcode, isOn(state))),
  },
  {
    name: 'debug-log',
    summary: 'switch the debug log on or off',
    args: [{ name: 'on|off', doc: 'on when left out', optional: true }],
    run: (lab, [state]) => {
      lab.debugLog.on = isOn(state);
      return done(`The debug log ${lab.debugLog.file} is ${lab.debugLog.on ? 'on' : 'off'}.`);
    },
  },
  {
    name: 'stop',
    summary: 'stop the lab; all of it is there again at the next start',
    args: [],
    run: (lab) => {
      setImmediate(() => void lab.stop());
      return done('The lab stops.');
    },
  },
];

/** Runs a command by its name; never rejects. */
export async function runLabCommand(lab: Lab, name: string, args: readonly string[]): Promise<ControlReply> {
  const command = LAB_COMMANDS.find((each) => each.name === name);
  if (command === undefined) return { refused: `The lab knows no command ${JSON.stringify(name)}.` };
  const refused = refusalOf(command, args.length);
  if (refused !== undefined) return { refused };
  try {
    return await command.run(lab, args);
  } catch (error) {
    if (!(error instanceof LabRefusal))
      lab.log.write('error', `${name} failed: ${(error as Error).stack ?? String(error)}`);
    return { refused: (error as Error).message };
  }
}

/** What a program needs to connect; passwords are asked for with `password`. */
function connectData(lab: Lab): JsonValue {
  const { lifs, volumes, drives } = lab.status();
  return {
    simulated: true,
    folder: lab.folder.path,
    versions: [...lab.versions],
    logins: lab.hasPlaintext ? ['md5', 'text'] : ['md5'],
    lifs: lifs.map(({ name, type, svm, addresses }) => ({ name, type, svm, addresses: [...addresses] })),
    volumes: volumes.map(({ path }) => path),
    drives: drives.map(({ device }) => device),
    changer: 'mc0',
  };
}

function secondsOf(text: string | undefined, usual: number): number {
  if (text === undefined) return usual;
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds >= 0 && seconds <= 3600) return seconds;
  throw new LabRefusal(`${JSON.stringify(text)} is no number of seconds between 0 and 3600.`);
}

function isOn(text: string | undefined): boolean {
  if (text === undefined || text === 'on') return true;
  if (text === 'off') return false;
  throw new LabRefusal(`Say on or off, not ${JSON.stringify(text)}.`);
}
