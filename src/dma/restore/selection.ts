import type { SetRecord } from '../catalog/model';
import { matchesOf, type Match } from './matching';
import type { ChosenEntry, Rename, Selection } from './model';
import { isUnsafe, isWithin, normalPath } from './paths';
import { TreeAt, type TreeCatalog } from './treeAt';

/** Names of a list that a server is sent; beyond that directories are named as a whole. */
export const MOST_NAMES = 20_000;

export interface SelectionOrder {
  chain: readonly SetRecord[];
  wanted: readonly string[];
  renames: readonly Rename[];
  signal: AbortSignal;
}

/**
 * What is wanted of a source, as it was at the end of the chain: each file from the newest set that has its data.
 * Directories of a chain with increments are taken apart into what they held then, so that nothing comes back that had
 * been removed; so are those in which something is to be renamed.
 */
export async function selectFiles(catalog: TreeCatalog, order: SelectionOrder): Promise<Selection> {
  const { chain, wanted, renames, signal } = order;
  const tree = new TreeAt(catalog, chain, signal);
  const missing: string[] = [];
  const matches = new Map<string, Match>();
  const isAll = wanted.length === 0 || wanted.some((each) => normalPath(each) === '' && !isUnsafe(each));
  if (isAll && renames.length === 0)
    return { chain, chosen: undefined, recursive: true, missing, lost: [], warnings: [] };
  for (const each of isAll ? [] : wanted) {
    const found = isUnsafe(each) ? [] : await matchesOf(tree, each);
    if (found.length === 0) missing.push(each);
    for (const match of found) matches.set(match.path, match);
  }
  if (isAll)
    for (const [name, at] of await tree.children('')) matches.set(`/${name}`, { ...at, path: `/${name}`, tree });
  return new Choice(tree, renames).choose([...matches.values()], missing);
}

/** Turns what fitted into entries for the lists of names. */
class Choice {
  private readonly warnings: string[] = [];
  private readonly lost: string[] = [];

  constructor(
    private readonly tree: TreeAt,
    private readonly renames: readonly Rename[],
  ) {}

  async choose(matches: readonly Match[], missing: readonly string[]): Promise<Selection> {
    const { warnings, lost } = this;
    const { chain } = this.tree;
    const tops = outermost(matches);
    const apart = tops.some((match) => match.entry.kind === 'directory' && this.mustSplit(match.path));
    const expanded = apart ? await this.expand(tops) : undefined;
    if (expanded?.isAll) return { chain, chosen: expanded.chosen, recursive: false, missing, lost, warnings };
    const chosen: ChosenEntry[] = expanded?.chosen ?? [];
    for (const match of tops)
      if (!expanded || match.entry.kind === 'directory' || !isElsewhere(match))
        chosen.push(...(await this.whole(match)));
    return { chain, chosen, recursive: true, missing, lost, warnings };
  }

  private mustSplit(directory: string): boolean {
    return (
      this.tree.chain.length > 1 || this.renames.some(({ from }) => from !== directory && isWithin(from, directory))
    );
  }

  /**
   * Everything that was below, each from its own set. What is too much for a list is left out, but for what lies in its set
   * below another directory than now.
   */
  private async expand(tops: readonly Match[]): Promise<{ chosen: ChosenEntry[]; isAll: boolean }> {
    let chosen: ChosenEntry[] = [];
    let isAll = true;
    const waiting = [...tops].reverse();
    for (let match = waiting.pop(); match; match = waiting.pop()) {
      if (isAll && chosen.length >= MOST_NAMES) {
        isAll = false;
        chosen = chosen.filter(isMovedFile);
        this.warnings.push(
          `More than ${MOST_NAMES} files are wanted: directories are restored as a whole through the chain, so that files come back that had been removed by then.`,
        );
      }
      if (isAll || (isElsewhere(match) && match.entry.kind !== 'directory')) this.take(match, chosen);
      if (match.entry.kind === 'directory')
        for (const [name, at] of await match.tree.children(match.path)) {
          const path = `${match.path}/${name}`;
          waiting.push({ ...at, path, tree: match.tree });
        }
    }
    return { chosen, isAll };
  }

  /** As one entry; a directory of a chain once for each set that has something of it. */
  private async whole(match: Match): Promise<ChosenEntry[]> {
    const chosen: ChosenEntry[] = [];
    const { tree } = match;
    if (match.entry.kind !== 'directory' || tree.chain.length === 1) this.take(match, chosen);
    else
      for (const set of tree.chain) {
        const entry = await tree.stat(set.id, match.path);
        if (entry) chosen.push({ entry: { ...entry, path: match.path }, set: set.id, as: match.path });
      }
    return chosen;
  }

  private take({ entry, set, path, origin = path }: Match, chosen: ChosenEntry[]): void {
    if (set !== undefined) chosen.push({ entry: { ...entry, path: origin }, set, as: path });
    else if (entry.kind !== 'directory') this.lost.push(path);
  }
}

/** Whether a directory that is restored as a whole through the chain does not bring it back. */
function isElsewhere({ set, origin }: Match): boolean {
  return set === undefined || origin !== undefined;
}

function isMovedFile({ entry, as }: ChosenEntry): boolean {
  return entry.path !== as && entry.kind !== 'directory';
}

/** Without what lies below another one. */
function outermost(matches: readonly Match[]): Match[] {
  const directories = new Set(matches.filter(({ entry }) => entry.kind === 'directory').map(({ path }) => path));
  return matches.filter(({ path }) => {
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1))
      if (directories.has(path.slice(0, slash))) return false;
    return true;
  });
}
