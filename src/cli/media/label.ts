import { Option, type Command } from 'commander';
import { DmaFailure, NdmpFailure } from '../../dma/connection/failures';
import { CLUSTER_EXTENSIONS } from '../../dma/connection/extensions';
import { describeFinding, readLabel } from '../../dma/media/label';
import type { Library } from '../../dma/media/library';
import type { LabelFinding } from '../../dma/media/model';
import { TapeRefused } from '../../dma/media/failures';
import { isElsewhere } from '../../dma/media/placement';
import { isEmpty } from '../../dma/media/pools';
import { prepareTape } from '../../dma/media/preparing';
import type { Surroundings } from '../../dma/run/model';
import { TapeMode, TapeService, type TapeModeValue } from '../../dma/services/tape';
import { escapeText, type JsonObject } from '../../protocol';
import { confirmed } from '../dma/questions';
import { UsageError } from '../failure';
import { countBetween } from '../serve/values';
import type { Io } from '../terminal/io';
import { tapeJson, tapeUse } from './tapeText';
import { addLibraryOptions, visitLibrary, type LibraryOptions, type LibraryVisit, type Shown } from './withLibrary';

interface IdentifyOptions extends LibraryOptions {
  drive?: string;
}

interface LabelOptions extends IdentifyOptions {
  pool: string;
  force?: boolean;
  yes?: boolean;
  recordSize: number;
}

const LONGEST_NAME = 32;
const RECORD_SIZE = 65_536;
const LARGEST_RECORD = 16 * 1024 * 1024;

/** `ndmp media identify` and `label`: what stands at the beginning of tapes. */
export function registerLabel(media: Command, io: Io): void {
  addTapeOptions(
    media
      .command('identify')
      .summary('say what is on tapes, by their beginning')
      .description('Loads tapes one after the other and says what stands at their beginning. Nothing is written.'),
  ).action((server: string, barcodes: string[], options: IdentifyOptions) =>
    visitLibrary(io, options, { server, name: 'identify' }, (visit) => identify(visit, barcodes, options)),
  );
  addTapeOptions(
    media
      .command('label')
      .summary('label tapes for a pool')
      .description(
        'Labels empty tapes for a pool. A tape with data of others, or with backups that are to be kept, is refused.',
      )
      .requiredOption('--pool <pool>', 'pool that they will belong to')
      .option('--force', 'write over whatever is on these very tapes')
      .option('--yes', 'do not ask before something is lost')
      .addOption(
        new Option(
          '--record-size <bytes>',
          "size of the label's records; a multiple of the block on drives with fixed blocks",
        )
          .argParser(countBetween(512, LARGEST_RECORD))
          .default(RECORD_SIZE),
      ),
  ).action(async (server: string, barcodes: string[], options: LabelOptions) => {
    await checkForce(io, barcodes, options);
    const { pool } = options;
    await visitLibrary(io, options, { server, name: 'label', pool }, (visit) => label(visit, barcodes, options));
  });
}

function addTapeOptions(command: Command): Command {
  command
    .argument('<server>', 'tape server by name')
    .argument('<barcode...>', 'of the tapes')
    .option('--drive <device>', 'drive to use (default: the first that is free)');
  return addLibraryOptions(command);
}

async function checkForce(io: Io, barcodes: readonly string[], { force, yes }: LabelOptions): Promise<void> {
  const wrong = barcodes.find((barcode) => barcode.length > LONGEST_NAME || !/^[!-~]+$/.test(barcode));
  if (wrong !== undefined) throw new UsageError(`${escapeText(wrong)} is no barcode.`);
  if (force !== true || yes === true) return;
  const text = `Whatever is on ${barcodes.join(', ')} will be lost. Is that what you want?`;
  if (!(await confirmed(io, text)))
    throw new UsageError('Nothing was done: with --force a tape is written over. Say so with --yes.');
}

async function identify(
  { library, surroundings }: LibraryVisit,
  barcodes: readonly string[],
  options: IdentifyOptions,
): Promise<Shown> {
  const found: { barcode: string; finding: LabelFinding }[] = [];
  await withEachTape(
    library,
    surroundings,
    { barcodes, drive: options.drive, mode: TapeMode.READ },
    async (tape, barcode) => {
      found.push({ barcode, finding: await readLabel(tape) });
    },
  );
  return {
    lines: found.map(({ barcode, finding }) => `${escapeText(barcode)} ${describeFinding(finding)}.`),
    json: { tapes: found.map(({ barcode, finding }) => ({ barcode, ...findingJson(finding) })) },
  };
}

