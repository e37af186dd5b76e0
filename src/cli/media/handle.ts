import { InvalidArgumentError, type Command } from 'commander';
import type { Library, Move } from '../../dma/media/library';
import { escapeText } from '../../protocol';
import type { Io } from '../terminal/io';
import { addLibraryOptions, visitLibrary, type LibraryOptions, type Shown } from './withLibrary';

/** A subcommand that has cartridges moved. */
interface Handling {
  name: string;
  summary: string;
  description: string;
  args: readonly { name: string; doc: string; parse?: (value: string) => string }[];
  run: (library: Library, given: readonly (string | undefined)[]) => Promise<Shown>;
}

const HANDLINGS: readonly Handling[] = [
  {
    name: 'load',
    summary: 'put a tape into a drive',
    description:
      'Puts a tape into a drive and waits until it is ready. What is in the drive goes back to its slot first.',
    args: [
      { name: '<barcode>', doc: 'of the tape' },
      { name: '<drive>', doc: 'device name' },
    ],
    run: async (library, [barcode = '', drive = '']) => {
      const tape = library.named(barcode);
      await library.mount(tape, drive);
      const lines = [`${escapeText(tape)} is in drive ${escapeText(drive)}.`];
      return { lines, json: { barcode: tape, drive } };
    },
  },
  {
    name: 'unload',
    summary: 'empty a drive',
    description: 'Takes the tape out of a drive; it goes back to its slot, or is ejected where there is no changer.',
    args: [{ name: '<drive>', doc: 'device name' }],
    run: async (library, [drive = '']) => {
      await library.dismount(drive);
      return { lines: [`Drive ${escapeText(drive)} is empty.`], json: { drive } };
    },
  },
  {
    name: 'move',
    summary: 'move a cartridge from element to element',
    description: 'Moves whatever is in one element to another one.',
    args: [
      { name: '<from>', doc: 'element address', parse: elementAddress },
      { name: '<to>', doc: 'element address', parse: elementAddress },
    ],
    run: async (library, [from, to]) => movesShown([await library.move(Number(from), Number(to))]),
  },
  {
    name: 'import',
    summary: 'take cartridges in from the import/export station',
    description: 'Moves cartridges from the import/export station into free slots: all of them, or one.',
    args: [{ name: '[barcode]', doc: 'of the one' }],
    run: async (library, [barcode]) => movesShown(await library.import(barcode && library.named(barcode))),
  },
  {
    name: 'export',
    summary: 'put a cartridge into the import/export station',
    description: 'Moves a cartridge into the import/export station, where a person can take it out.',
    args: [{ name: '<barcode>', doc: 'of the tape' }],
    run: async (library, [barcode = '']) => movesShown([await library.export(library.named(barcode))]),
  },
];

/** `ndmp media load`, `unload`, `move`, `import`, `export`. */
export function registerHandling(media: Command, io: Io): void {
  for (const { name, summary, description, args, run } of HANDLINGS) {
    const command = media
      .command(name)
      .summary(summary)
      .description(description)
      .argument('<server>', 'tape server by name');
    for (const each of args)
      if (each.parse) command.argument(each.name, each.doc, each.parse);
      else command.argument(each.name, each.doc);
    addLibraryOptions(command).action((server: string, ...given: unknown[]) => {
      const words = given.slice(0, args.length).map((each) => (typeof each === 'string' ? each : undefined));
      return visitLibrary(io, command.opts<LibraryOptions>(), { server, name }, ({ library }) => run(library, words));
    });
  }
}

function movesShown(moves: readonly Move[]): Shown {
  const lines = moves.map(
    ({ barcode, from, to }) => `${escapeText(barcode ?? 'The cartridge')}: element ${from} to ${to}`,
  );
  return {
    lines: lines.length > 0 ? lines : ['Nothing is there to move.'],
    json: { moves: moves.map(({ barcode, from, to }) => ({ barcode: barcode ?? null, from, to })) },
  };
}

function elementAddress(value: string): string {
  if (!/^\d{1,5}$/.test(value) || Number(value) > 0xffff)
    throw new InvalidArgumentError('An element address is a number from 0 to 65535.');
  return value;
}
