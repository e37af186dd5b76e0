import type { JsonValue } from '../protocol';
import { messageOf } from '../transport/messageOf';
import { refusalOf, type Argument, type Reply } from '../transport/control/command';
import type { ControlReply } from '../transport/control/controlSocket';
import type { LiveFaults } from './options';
import { statusLines } from './statusText';
import type { Tap } from './tap';

/** A command against a running tap: of the command line, of the editor, of its control socket. */
export interface TapCommand {
  name: string;
  summary: string;
  args: readonly Argument[];
  run(tap: Tap, args: readonly string[]): Reply;
}

/** The command cannot be carried out; the message is for people. */
export class TapRefusal extends Error {}

const MAX_FAULT_TEXT = 60_000;
const FAULT = { name: 'fault', doc: 'its id, as status shows it' };

/** `stop` answers, and whoever started the tap ends it. */
export const TAP_COMMANDS: readonly TapCommand[] = [
  {
    name: 'status',
    summary: 'show addresses, connections with their rate, the recording, faults and warnings',
    args: [],
    run: (tap) => ({ text: statusLines(tap.status()), data: tap.status() as unknown as JsonValue }),
  },
  {
    name: 'stop',
    summary: 'end the tap; connections that are open are broken off',
    args: [],
    run: () => done('The tap stops.'),
  },
  {
    name: 'cut',
    summary: 'cut a connection: fin closes it in order, rst (the default) breaks it off',
    args: [
      { name: 'connection', doc: 'its number, as status shows it' },
      { name: 'how', doc: 'fin or rst', optional: true },
    ],
    run: (tap, [number, how = 'rst']) => {
      if (how !== 'fin' && how !== 'rst') throw new TapRefusal('A connection is cut with fin or rst.');
      if (!tap.cut(Number(number), how)) throw new TapRefusal(`No connection ${number} is open.`);
      return done(`Connection ${number} is cut.`);
    },
  },
  {
    name: 'add-faults',
    summary: 'add a fault, as JSON in the form of a fault script',
    args: [{ name: 'json', doc: 'a fault, or a list of them' }],
    run: (tap, [text]) => {
      const given = parsed(text);
      const faults = faultsOf(tap);
      const ids = (Array.isArray(given) ? given : [given]).map((each) => faults.add(each));
      return { text: ids.map((id) => `Fault ${id} is there.`), data: { ids } };
    },
  },
  {
    name: 'remove-fault',
    summary: 'take a fault away',
    args: [FAULT],
    run: (tap, [id]) => {
      if (!faultsOf(tap).remove(Number(id))) throw new TapRefusal(`There is no fault ${id}.`);
      return done(`Fault ${id} is gone.`);
    },
  },
  {
    name: 'clear-faults',
    summary: 'take all faults away',
    args: [],
    run: (tap) => {
      faultsOf(tap).clear();
      return done('All faults are gone.');
    },
  },
  {
    name: 'rotate',
    summary: 'begin the next file of the recording',
    args: [],
    run: (tap) => {
      const { recording } = tap.options;
      if (!recording) throw new TapRefusal('The tap records nothing.');
      recording.rotate();
      return { text: [`The recording goes on in ${recording.path}.`], data: { path: recording.path } };
    },
  },
];

/** Carries out a command that came from outside; never throws. */
export function runTapCommand(tap: Tap, name: string, args: readonly string[]): ControlReply {
  const command = TAP_COMMANDS.find((each) => each.name === name);
  if (!command) return { refused: `A tap knows no command ${JSON.stringify(name.slice(0, 50))}.` };
  const refusal = refusalOf(command, args.length);
  if (refusal !== undefined) return { refused: refusal };
  try {
    return command.run(tap, args);
  } catch (problem) {
    return { refused: messageOf(problem) };
  }
}

const done = (text: string): Reply => ({ text: [text], data: { done: text } });

function faultsOf(tap: Tap): LiveFaults {
  if (!tap.options.faults) throw new TapRefusal('This tap was started without faults.');
  return tap.options.faults;
}

function parsed(text: string): unknown {
  if (text.length > MAX_FAULT_TEXT) throw new TapRefusal('That is more than a list of faults may be.');
  try {
    return JSON.parse(text);
  } catch (problem) {
    throw new TapRefusal(`That is no JSON: ${messageOf(problem)}.`, { cause: problem });
  }
}
