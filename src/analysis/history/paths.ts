import type { FileTree } from './fileTree';

/** Longer paths are cut at their beginning. */
const MOST = 8192;

/** Where a thing without a way to the root is said to lie. */
export function topText(tree: FileTree, top: number): string {
  const circle = tree.circleOf(top);
  const name = circle < 0 ? '' : ` "${tree.name(circle, 200)}"`;
  return `(node ${tree.node(top)}${name} without a place)`;
}

/**
 * The path of an object from the backup's root on, `/` for the root itself. Not escaped; what hangs on nothing begins with
 * a remark in brackets.
 */
export function pathOfObject(tree: FileTree, object: number): string {
  const parts: string[] = [];
  let length = 0;
  let at = object;
  for (let link = tree.linkOf(at); link >= 0; link = tree.linkOf(at)) {
    const name = tree.name(link, MOST);
    length += name.length + 1;
    if (length > MOST) {
      parts.push('…');
      return parts.reverse().join(tree.separator);
    }
    parts.push(name);
    at = tree.parentOf(link);
  }
  if (at !== tree.root) parts.push(topText(tree, at));
  else if (parts.length === 0) return tree.separator;
  else parts.push('');
  return parts.reverse().join(tree.separator);
}

/** The path of a name. */
export function pathOfLink(tree: FileTree, link: number): string {
  const folder = pathOfObject(tree, tree.parentOf(link));
  return `${folder === tree.separator ? '' : folder}${tree.separator}${tree.name(link, MOST)}`;
}
