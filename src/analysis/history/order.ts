import type { FileTree } from './fileTree';
import { LinkWord, ObjectWord } from './treeTables';

/** By what the contents of a directory are sorted; `told`: in the order in which they came. */
export type HistorySort = 'told' | 'name' | 'size' | 'time';

/** The children of a directory in an order, folders first unless it is that in which they came. */
export function sortedChildren(tree: FileTree, folder: number, sort: HistorySort, descending: boolean): Uint32Array {
  const children = tree.children(folder);
  if (sort === 'told') return descending ? children.slice().reverse() : children;
  const folders = children.filter((link) => tree.isFolder(tree.objectOf(link)));
  const files = children.filter((link) => !tree.isFolder(tree.objectOf(link)));
  const compare = comparison(tree, sort);
  const direction = descending ? -1 : 1;
  for (const part of [folders, files]) part.sort((a, b) => direction * compare(a, b) || a - b);
  const all = new Uint32Array(children.length);
  all.set(folders);
  all.set(files, folders.length);
  return all;
}

function comparison(tree: FileTree, sort: Exclude<HistorySort, 'told'>): (a: number, b: number) => number {
  const { names, links, objects } = tree.tables;
  const byName = (a: number, b: number): number =>
    names.compare(links.get(a, LinkWord.NAME), links.get(b, LinkWord.NAME));
  if (sort === 'name') return byName;
  const value = (link: number): number => {
    const object = tree.objectOf(link);
    if (sort === 'time') return objects.get(object, ObjectWord.MTIME);
    return tree.isFolder(object) ? tree.totalsOf(object).bytes : objects.number(object, ObjectWord.SIZE);
  };
  return (a, b) => value(a) - value(b) || byName(a, b);
}

/** Keeps the orders that were asked for last: a view asks for the same directory page by page. */
export class SortedFolders {
  private readonly kept = new Map<string, Uint32Array>();

  constructor(private readonly tree: FileTree) {}

  children(folder: number, sort: HistorySort, descending: boolean): Uint32Array {
    const key = `${folder} ${sort} ${descending}`;
    const known = this.kept.get(key);
    if (known !== undefined) return known;
    const made = sortedChildren(this.tree, folder, sort, descending);
    if (this.kept.size >= 32) this.kept.delete([...this.kept.keys()][0]);
    this.kept.set(key, made);
    return made;
  }
}
