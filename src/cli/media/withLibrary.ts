import { Option, type Command } from 'commander';
import { openLibrary, type Library } from '../../dma/media/library';
import type { ServerReport } from '../../dma/query/model';
import type { Surroundings } from '../../dma/run/model';
import type { JsonValue } from '../../protocol';
import { addDmaOptions, type DmaOptions } from '../dma/options';
import { withSurroundings } from '../dma/surroundings';
import { ExitStatus } from '../failure';
import { jsonLine } from '../output/jsonl';
import type { Io } from '../terminal/io';

/** What every subcommand of `ndmp media` takes. */
export interface MediaOptions extends DmaOptions {
  json?: boolean;
}

export interface LibraryOptions extends MediaOptions {
  changer?: string;
  record?: boolean;
}

/** A result for people and for programs. */
export interface Shown {
  lines: readonly string[];
  json: JsonValue;
  /** Something of it could not be done: exit status 1. */
  failed?: boolean;
}

export function addMediaOptions(command: Command): Command {
  return addDmaOptions(command.option('--json', 'print the result as JSON'));
}

export function addLibraryOptions(command: Command): Command {
  return addMediaOptions(
    command
      .addOption(
        new Option('--changer <device>', "the server's changer, where it has several; - for drives without one"),
      )
      .option('--record', 'keep a recording and a log of the connections in the runs folder of --home'),
  );
}

/** What a subcommand works with. */
export interface LibraryVisit {
  library: Library;
  surroundings: Surroundings;
}

/**
 * Opens the library behind a server for a subcommand, and prints what it gives back.
 * @param name of the subcommand, for the recording
 */
export async function visitLibrary(
  io: Io,
  options: LibraryOptions,
  { server, name, drives = [], pool }: { server: string; name: string; drives?: readonly string[]; pool?: string },
  use: (visit: LibraryVisit) => Promise<Shown>,
  report?: (surroundings: Surroundings) => Promise<ServerReport>,
): Promise<void> {
  const changer = options.changer === '-' ? '' : options.changer;
  const shown = await withSurroundings(
    options,
    io,
    async (surroundings) => {
      const order = { server, changer, drives, pool, report: await report?.(surroundings) };
      const library = await openLibrary(surroundings, order);
      try {
        return await use({ library, surroundings });
      } finally {
        await library.close();
      }
    },
    options.record === true ? { run: `media-${name}` } : {},
  );
  print(io, options, shown);
}

export function print(io: Io, { json }: MediaOptions, shown: Shown): void {
  for (const line of json === true ? [jsonLine(shown.json)] : shown.lines) io.stdout.write(`${line}\n`);
  if (shown.failed === true) throw new ExitStatus(1);
}
