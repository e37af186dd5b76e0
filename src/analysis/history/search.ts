import type { FileTree } from './fileTree';
import { namePattern, type NamePattern } from './pattern';
import { pathOfObject } from './paths';
import { LinkWord } from './treeTables';

/** Names that are kept of a search; more are only counted. */
const MAX_FOUND = 100_000;
/** Steps that a search takes before it gives up: some seconds. */
const MAX_WORK = 2e9;
/** Steps that finding a name and making a path of it cost beside the comparison. */
const STEPS_A_NAME = 10;

/** What a search found. */
export interface SearchResult {
  /** Links, in the order of the tree; at most a hundred thousand. */
  links: Uint32Array;
  /** All that were found. */
  total: number;
  /** False where the search was given up because it took too long. */
  complete: boolean;
}

/** Looks for names (or paths, where the pattern has a separator) as {@link namePattern} says. */
export function searchTree(tree: FileTree, pattern: string, matchCase = false): SearchResult {
  const test = namePattern(pattern, matchCase, tree.separator);
  const found: number[] = [];
  const result = { total: 0, complete: true };
  if (pattern === '') return { links: new Uint32Array(0), ...result };
  let work = 0;
  for (const folder of tree.folders()) {
    const children = tree.children(folder);
    if (children.length === 0) continue;
    const prefix = test.wholePath ? `${withoutEnd(pathOfObject(tree, folder), tree.separator)}${tree.separator}` : '';
    for (const link of children) {
      work += prefix.length + STEPS_A_NAME;
      if (work + test.work > MAX_WORK) {
        result.complete = false;
        return { links: Uint32Array.from(found), ...result };
      }
      if (!isFound(tree, test, prefix, link)) continue;
      result.total++;
      if (found.length < MAX_FOUND) found.push(link);
    }
  }
  return { links: Uint32Array.from(found), ...result };
}

function isFound(tree: FileTree, test: NamePattern, prefix: string, link: number): boolean {
  if (test.wholePath) return test.matches(prefix + tree.name(link));
  const { bytes, from, to } = tree.tables.names.locate(tree.tables.links.get(link, LinkWord.NAME));
  return test.matchesBytes(bytes, from, to);
}

function withoutEnd(path: string, separator: string): string {
  return path === separator ? '' : path;
}
