import { Option, type Command } from 'commander';
import type { Catalog, PartRecord, SetRecord, SetState } from '../../dma/catalog/model';
import { escapeText } from '../../protocol';
import { tableLines } from '../dma/grid';
import { numberFromOne } from '../options';
import type { Io } from '../terminal/io';
import { widthOf } from '../terminal/style';
import { counted, grouped } from '../terminal/text';
import { keptText, minute, sizeText, sourceText } from './text';
import { addCatalogOptions, setNamed, withCatalog, type CatalogOptions, type Shown } from './withCatalog';

interface ListOptions extends CatalogOptions {
  job?: string;
  server?: string;
  path?: string;
  tape?: string;
  state?: SetState;
  limit: number;
}

const STATES: readonly SetState[] = ['writing', 'complete', 'partial', 'incomplete'];

/** `ndmp catalog list` and `show`: backup sets. */
export function registerSets(catalog: Command, io: Io): void {
  addCatalogOptions(
    catalog
      .command('list')
      .summary('backup sets')
      .description('Lists the backup sets, the last one first.')
      .option('--job <job>', 'only those of this job')
      .option('--server <server>', 'only those of this server')
      .option('--path <path>', 'only those of this source')
      .option('--tape <barcode>', 'only those with a part on this tape')
      .addOption(new Option('--state <state>', 'only those in this state').choices(STATES))
      .addOption(new Option('--limit <number>', 'at most so many').argParser(numberFromOne).default(100)),
  ).action((options: ListOptions) => withCatalog(io, options, (opened) => list(io, opened, options)));
  addCatalogOptions(
    catalog
      .command('show')
      .summary('one backup set, with where it lies')
      .description(
        'Shows all that is known of a backup set, the tapes it lies on, and the sets that a restore of it needs.',
      )
      .argument('<set>', 'number or UUID of the set'),
  ).action((name: string, options: CatalogOptions) => withCatalog(io, options, (opened) => show(io, opened, name)));
}

async function list(io: Io, catalog: Catalog, options: ListOptions): Promise<Shown> {
  const { job, server, path, tape: barcode, state, limit } = options;
  const all = (await catalog.sets({ job, server, path, barcode, state })).reverse();
  const sets = await Promise.all(
    all.slice(0, limit).map(async (set) => ({ ...set, tapes: tapesOf(await catalog.parts(set.id)) })),
  );
  const now = Date.now();
  const table = tableLines(
    [
      { title: 'set', of: ({ id }) => String(id), align: 'right' },
      { title: 'began (UTC)', of: ({ started }) => minute(started), spare: 1 },
      { title: 'job', of: ({ job: name }) => name, spare: 2 },
      { title: 'source', of: sourceText },
      { title: 'level', of: ({ level, base }) => (base === undefined ? String(level) : `${level} on ${base}`) },
      { title: 'state', of: ({ state: own }) => own },
      { title: 'size', of: ({ bytes }) => sizeText(bytes), align: 'right' },
      { title: 'files', of: filesText, align: 'right', spare: 4 },
      { title: 'tapes', of: ({ tapes }) => tapes.join(' '), spare: 3 },
      { title: 'kept', of: (set) => keptText(set, now), spare: 5 },
    ],
    sets,
    widthOf(io),
  );
  const rest = all.length > limit ? [`… and ${all.length - limit} more; see --limit.`] : [];
  const lines = sets.length === 0 ? ['There is no such set.'] : [...table, ...rest];
  return { lines, json: sets };
}

async function show(io: Io, catalog: Catalog, name: string): Promise<Shown> {
  const set = await setNamed(catalog, name);
  const parts = await catalog.parts(set.id);
  const chain = set.base === undefined ? [set] : await catalog.chain(set.id);
  const table = tableLines<PartRecord>(
    [
      { title: 'copy', of: ({ copy }) => String(copy), align: 'right' },
      { title: 'part', of: ({ number }) => String(number), align: 'right' },
      { title: 'tape', of: ({ barcode }) => barcode },
      { title: 'tape file', of: ({ tapeFile }) => String(tapeFile), align: 'right' },
      { title: 'from byte', of: ({ offset }) => String(offset), align: 'right' },
      { title: 'bytes', of: ({ bytes }) => String(bytes), align: 'right' },
      { title: 'state', of: ({ closed }) => (closed ? 'whole' : 'without its end') },
    ],
    parts,
    widthOf(io),
  );
  const lines = [
    ...factsOf(set, chain).map(([title, text]) => `${title.padEnd(12)} ${escapeText(text)}`),
    '',
    ...(parts.length === 0 ? ['Nothing of it is on tape.'] : table),
  ];
  return { lines, json: { set, parts, chain: chain.map(({ id }) => id) } };
}

function factsOf(set: SetRecord, chain: readonly SetRecord[]): (readonly [string, string])[] {
  const {
    id,
    uuid,
    job,
    type,
    level,
    state,
    started,
    ended,
    bytes,
    files,
    recordSize,
    digest,
    topology,
    withoutFiles,
  } = set;
  const needed = chain.slice(0, -1).map((each) => String(each.id));
  return [
    ['set', `${id}, ${state}`],
    ['image', uuid],
    ['job', job],
    ['source', `${set.server}:${set.path}`],
    ['level', `${level}, ${type}, ${topology}`],
    ['time (UTC)', `${minute(started)}${ended === undefined ? '' : ` to ${minute(ended)}`}`],
    ['stream', `${bytes} bytes, ${counted(files, 'file')}, records of ${recordSize} bytes`],
    ...(withoutFiles === undefined ? [] : [['files', `none in the catalog: ${withoutFiles}`] as const]),
    ['SHA-256', digest ?? 'not known'],
    ['kept', keptText(set, Date.now())],
    ...(needed.length > 0 ? [['needs', `${needed.length === 1 ? 'set' : 'sets'} ${needed.join(', ')}`] as const] : []),
    ...set.environment.map(({ name, value }) => ['variable', `${name}=${value}`] as const),
  ];
}

function filesText({ files, withoutFiles }: SetRecord): string {
  return withoutFiles === undefined ? grouped(files) : 'not listed';
}

function tapesOf(parts: readonly PartRecord[]): string[] {
  return [...new Set(parts.map(({ barcode }) => barcode))];
}
