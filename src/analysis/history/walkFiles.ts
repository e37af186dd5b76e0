import type { FileTree } from './fileTree';
import { sortedChildren, type HistorySort } from './order';
import { topText } from './paths';

/** One name on a way through the tree. */
export interface WalkedFile {
  /** -1 for an object that hangs on nothing and has no name. */
  link: number;
  object: number;
  /** From the root on, not escaped. */
  path: string;
  /** Directories above it. */
  depth: number;
  /** Whether it is the last one in its directory. */
  isLast: boolean;
  /** Of each directory above it, whether that is the last one in its own: for drawing lines. */
  lastAbove: readonly boolean[];
}

/** Longer paths lose their beginning. */
const LONGEST_PATH = 16_384;

interface Level {
  links: Uint32Array;
  next: number;
  path: string;
}

/**
 * All files in the order of the tree, each directory before what is in it; then what hangs on nothing. Without recursion.
 * @param maxDepth directories below so many others are not entered
 */
export function* walkFiles(tree: FileTree, sort: HistorySort, maxDepth = Infinity): IterableIterator<WalkedFile> {
  yield* walkFrom(tree, tree.root, '', 0, sort, maxDepth);
  for (const top of tree.tops) {
    const path = topText(tree, top);
    yield { link: -1, object: top, path, depth: 0, isLast: false, lastAbove: [] };
    if (maxDepth > 0) yield* walkFrom(tree, top, path, 1, sort, maxDepth);
  }
}

function* walkFrom(
  tree: FileTree,
  top: number,
  path: string,
  depth: number,
  sort: HistorySort,
  maxDepth: number,
): IterableIterator<WalkedFile> {
  const levels: Level[] = [{ links: sortedChildren(tree, top, sort, false), next: 0, path }];
  const lastAbove: boolean[] = Array.from({ length: depth }, () => true);
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    if (level.next === level.links.length) {
      levels.pop();
      lastAbove.pop();
      continue;
    }
    const link = level.links[level.next++];
    const object = tree.objectOf(link);
    const isLast = level.next === level.links.length;
    const below = joined(level.path, tree.separator, tree.name(link, LONGEST_PATH));
    const depthHere = depth + levels.length - 1;
    yield { link, object, path: below, depth: depthHere, isLast, lastAbove };
    if (depthHere + 1 > maxDepth || tree.childCount(object) === 0 || !tree.isFirst(link)) continue;
    levels.push({ links: sortedChildren(tree, object, sort, false), next: 0, path: below });
    lastAbove.push(isLast);
  }
}

function joined(path: string, separator: string, name: string): string {
  const whole = path + separator + name;
  return whole.length <= LONGEST_PATH ? whole : `…${whole.slice(-LONGEST_PATH / 2)}`;
}
