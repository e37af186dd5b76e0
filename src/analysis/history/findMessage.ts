import type { FileTree } from './fileTree';

/** The first name, else the first object, that a message gave; undefined where it gave none. */
export function findMessage(tree: FileTree, row: number): { link: number; object: number } | undefined {
  for (const link of tree.links) if (tree.nameRow(link) === row) return { link, object: tree.objectOf(link) };
  for (const link of tree.links) {
    const object = tree.objectOf(link);
    if (tree.attributesRow(object) === row) return { link, object };
  }
  for (const object of [tree.root, ...tree.tops])
    if (tree.attributesRow(object) === row) return { link: tree.linkOf(object), object };
  return undefined;
}
