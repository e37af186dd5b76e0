import { resolve } from 'node:path';
import { messageOf } from '../../transport/messageOf';
import { refusalOf, type Argument, type Reply } from '../../transport/control/command';
import type { ControlPlace, ControlReply } from '../../transport/control/controlSocket';
import { barcodesFrom } from './barcodes';
import type { TapeLibrary } from './library';
import { LibraryError } from './model';
import { inventoryData, inventoryLines } from './inventoryText';

/** A command of an operator to a library, whether it runs in a server or lies in its folder. */
export interface LibraryCommand {
  name: string;
  summary: string;
  args: readonly Argument[];
  /** Options without a value are given as `name`, others as `name=value`. */
  options?: readonly { name: string; value?: string; doc: string }[];
  /** Makes sense only while a server has the library open. */
  running?: true;
  run(library: TapeLibrary, args: readonly string[], options: ReadonlyMap<string, string>): Promise<Reply> | Reply;
}

const done = (text: string): Reply => ({ text: [text], data: { done: text } });
const CARTRIDGE = { name: 'cartridge', doc: 'its barcode' };
const MOST_AT_ONCE = 1000;

export const LIBRARY_COMMANDS: readonly LibraryCommand[] = [
  {
    name: 'show',
    summary: 'show drives, slots and cartridges',
    args: [],
    run: (library) => ({ text: inventoryLines(library), data: inventoryData(library) }),
  },
  {
    name: 'add',
    summary: 'put new cartridges into free slots',
    args: [
      { name: 'barcode', doc: 'of the first one, such as NDM011L8' },
      { name: 'count', doc: 'how many, with barcodes counted on', optional: true },
    ],
    options: [
      { name: 'capacity', value: 'bytes', doc: 'what a tape holds, such as 500M (default: 8G)' },
      {
        name: 'early-warning',
        value: 'bytes',
        doc: 'how long before its end a writer is warned (default: a fiftieth, at least 256K)',
      },
      { name: 'cleaning', doc: 'cleaning cartridges' },
      { name: 'write-protected', doc: 'with the switch set' },
      { name: 'outside', doc: 'not put in yet' },
    ],
    run: async ({ operator }, [first, count = '1'], options) => {
      const barcodes = count === '1' ? [first] : barcodesFrom(first, countOf(count));
      const made = await operator.add({
        barcodes,
        kind: options.has('cleaning') ? 'cleaning' : 'data',
        capacity: bytesOf(options.get('capacity')),
        earlyWarning: bytesOf(options.get('early-warning')),
        writeProtected: options.has('write-protected'),
        into: options.has('outside') ? 'outside' : 'slots',
      });
      const slots = made.flatMap(({ element }) => element ?? []);
      const places =
        slots.length === 0 ? 'outside the library' : `in ${slots.length === 1 ? 'slot' : 'slots'} ${slots.join(', ')}`;
      return done(`Made ${made.length === 1 ? `cartridge ${first}` : `${made.length} cartridges`}, ${places}.`);
    },
  },
  {
    name: 'put',
    summary: 'put a cartridge that is outside into the import/export station',
    args: [CARTRIDGE, { name: 'element', doc: 'where; slots can be reached while the door is open', optional: true }],
    run: async (library, [cartridge, element]) => {
      const at = await library.operator.putIn(
        cartridge,
        element === undefined ? undefined : elementOf(library, element),
      );
      return done(`Cartridge ${cartridge} is in element ${at}.`);
    },
  },
  {
    name: 'take',
    summary: 'take a cartridge out of the import/export station',
    args: [CARTRIDGE],
    run: async ({ operator }, [cartridge]) => {
      await operator.takeOut(cartridge);
      return done(`Cartridge ${cartridge} is outside the library.`);
    },
  },
  {
    name: 'move',
    summary: 'have the robot move a cartridge',
    args: [CARTRIDGE, { name: 'to', doc: 'an element, or the device name of a drive' }],
    run: async (library, [cartridge, to]) => {
      await library.operator.move(cartridge, elementOf(library, to));
      return done(`Cartridge ${cartridge} is in ${to}.`);
    },
  },
  {
    name: 'unload',
    summary: "have the robot put a drive's cartridge back into its slot",
    args: [{ name: 'drive', doc: 'its device name' }],
    run: async (library, [drive]) => {
      const from = elementOf(library, drive);
      const { folder } = await library.operator.move(from, homeOf(library, from));
      return done(`Cartridge ${folder} is out of ${drive}.`);
    },
  },
  {
    name: 'protect',
    summary: "set or clear a cartridge's write protection",
    args: [CARTRIDGE, { name: 'on|off', doc: 'on when left out', optional: true }],
    run: async ({ operator }, [cartridge, state = 'on']) => {
      if (state !== 'on' && state !== 'off') throw new LibraryError('Write protection is on or off.');
      await operator.protect(cartridge, state === 'on');
      return done(`Cartridge ${cartridge} is ${state === 'on' ? 'write-protected' : 'writable'}.`);
    },
  },
  {
    name: 'discard',
    summary: 'destroy a cartridge that is outside, with all that is on it',
    args: [CARTRIDGE],
    run: async ({ operator }, [cartridge]) => {
      await operator.discard(cartridge);
      return done(`Cartridge ${cartridge} is no more.`);
    },
  },
  {
    name: 'door',
    summary: "open or close a running library's door",
    args: [{ name: 'open|close', doc: 'slots can be reached while it is open; nothing moves then' }],
    running: true,
    run: async ({ operator }, [state]) => {
      if (state === 'open') await operator.openDoor();
      else if (state === 'close') await operator.closeDoor();
      else throw new LibraryError('The door can be opened and closed: open or close.');
      return done(`The door is ${state === 'open' ? 'open: the library is not ready' : 'closed'}.`);
    },
  },
];

