import { namePattern, type NamePattern } from '../../analysis/history/pattern';
import type { EntryAt, TreeAt } from './treeAt';
import { isPattern, normalPath } from './paths';

/** Hits of a name search that are looked at, for each set of the chain. */
const MOST_HITS = 100_000;

export interface Match extends EntryAt {
  path: string;
  /** The tree that has it: an earlier one for what is not there any more. */
  tree: TreeAt;
}

/**
 * What a path, a name or a pattern means in a tree. With a '/' in it, it is a path from the root: `*` and `?` stay within a
 * directory, `**` does not. Without one it is a path below the root if there is such an entry, else a name anywhere.
 */
export async function matchesOf(tree: TreeAt, wanted: string): Promise<Match[]> {
  if (wanted.includes('/')) return pathMatches(tree, wanted);
  if (isPattern(wanted)) return nameMatches(tree, wanted);
  const own = await pathMatches(tree, `/${wanted}`);
  return own.length > 0 ? own : nameMatches(tree, wanted);
}

async function pathMatches(tree: TreeAt, wanted: string): Promise<Match[]> {
  const path = normalPath(wanted);
  if (!isPattern(path)) {
    const own = (await tree.find(path)) ? tree : await tree.before(path);
    const found = await own?.find(path);
    return own && found ? [{ ...found, path, tree: own }] : [];
  }
  const found: Match[] = [];
  await descend(tree, '', path.split('/').slice(1), namePattern(path, true), found);
  return found;
}

/** Goes only into directories that the pattern can lead to. */
async function descend(
  tree: TreeAt,
  directory: string,
  parts: readonly string[],
  whole: NamePattern,
  found: Match[],
): Promise<void> {
  const [part, ...rest] = parts;
  if (part === undefined) return;
  const isDeep = part.includes('**');
  const fits = isPattern(part) ? namePattern(part, true) : undefined;
  for (const [name, at] of await tree.children(directory)) {
    const path = `${directory}/${name}`;
    const isDirectory = at.entry.kind === 'directory';
    if (isDeep) {
      if (whole.matches(path)) found.push({ ...at, path, tree });
      else if (isDirectory) await descend(tree, path, parts, whole, found);
      continue;
    }
    if (fits ? !fits.matches(name) : name !== part) continue;
    if (rest.length === 0) found.push({ ...at, path, tree });
    else if (isDirectory) await descend(tree, path, rest, whole, found);
  }
}

async function nameMatches(tree: TreeAt, wanted: string): Promise<Match[]> {
  const pattern = isPattern(wanted) ? namePattern(wanted, true) : undefined;
  const found: Match[] = [];
  for (const path of await tree.search(wanted, MOST_HITS)) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (pattern ? !pattern.matches(name) : name !== wanted) continue;
    const at = await tree.find(path);
    if (at) found.push({ ...at, path, tree });
  }
  return found;
}
