import { Option, type Command } from 'commander';
import type { Catalog, TapeRecord, TapeState } from '../../dma/catalog/model';
import { tapeMeant } from '../../dma/media/identity';
import { isEmpty, newTape } from '../../dma/media/pools';
import { escapeText, type JsonObject } from '../../protocol';
import { withSurroundings } from '../dma/surroundings';
import { tableLines } from '../dma/grid';
import { UsageError } from '../failure';
import { Grid } from '../output/grid';
import type { Io } from '../terminal/io';
import { widthOf } from '../terminal/style';
import { byteSize } from '../terminal/text';
import { day, keptText, tapeJson } from './tapeText';
import { addMediaOptions, print, type MediaOptions, type Shown } from './withLibrary';

const STATES: readonly TapeState[] = ['scratch', 'active', 'full', 'damaged', 'cleaning', 'foreign'];

/** What is said of tapes in the catalog alone. */
const MARKS: Readonly<Record<string, { summary: string; done: string; change: Partial<TapeRecord> }>> = {
  protect: {
    summary: 'keep tapes from being written',
    done: 'is protected: nothing is written on it.',
    change: { protected: true },
  },
  unprotect: { summary: 'let tapes be written again', done: 'is not protected.', change: { protected: false } },
  retire: {
    summary: 'mark tapes as damaged, never to be written again',
    done: 'is marked as damaged: nothing is written on it; restores may still read it.',
    change: { state: 'damaged' },
  },
};

interface ListOptions extends MediaOptions {
  pool?: string;
  state?: TapeState;
}

/** `ndmp media list`, `pools`, `protect`, `unprotect`, `retire`: tapes as the catalog knows them. */
export function registerTapes(media: Command, io: Io): void {
  addMediaOptions(
    media
      .command('list')
      .summary('tapes that the catalog knows')
      .description('Lists the tapes that the catalog knows, wherever they are.')
      .option('--pool <pool>', 'only those of this pool')
      .addOption(new Option('--state <state>', 'only those in this state').choices(STATES)),
  ).action((options: ListOptions) =>
    withCatalog(io, options, async (catalog) => listShown(io, await catalog.tapes(filterOf(options)))),
  );
  addMediaOptions(
    media
      .command('pools')
      .summary('pools, with how many tapes are free')
      .description('Sums up the tapes of each pool. Tapes of the pool "free" belong to whichever pool needs one.'),
  ).action((options: MediaOptions) =>
    withCatalog(io, options, async (catalog) => poolsShown(io, await catalog.tapes(), Date.now())),
  );
  for (const [name, { summary, done, change }] of Object.entries(MARKS))
    addMediaOptions(
      media
        .command(name)
        .summary(summary)
        .description(`${summary[0].toUpperCase()}${summary.slice(1)}, by the catalog.`)
        .argument('<barcode...>', 'of the tapes'),
    ).action((barcodes: string[], options: MediaOptions) =>
      withCatalog(io, options, (catalog) => mark(catalog, barcodes, change, done)),
    );
}

async function withCatalog(io: Io, options: MediaOptions, use: (catalog: Catalog) => Promise<Shown>): Promise<void> {
  print(io, options, await withSurroundings(options, io, ({ catalog }) => use(catalog)));
}

function filterOf({ pool, state }: ListOptions): { pool?: string; state?: TapeState } {
  return { ...(pool !== undefined && { pool }), ...(state !== undefined && { state }) };
}

function listShown(io: Io, tapes: readonly TapeRecord[]): Shown {
  const now = Date.now();
  const table = tableLines<TapeRecord>(
    [
      { title: 'barcode', of: ({ barcode }) => barcode },
      { title: 'pool', of: ({ pool }) => pool },
      { title: 'state', of: ({ state, protected: isProtected }) => (isProtected ? `${state}, protected` : state) },
      { title: 'files', align: 'right', of: ({ files }) => String(files), spare: 2 },
      { title: 'size', align: 'right', of: ({ bytes }) => byteSize(Number(bytes)) },
      { title: 'written', of: ({ lastWritten }) => day(lastWritten), spare: 1 },
      { title: 'mounts', align: 'right', of: ({ mounts }) => String(mounts), spare: 3 },
      { title: 'kept', of: (tape) => (isEmpty(tape) ? '-' : keptText(tape, now).replace(/^kept /, '')) },
      { title: 'place', of: placeOf },
    ],
    tapes,
    widthOf(io),
  );
  const lines = tapes.length === 0 ? ['The catalog knows no such tape.'] : table;
  return { lines, json: { tapes: tapes.map(tapeJson) } };
}

function placeOf({ library, element }: TapeRecord): string {
  return library === undefined ? 'on the shelf' : `${library} element ${element ?? '?'}`;
}

function poolsShown(io: Io, tapes: readonly TapeRecord[], now: number): Shown {
  const names = [...new Set(tapes.map(({ pool }) => pool))].sort();
  const sums = names.map((pool) => {
    const own = tapes.filter((tape) => tape.pool === pool);
    return {
      pool,
      tapes: own.length,
      empty: own.filter(isEmpty).length,
      expired: own.filter((tape) => !isEmpty(tape) && tape.expires !== undefined && tape.expires <= now).length,
      full: own.filter(({ state }) => state === 'full').length,
      bytes: String(own.reduce((sum, { bytes }) => sum + bytes, 0n)),
    };
  });
  const titles = ['pool', 'tapes', 'empty', 'expired', 'full', 'bytes'];
  const grid = new Grid(
    titles.map((title, n) => ({ title, align: n === 0 ? 'left' : 'right', width: n === 0 ? 10 : 7 })),
    widthOf(io),
  );
  const rows = sums.map(({ pool, tapes: count, empty, expired, full, bytes }) => {
    const cells = [pool, String(count), String(empty), String(expired), String(full), byteSize(Number(bytes))];
    return grid.row(cells.map((text) => ({ text: escapeText(text) })));
  });
  const lines = names.length === 0 ? ['The catalog knows no tape.'] : [grid.head(), ...rows];
  return { lines, json: { pools: sums } };
}

async function mark(
  catalog: Catalog,
  barcodes: readonly string[],
  change: Partial<TapeRecord>,
  done: string,
): Promise<Shown> {
  const all = await catalog.tapes();
  const known = barcodes.map((barcode) => tapeMeant(all, barcode));
  const strange = barcodes.filter((_, n) => known[n] === undefined);
  // A tape that nobody has written can be protected too; a name with a slip in it should not pass for one.
  const wrong = strange.find((barcode) => !/^[!-~]{1,32}$/.test(barcode));
  if (wrong !== undefined) throw new UsageError(`${escapeText(wrong)} is no barcode.`);
  const tapes: TapeRecord[] = [];
  for (const [n, barcode] of barcodes.entries()) {
    const tape = { ...(known[n] ?? newTape(barcode)), ...change };
    await catalog.putTape(tape);
    tapes.push(tape);
  }
  const json: JsonObject = { tapes: tapes.map(tapeJson) };
  return { json, lines: tapes.map(({ barcode }) => `${escapeText(barcode)} ${done}`) };
}