/** Where a library takes commands. */
export function libraryPlace(folder: string): ControlPlace {
  return { folder: resolve(folder), kind: 'library' };
}

/**
 * Carries out a command; never rejects.
 * @param library undefined: it is not open yet
 * @param words arguments in order, and options as `--name` or `--name=value`
 */
export async function runLibraryCommand(
  library: TapeLibrary | undefined,
  name: string,
  words: readonly string[],
): Promise<ControlReply> {
  const command = LIBRARY_COMMANDS.find((each) => each.name === name);
  if (!command) return { refused: `A library knows no command ${JSON.stringify(name)}.` };
  if (!library) return { refused: 'The library is being opened: try again.' };
  const args = words.filter((word) => !word.startsWith('--'));
  const refused = refusalOf(command, args.length);
  if (refused !== undefined) return { refused };
  try {
    return await command.run(library, args, optionsOf(words));
  } catch (problem) {
    return { refused: messageOf(problem) };
  }
}

function optionsOf(words: readonly string[]): Map<string, string> {
  const given = words.filter((word) => word.startsWith('--')).map((word) => /^--([^=]*)=?(.*)$/s.exec(word));
  return new Map(given.map((match) => [match?.[1] ?? '', match?.[2] ?? '']));
}

function countOf(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > MOST_AT_ONCE)
    throw new LibraryError(`${JSON.stringify(text)} is no number of cartridges from 1 to ${MOST_AT_ONCE}.`);
  return count;
}

function bytesOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const bytes = Number(text);
  if (!Number.isSafeInteger(bytes) || bytes <= 0)
    throw new LibraryError(`${JSON.stringify(text)} is no number of bytes.`);
  return bytes;
}

/** An element by its address or a drive by its device name. */
function elementOf(library: TapeLibrary, text: string): number {
  const bay = library.drives.find(({ device }) => device === text);
  if (bay) return bay.element;
  if (!/^\d{1,5}$/.test(text))
    throw new LibraryError(`The library has no drive and no element ${JSON.stringify(text)}.`);
  return Number(text);
}

/** The slot that a drive's cartridge came from, or else a free one. */
function homeOf(library: TapeLibrary, drive: number): number {
  const elements = library.inventory();
  const source = elements.find(({ element }) => element === drive)?.cartridge?.source;
  const free = elements.filter(({ kind, cartridge }) => kind === 'storage' && !cartridge).map(({ element }) => element);
  const home = source !== undefined && free.includes(source) ? source : free.at(0);
  if (home === undefined) throw new LibraryError('No slot is free: take a cartridge out of the library first.');
  return home;
}
