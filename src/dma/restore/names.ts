import { clip, escapeText } from '../../protocol';
import type { RecoverName } from '../services/recoverNames';
import type { ChosenEntry, FileResult, Rename } from './model';
import { isUnsafe, isWithin, joined, normalPath } from './paths';

/** The list of names of one set, and what must not be in it. */
export interface NameList {
  names: RecoverName[];
  directories: Set<string>;
  leftOut: FileResult[];
}

/** Where an entry goes below the target directory: the longest rename that it is within decides. */
export function renamed(path: string, renames: readonly Rename[]): string {
  const fitting = renames.filter(({ from }) => isWithin(path, normalPath(from)));
  const best = fitting.sort((a, b) => normalPath(b.from).length - normalPath(a.from).length).at(0);
  return best ? normalPath(best.to) + path.slice(normalPath(best.from).length) : path;
}

/** What is wrong with renames; empty when nothing is. */
export function renameProblems(renames: readonly Rename[]): string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const { from, to } of renames) {
    const shown = `${clip(escapeText(from), 200)}=${clip(escapeText(to), 200)}`;
    if (isUnsafe(from) || isUnsafe(to))
      problems.push(`The rename ${shown} leads upwards. Name paths from the root of the backup.`);
    else if (normalPath(from) === '' || normalPath(to) === '')
      problems.push(
        `The rename ${shown} needs a path on both sides. To restore everything to another place give its directory.`,
      );
    else if (seen.has(normalPath(from)))
      problems.push(`${clip(escapeText(from), 200)} is renamed twice. Rename it once.`);
    seen.add(normalPath(from));
  }
  return problems;
}

/** Everything of a set, as one name. */
export function everything(target: string): RecoverName {
  return { original: '', target, node: undefined, position: undefined };
}

/**
 * The chosen entries of a set as names, in the order in which they lie on tape as far as that is known.
 * @param target directory on the data server that takes the place of the backup's root
 */
export function namesOf(chosen: readonly ChosenEntry[], target: string, renames: readonly Rename[]): NameList {
  const list: NameList = { names: [], directories: new Set(), leftOut: [] };
  for (const { entry, as } of chosen) {
    const { path, kind, node, position } = entry;
    if (isUnsafe(path) || isUnsafe(as)) {
      list.leftOut.push({ path: as, state: 'failed', why: 'its path leads upwards: no server is sent that' });
      continue;
    }
    list.names.push({ original: path, target: joined(target, renamed(as, renames)), node, position });
    if (kind === 'directory') list.directories.add(path);
  }
  list.names.sort(byPlace);
  return list;
}

/** Two things that would be restored to the same place; undefined when there are none. */
export function collision(names: readonly RecoverName[]): string | undefined {
  const originals = new Map<string, string>();
  for (const { original, target } of names) {
    const other = originals.get(target);
    if (other !== undefined && other !== original)
      return `${clip(escapeText(other), 200)} and ${clip(escapeText(original), 200)} would both become ${clip(escapeText(target), 200)}`;
    originals.set(target, original);
  }
  return undefined;
}

function byPlace(a: RecoverName, b: RecoverName): number {
  if (a.position !== undefined && b.position !== undefined && a.position !== b.position)
    return a.position < b.position ? -1 : 1;
  return a.original < b.original ? -1 : a.original > b.original ? 1 : 0;
}
