import type { Catalog, FileEntry, SetRecord } from '../catalog/model';
import type { EntryAt } from './treeAt';

export type PlaceCatalog = Pick<Catalog, 'stat' | 'walk'>;

/** Directories that are remembered of a set; what lies in others counts as lost. */
const MOST_DIRECTORIES = 2_000_000;
/** Node numbers that say nothing: all ones, in 32 bits (v2) or in 64. */
const NO_NODES: ReadonlySet<bigint> = new Set([2n ** 32n - 1n, 2n ** 64n - 1n]);

/**
 * Where things lay in older sets of a chain. An increment lists a renamed directory in full, but has no data of what is in
 * it and did not change: that lies in an older set, below the name that the directory had then. The node tells which.
 */
export class OldPlaces {
  /** Paths of the directories of a set by their nodes; a set is walked through when something of it is looked for. */
  private readonly directories = new Map<number, Promise<ReadonlyMap<bigint, string>>>();

  constructor(
    private readonly catalog: PlaceCatalog,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * The newest data of an entry whose set has none below its present path.
   * @param directory node of the directory that it is in
   * @returns undefined when no set of the chain has them
   */
  async find(
    chain: readonly SetRecord[],
    directory: bigint | undefined,
    { node, name }: FileEntry,
  ): Promise<EntryAt | undefined> {
    if (directory === undefined || NO_NODES.has(directory) || NO_NODES.has(node)) return undefined;
    for (const { id } of chain.slice(0, -1).reverse()) {
      const old = (await this.directoriesOf(id)).get(directory);
      const entry = old === undefined ? undefined : await this.catalog.stat(id, `${old}/${name}`);
      if (entry?.inSet && entry.node === node) return { entry, set: id, origin: `${old}/${name}` };
    }
    return undefined;
  }

  private directoriesOf(set: number): Promise<ReadonlyMap<bigint, string>> {
    const known = this.directories.get(set) ?? this.walked(set);
    this.directories.set(set, known);
    return known;
  }

  private async walked(set: number): Promise<ReadonlyMap<bigint, string>> {
    const found = new Map<bigint, string>();
    for await (const batch of this.catalog.walk(set, '/')) {
      this.signal.throwIfAborted();
      for (const { kind, node, path } of batch)
        if (kind === 'directory' && found.size < MOST_DIRECTORIES) found.set(node, path === '/' ? '' : path);
    }
    return found;
  }
}