async function label(
  { library, surroundings }: LibraryVisit,
  barcodes: readonly string[],
  { drive, pool, force, recordSize }: LabelOptions,
): Promise<Shown> {
  const { catalog, events } = surroundings;
  const now = (): number => surroundings.now();
  const warn = (level: 'info' | 'warning' | 'error', text: string): void => {
    if (level !== 'info') events.message?.(level, text);
  };
  const lines: string[] = [];
  const tapes: JsonObject[] = [];
  await withEachTape(
    library,
    surroundings,
    { barcodes, drive, mode: TapeMode.WRITE },
    async (tape, barcode, device) => {
      const forced = force === true ? [barcode] : [];
      const before = await catalog.tape(barcode);
      try {
        const place = library.placeOf(barcode);
        const { element } = library.drives().find((known) => known.device === device) ?? {};
        const elsewhere = async (): Promise<boolean> => isElsewhere(await library.inventory(), barcode, element);
        const order = { catalog, barcode, pool, recordSize, now, message: warn, forced, isElsewhere: elsewhere, place };
        const record = await prepareTape(tape, order);
        await catalog.putTape(record);
        const isNew = record.label !== before?.label;
        const state = isNew ? 'labelled' : isEmpty(record) ? 'had its label already' : 'holds backups; its label stays';
        lines.push(`${escapeText(barcode)}: ${state} (${tapeUse(record, now())})`);
        tapes.push({ ...tapeJson(record), new: isNew, refused: null });
      } catch (problem) {
        if (!(problem instanceof TapeRefused)) throw problem;
        lines.push(escapeText(problem.message));
        tapes.push({ barcode, new: false, refused: problem.message });
      }
    },
  );
  const refused = tapes.filter((each) => each.refused !== null).length;
  return { lines, json: { tapes }, failed: refused > 0 };
}

/** Loads tapes one after the other into a drive, opens it for `use`, and leaves the drive empty. */
async function withEachTape(
  library: Library,
  surroundings: Surroundings,
  { barcodes, drive, mode }: { barcodes: readonly string[]; drive: string | undefined; mode: TapeModeValue },
  use: (tape: TapeService, barcode: string, device: string) => Promise<void>,
): Promise<void> {
  const device = drive ?? freeDrive(library);
  const named = barcodes.map((barcode) => library.named(barcode));
  const purpose = { role: 'tape', extensions: CLUSTER_EXTENSIONS };
  const connection = await surroundings.connect(library.server, purpose);
  const tape = new TapeService(connection);
  try {
    for (const barcode of named) {
      await library.mount(barcode, device, connection);
      await withOpenTape(tape, { device, mode }, () => use(tape, barcode, device));
    }
    await library.dismount(device, connection);
  } finally {
    await connection.close();
  }
}

/** A write-protected tape opens for reading alone: then `use` finds that out. */
async function withOpenTape(
  tape: TapeService,
  { device, mode }: { device: string; mode: TapeModeValue },
  use: () => Promise<void>,
): Promise<void> {
  try {
    await tape.open(device, mode);
  } catch (problem) {
    if (!(problem instanceof NdmpFailure) || problem.error !== 'WRITE_PROTECT') throw problem;
    await tape.open(device, TapeMode.READ);
  }
  try {
    await use();
  } finally {
    await tape.close();
  }
}

/** A drive that is empty; else the first that can be used. */
function freeDrive(library: Library): string {
  const usable = library.drives().filter(({ unusable }) => unusable === undefined);
  const best = usable.find(({ loaded }) => loaded === undefined) ?? usable[0];
  if (best) return best.device;
  const reasons = library.drives().map(({ device, unusable }) => `${device}: ${unusable ?? ''}`);
  throw new DmaFailure(`${library.server} has no drive that can be used. ${reasons.join('; ')}`.trim());
}

function findingJson(finding: LabelFinding): JsonObject {
  switch (finding.kind) {
    case 'ours':
      return { kind: 'ours', label: { ...finding.label } };
    case 'foreign':
      return { kind: 'foreign', by: finding.by, volume: finding.volume ?? null };
    case 'unreadable':
      return { kind: 'unreadable', why: finding.why };
    case 'blank':
      return { kind: 'blank' };
  }
}
