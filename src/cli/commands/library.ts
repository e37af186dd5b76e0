import { Option, type Command } from 'commander';
import { escapeText } from '../../protocol';
import { callControl, type ControlReply } from '../../transport/control/controlSocket';
import { barcodesFrom } from '../../server/library/barcodes';
import { LIBRARY_COMMANDS, libraryPlace, runLibraryCommand, type LibraryCommand } from '../../server/library/commands';
import { inventoryLines } from '../../server/library/inventoryText';
import { LibraryError } from '../../server/library/model';
import { createLibrary, openLibrary } from '../../server/library/open';
import { Failure, UsageError } from '../failure';
import { jsonLine } from '../output/jsonl';
import { byteSize, countBetween } from '../serve/values';
import type { Io } from '../terminal/io';

interface CreateOptions {
  slots: number;
  drives: number;
  importExport: number;
  barcodes: string;
  cartridges?: number;
  capacity?: number;
  earlyWarning?: number;
}

const MOST_SLOTS = 10_000;

const help = `
Examples:
  ndmp library create tapes --slots 20 --cartridges 12 --capacity 2G
  ndmp library show tapes
  ndmp library add tapes NDM013L8 5              five more tapes, NDM013L8 to NDM017L8
  ndmp library move tapes NDM001L8 nst0          for applications that drive no changer
  ndmp library unload tapes nst0
  ndmp library take tapes NDM003L8               from the import/export station, once an application has put it there
  ndmp library protect tapes NDM001L8

A server that has the library open (ndmp serve --library, ndmp lab) does what is asked, and its clients are told by the
changer, as by a real one. Otherwise it is done in the folder.
Exit status: 0 done, 1 it could not be done, 2 wrong use.`;

export function registerLibrary(program: Command, io: Io): void {
  const library = program
    .command('library')
    .summary('be the operator of a virtual tape library')
    .description('Makes virtual tape libraries, shows what lies where, brings cartridges and takes them away.')
    .addHelpText('after', help);
  registerCreate(library, io);
  for (const command of LIBRARY_COMMANDS) registerOperation(library, io, command);
  for (const command of library.commands) command.copyInheritedSettings(program);
}

function registerCreate(library: Command, io: Io): void {
  library
    .command('create')
    .summary('make a library in a folder')
    .description('Makes a library in a folder, with tapes in its slots.')
    .argument('<folder>', 'which is made too')
    .addOption(new Option('--slots <n>', 'storage slots').argParser(countBetween(1, MOST_SLOTS)).default(10))
    .addOption(new Option('--drives <n>', 'drives, nst0 and on').argParser(countBetween(1, 64)).default(2))
    .addOption(
      new Option('--import-export <n>', 'places of the import/export station')
        .argParser(countBetween(0, 100))
        .default(2),
    )
    .addOption(
      new Option('--cartridges <n>', 'tapes to begin with (default: one for each slot)').argParser(
        countBetween(0, MOST_SLOTS),
      ),
    )
    .option('--barcodes <first>', 'barcode of the first tape', 'NDM001L8')
    .addOption(new Option('--capacity <bytes>', 'what a tape holds (default: 8G)').argParser(byteSize))
    .addOption(
      new Option('--early-warning <bytes>', 'how long before its end (default: a fiftieth, at least 256K)').argParser(
        byteSize,
      ),
    )
    .action((folder: string, options: CreateOptions) => create(io, folder, options));
}

async function create(io: Io, folder: string, options: CreateOptions): Promise<void> {
  const { slots, drives, importExport, capacity, earlyWarning, cartridges = slots } = options;
  if (cartridges > slots) throw new UsageError(`${cartridges} cartridges do not fit into ${slots} slots.`);
  try {
    const library = await createLibrary(folder, {
      slots,
      importExport,
      devices: Array.from({ length: drives }, (_, n) => `nst${n}`),
      cartridges: [{ barcodes: barcodesFrom(options.barcodes, cartridges), capacity, earlyWarning }],
    });
    for (const line of inventoryLines(library)) io.stdout.write(`${line}\n`);
    await library.close();
  } catch (error) {
    throw failureOf(error);
  }
}

function registerOperation(library: Command, io: Io, operation: LibraryCommand): void {
  const { name, summary, args, options = [] } = operation;
  const command = library
    .command(name)
    .summary(summary)
    .description(`${summary[0].toUpperCase()}${summary.slice(1)}.`)
    .argument('<folder>', 'of the library');
  for (const each of args) command.argument(each.optional ? `[${each.name}]` : `<${each.name}>`, each.doc);
  for (const { name: option, value, doc } of options)
    if (value === undefined) command.option(`--${option}`, doc);
    else command.addOption(new Option(`--${option} <${value}>`, doc).argParser(byteSize));
  command.option('--json', 'print the answer as JSON').action(async (folder: string, ...given: unknown[]) => {
    const words = given.slice(0, args.length).filter((each) => typeof each === 'string');
    const { json, ...chosen } = command.opts<Record<string, string | number | boolean | undefined>>();
    const reply = await carriedOut(operation, folder, [...words, ...optionWords(options, chosen)]);
    if ('refused' in reply) throw new Failure(escapeText(reply.refused));
    for (const line of json === true ? [jsonLine(reply.data)] : reply.text) io.stdout.write(`${line}\n`);
  });
}

/** Options as the library takes them, by the names that commander gives them. */
function optionWords(
  options: NonNullable<LibraryCommand['options']>,
  chosen: Record<string, string | number | boolean | undefined>,
): string[] {
  return options.flatMap(({ name, value }) => {
    const given = chosen[name.replaceAll(/-(\w)/g, (_match, letter: string) => letter.toUpperCase())];
    if (given === undefined) return [];
    return [value === undefined ? `--${name}` : `--${name}=${String(given)}`];
  });
}

/** By the server that has the library open, else in its folder. */
async function carriedOut({ name, running }: LibraryCommand, folder: string, words: string[]): Promise<ControlReply> {
  try {
    const reply = await callControl(libraryPlace(folder), name, words);
    if (reply) return reply;
    if (running) throw new Failure(`No server has the library in ${escapeText(folder)} open.`);
    const library = await openLibrary(folder);
    try {
      return await runLibraryCommand(library, name, words);
    } finally {
      await library.close();
    }
  } catch (error) {
    throw failureOf(error);
  }
}

function failureOf(error: unknown): unknown {
  const known = error instanceof LibraryError || (error as NodeJS.ErrnoException).code !== undefined;
  return known ? new Failure(escapeText((error as Error).message)) : error;
}
