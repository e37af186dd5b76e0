import { addUp } from './addUp';
import { FileTree, type TreeShape } from './fileTree';
import { Repetitions } from './repeated';
import { DirectoryWord, LinkWord, ObjectWord, PATH_ROOT, type TreeTables } from './treeTables';
import type { TreeBuilder } from './treeBuilder';
import { TreeWalk } from './treeWalk';

/** Ends the building: lists the contents of every directory, finds the root, what hangs on it and what does not, and adds up. */
export function finishTree(builder: TreeBuilder): FileTree {
  const { tables, problems } = builder;
  const root = findRoot(builder);
  if (root !== PATH_ROOT) moveRoot(tables, root);
  const repetitions = new Repetitions(tables, problems);
  const children = repetitions.takeOut(listChildren(tables));
  const walk = new TreeWalk(builder, children);
  walk.everything(root);
  checkParents(builder, root);
  const { tops, circles } = walk;
  const buildBytes = builder.bytes + repetitions.bytes + walk.bytes + children.length * 4;
  const shape: TreeShape = {
    root,
    children,
    tops,
    circles,
    entries: builder.entries,
    separator: builder.separatorText,
    buildBytes,
  };
  return new FileTree(tables, problems, shape, addUp(tables, walk.order));
}

/**
 * The directory that no entry names, when there is but one; else the one of the first ".", else that of the first entry.
 * A capture that begins in the middle of a backup has several without a name.
 */
function findRoot({ tables, firstDot, firstParent }: TreeBuilder): number {
  if (firstParent < 0) return PATH_ROOT;
  const { directories, objects } = tables;
  const isNameless = (object: number): boolean => objects.get(object, ObjectWord.LINK) === 0;
  let nameless = -1;
  let count = 0;
  for (let directory = 0; directory < directories.count; directory++) {
    const object = directories.get(directory, DirectoryWord.OBJECT);
    if (object === PATH_ROOT || !isNameless(object)) continue;
    nameless = object;
    count++;
  }
  if (count === 1) return nameless;
  if (firstDot >= 0 && (count === 0 || isNameless(firstDot))) return firstDot;
  return isNameless(firstParent) || nameless < 0 ? firstParent : nameless;
}

/** History by paths and by nodes in one job: what lies in the root of the one lies in the root of the other. */
function moveRoot(tables: TreeTables, root: number): void {
  const { links, objects } = tables;
  tables.directoryOf(root);
  if (objects.get(PATH_ROOT, ObjectWord.DIRECTORY) === 0) return;
  for (let link = 0; link < links.count; link++)
    if (links.get(link, LinkWord.PARENT) === PATH_ROOT) links.set(link, LinkWord.PARENT, root);
}

/** All links by directory, in the order in which they came. */
function listChildren({ links, objects, directories }: TreeTables): Uint32Array {
  const children = new Uint32Array(links.count);
  const directoryOf = (link: number): number => objects.get(links.get(link, LinkWord.PARENT), ObjectWord.DIRECTORY) - 1;
  for (let link = 0; link < links.count; link++) directories.increment(directoryOf(link), DirectoryWord.COUNT);
  let first = 0;
  for (let directory = 0; directory < directories.count; directory++) {
    directories.set(directory, DirectoryWord.FIRST, first);
    first += directories.get(directory, DirectoryWord.COUNT);
    directories.set(directory, DirectoryWord.COUNT, 0);
  }
  for (let link = 0; link < links.count; link++) {
    const directory = directoryOf(link);
    const place = directories.get(directory, DirectoryWord.FIRST) + directories.get(directory, DirectoryWord.COUNT);
    children[place] = link;
    directories.increment(directory, DirectoryWord.COUNT);
  }
  return children;
}

/** Compares what each ".." says with where its directory lies. */
function checkParents({ tables, problems }: TreeBuilder, root: number): void {
  const { directories, objects, links } = tables;
  for (let directory = 0; directory < directories.count; directory++) {
    const claim = directories.get(directory, DirectoryWord.CLAIM) - 1;
    if (claim < 0) continue;
    const object = directories.get(directory, DirectoryWord.OBJECT);
    const row = directories.get(directory, DirectoryWord.CLAIM_ROW);
    const link = objects.get(object, ObjectWord.LINK) - 1;
    if (object === root) {
      if (claim !== root) problems.note('root-dot-dot', row, -1, object);
    } else if (link >= 0 && links.get(link, LinkWord.PARENT) !== claim) {
      problems.note('wrong-dot-dot', row, link, object);
    }
  }
}
