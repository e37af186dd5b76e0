import type { Command } from 'commander';
import type { Catalog, SetRecord } from '../../dma/catalog/model';
import { DmaFailure } from '../../dma/connection/failures';
import { expireSets, setsThatNeed } from '../../dma/media/expireTapes';
import { tapeMeant } from '../../dma/media/identity';
import type { Surroundings } from '../../dma/run/model';
import { escapeText, type JsonObject } from '../../protocol';
import { confirmed } from '../dma/questions';
import { withSurroundings } from '../dma/surroundings';
import { UsageError } from '../failure';
import type { Io } from '../terminal/io';
import { counted } from '../terminal/text';
import { day } from './tapeText';
import { addMediaOptions, print, type MediaOptions, type Shown } from './withLibrary';

interface ExpireOptions extends MediaOptions {
  yes?: boolean;
}

/** `ndmp media expire`: backups are given up, so that their tapes can be written again. */
export function registerExpire(media: Command, io: Io): void {
  addMediaOptions(
    media
      .command('expire')
      .summary('give up the backups on tapes')
      .description(
        'Gives up every backup with a part on these tapes, and those that build on them: the tapes can be written again. They stay readable until then.',
      )
      .argument('<barcode...>', 'of the tapes')
      .option('--yes', 'do not ask first'),
  ).action(async (barcodes: string[], options: ExpireOptions) => {
    print(
      io,
      options,
      await withSurroundings(options, io, (surroundings) => expire(io, surroundings, barcodes, options)),
    );
  });
}

async function expire(
  io: Io,
  { catalog, now }: Surroundings,
  given: readonly string[],
  { yes }: ExpireOptions,
): Promise<Shown> {
  const tapes = await catalog.tapes();
  const barcodes = given.map((each) => {
    const tape = tapeMeant(tapes, each);
    if (tape) return tape.barcode;
    throw new DmaFailure(`The catalog knows no tape ${escapeText(each)}.`);
  });
  const sets = await setsThatNeed(catalog, barcodes);
  if (yes !== true && sets.length > 0) {
    for (const set of sets) io.stderr.write(`${setText(set)}\n`);
    if (!(await confirmed(io, `Give up ${counted(sets.length, 'backup')}?`)))
      throw new UsageError('Nothing was done: say with --yes that these backups are to be given up.');
  }
  const free = await expireSets(catalog, sets, barcodes, now());
  const json: JsonObject = { sets: sets.map(({ id, uuid }) => ({ id, uuid })), free };
  return {
    json,
    lines: [
      ...sets.map((set) => `${setText(set)}: given up`),
      free.length > 0 ? `Free to be written: ${free.map(escapeText).join(', ')}` : 'No tape is free by this.',
      ...(await heldBack(catalog, barcodes)),
    ],
  };
}

/** Tapes that are not written all the same. */
async function heldBack(catalog: Catalog, barcodes: readonly string[]): Promise<string[]> {
  const tapes = await Promise.all(barcodes.map((barcode) => catalog.tape(barcode)));
  return tapes.flatMap((tape) => {
    if (tape?.state === 'damaged') return [`${escapeText(tape.barcode)} is marked as damaged and stays so.`];
    return tape?.protected ? [`${escapeText(tape.barcode)} is protected and stays so: see ndmp media unprotect.`] : [];
  });
}

function setText({ id, job, path, level, started }: SetRecord): string {
  return `set ${id}: ${escapeText(job)}, ${escapeText(path)}, level ${level} of ${day(started)}`;
}
