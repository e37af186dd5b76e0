import type { Catalog, FileEntry, SetRecord } from '../catalog/model';
import { DmaFailure } from '../connection/failures';
import { escapeText } from '../../protocol';
import { OldPlaces, type PlaceCatalog } from './oldPlaces';
import { parentOf, baseName } from './paths';

/** What of the catalog a selection needs. */
export type TreeCatalog = PlaceCatalog & Pick<Catalog, 'list' | 'listChain' | 'search'>;

/** An entry as it was at the time, with the newest set of the chain that has its data; undefined: none has. */
export interface EntryAt {
  entry: FileEntry;
  set: number | undefined;
  /** Its path in that set, where a directory above it was renamed since. */
  origin?: string;
}

/** Entries asked for at a time, and as many as a directory may have here. */
const PAGE = 2000;
const MOST_CHILDREN = 1_000_000;
/** Directories that are remembered. */
const REMEMBERED = 64;

/** The tree of a source as it was at the end of a chain of backups. */
export class TreeAt {
  private readonly remembered = new Map<string, Promise<ReadonlyMap<string, EntryAt>>>();

  /**
   * @param chain the full backup first; the state is that of the last one
   * @param oldPlaces where things were before; shared by the trees of one chain
   */
  constructor(
    private readonly catalog: TreeCatalog,
    readonly chain: readonly SetRecord[],
    private readonly signal: AbortSignal,
    private readonly oldPlaces = new OldPlaces(catalog, signal),
  ) {}

  /** What a directory held then, by name. The root is ''. */
  children(directory: string): Promise<ReadonlyMap<string, EntryAt>> {
    const known = this.remembered.get(directory);
    if (known) return known;
    if (this.remembered.size >= REMEMBERED) {
      const [oldest] = this.remembered.keys();
      this.remembered.delete(oldest);
    }
    const found = this.read(directory);
    this.remembered.set(directory, found);
    return found;
  }

  /** The entry at a path; undefined when it was not there then. */
  async find(path: string): Promise<EntryAt | undefined> {
    return (await this.children(parentOf(path))).get(baseName(path));
  }

  /** An entry of one set alone. */
  stat(set: number, path: string): Promise<FileEntry | undefined> {
    return this.catalog.stat(set, path);
  }

  /** The newest of the trees before this one that has a path which is not there any more. */
  async before(path: string): Promise<TreeAt | undefined> {
    for (let length = this.chain.length - 1; length > 0; length--) {
      const tree = new TreeAt(this.catalog, this.chain.slice(0, length), this.signal, this.oldPlaces);
      if (await tree.find(path)) return tree;
    }
    return undefined;
  }

  /** Paths of entries whose name fits, whatever the case, from any set of the chain. At most `limit`, then the rest is left. */
  async search(name: string, limit: number): Promise<Set<string>> {
    const paths = new Set<string>();
    for (const { id } of this.chain.toReversed())
      for (const hit of await this.catalog.search(name, { set: id, limit })) paths.add(hit.path);
    return paths;
  }

  private async read(directory: string): Promise<ReadonlyMap<string, EntryAt>> {
    const last = this.chain.at(-1);
    const found = new Map<string, EntryAt>();
    if (!last) return found;
    const place = directory === '' ? '/' : directory;
    if (this.chain.length === 1) {
      for await (const entry of this.pages(place, (options) => this.catalog.list(last.id, place, options)))
        found.set(entry.name, { entry, set: entry.inSet || entry.kind === 'directory' ? last.id : undefined });
      return found;
    }
    for await (const entry of this.pages(place, (options) => this.catalog.listChain(last.id, place, options)))
      found.set(entry.name, { entry, set: undefined });
    for (const { id } of this.chain.toReversed())
      for await (const entry of this.pages(place, (options) => this.catalog.list(id, place, options))) {
        const own = found.get(entry.name);
        if (own && own.set === undefined && entry.inSet) found.set(entry.name, { entry, set: id });
      }
    for (const [name, { entry, set }] of found)
      if (set === undefined && entry.kind !== 'directory')
        found.set(name, (await this.oldPlaces.find(this.chain, await this.nodeOf(directory), entry)) ?? { entry, set });
    return found.size > 0 ? found : this.childrenBefore(directory);
  }

  /** What a directory holds that the newer sets do not list, because it is as it was, below another name. */
  private async childrenBefore(directory: string): Promise<ReadonlyMap<string, EntryAt>> {
    const origin = directory === '' ? undefined : (await this.find(directory))?.origin;
    const found = origin === undefined ? undefined : await (await this.before(origin))?.children(origin);
    return new Map([...(found ?? [])].map(([name, at]) => [name, { ...at, origin: at.origin ?? `${origin}/${name}` }]));
  }

  /** Number of a directory's node; undefined when nobody told it, as that of the root. */
  private async nodeOf(directory: string): Promise<bigint | undefined> {
    for (const { id } of this.chain.toReversed()) {
      const entry = directory === '' ? undefined : await this.catalog.stat(id, directory);
      if (entry) return entry.node;
    }
    return undefined;
  }

  private async *pages(
    directory: string,
    ask: (options: { after?: string; limit: number }) => ReturnType<Catalog['list']>,
  ): AsyncGenerator<FileEntry> {
    let after: string | undefined;
    for (let count = 0; ;) {
      this.signal.throwIfAborted();
      const { entries, next } = await ask({ after, limit: PAGE });
      yield* entries;
      count += entries.length;
      if (count > MOST_CHILDREN)
        throw new DmaFailure(
          `${escapeText(directory)} has more than ${MOST_CHILDREN} entries: too many to choose from. Restore the directory as a whole.`,
        );
      if (next === undefined || next === after || entries.length === 0) return;
      after = next;
    }
  }
}
