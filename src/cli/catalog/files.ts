import { Option, type Command } from 'commander';
import type { Catalog, FileEntry, Listing } from '../../dma/catalog/model';
import { tableLines } from '../dma/grid';
import { numberFromOne } from '../options';
import type { Io } from '../terminal/io';
import { widthOf } from '../terminal/style';
import { minute, modeText, sizeText } from './text';
import { addCatalogOptions, setNamed, withCatalog, type CatalogOptions, type Shown } from './withCatalog';

interface FilesOptions extends CatalogOptions {
  chain?: boolean;
  recursive?: boolean;
  limit: number;
}

interface SearchOptions extends CatalogOptions {
  set?: string;
  server?: string;
  path?: string;
  limit: number;
}

const limitOption = (): Option =>
  new Option('--limit <number>', 'at most so many').argParser(numberFromOne).default(1000);

/** `ndmp catalog files` and `search`: the files of backup sets. */
export function registerFiles(catalog: Command, io: Io): void {
  addCatalogOptions(
    catalog
      .command('files')
      .summary('files of a backup set')
      .description('Lists a directory of a backup set, as its file history tells it.')
      .argument('<set>', 'number or UUID of the set')
      .argument('[directory]', 'below the root of the backup', '/')
      .option('--chain', 'as a restore gives it: with what the sets before it have')
      .addOption(new Option('--recursive', 'all that is below the directory as well').conflicts('chain'))
      .addOption(limitOption()),
  ).action((set: string, directory: string, options: FilesOptions) =>
    withCatalog(io, options, (opened) => files(io, opened, set, directory, options)),
  );
  addCatalogOptions(
    catalog
      .command('search')
      .summary('files by name, in all backup sets')
      .description('Looks for files in all backup sets, the newest set first.')
      .argument('<text>', 'part of a name, or a pattern with * ? **; with a slash in it whole paths are compared')
      .option('--set <set>', 'only in this set')
      .option('--server <server>', 'only in sets of this server')
      .option('--path <path>', 'only in sets of this source')
      .addOption(limitOption()),
  ).action((text: string, options: SearchOptions) =>
    withCatalog(io, options, (opened) => search(io, opened, text, options)),
  );
}

async function files(io: Io, catalog: Catalog, name: string, directory: string, options: FilesOptions): Promise<Shown> {
  const { chain, recursive, limit } = options;
  const { id } = await setNamed(catalog, name);
  if (recursive === true) return walked(io, catalog, id, directory, limit);
  const entries: FileEntry[] = [];
  let after: string | undefined;
  do {
    const page = { after, limit: limit - entries.length };
    const listing: Listing = await (chain === true
      ? catalog.listChain(id, directory, page)
      : catalog.list(id, directory, page));
    entries.push(...listing.entries);
    after = listing.next;
  } while (after !== undefined && entries.length < limit);
  return shown(io, entries, ({ name: own }) => own, after !== undefined);
}

async function walked(io: Io, catalog: Catalog, set: number, directory: string, limit: number): Promise<Shown> {
  const entries: FileEntry[] = [];
  for await (const batch of catalog.walk(set, directory)) {
    entries.push(...batch);
    if (entries.length > limit) break;
  }
  return shown(io, entries.slice(0, limit), ({ path }) => path, entries.length > limit);
}

async function search(io: Io, catalog: Catalog, text: string, options: SearchOptions): Promise<Shown> {
  const { server, path, limit } = options;
  const set = options.set === undefined ? undefined : (await setNamed(catalog, options.set)).id;
  const hits = await catalog.search(text, { set, server, path, limit });
  const places = new Map(hits.map((hit) => [hit, hit.set]));
  return shown(
    io,
    hits,
    ({ path: own }) => own,
    hits.length === limit,
    (entry) => String(places.get(entry) ?? ''),
  );
}

function shown<T extends FileEntry>(
  io: Io,
  entries: readonly T[],
  nameOf: (entry: T) => string,
  isMore: boolean,
  setOf: (entry: T) => string = () => '',
): Shown {
  const table = tableLines<T>(
    [
      { title: 'set', of: setOf, align: 'right' },
      { title: 'mode', of: modeText, spare: 2 },
      {
        title: 'size',
        of: ({ kind, inSet, size }) => (kind !== 'directory' && inSet ? sizeText(size) : ''),
        align: 'right',
      },
      {
        title: 'changed (UTC)',
        of: ({ inSet, mtime }) => (inSet ? minute(mtime * 1000) : 'not in this set'),
        spare: 1,
      },
      { title: 'name', of: (entry) => nameOf(entry) + (entry.kind === 'directory' ? '/' : '') },
    ],
    entries,
    widthOf(io),
  );
  const rest = isMore ? ['… and perhaps more; see --limit.'] : [];
  return { lines: entries.length === 0 ? ['No files.'] : [...table, ...rest], json: { files: entries, more: isMore } };
}
