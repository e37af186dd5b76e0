import type { ServedPath, ServedTree } from './system';

const NAME_BYTES = 255;

/**
 * The parts of a path as a client writes it; undefined for one that steps upwards, holds a NUL or a name longer than any
 * file system takes. Empty parts and '.' say nothing.
 */
export function pathParts(path: string): string[] | undefined {
  if (path.includes('\0')) return undefined;
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return parts.some((part) => part === '..' || part.length > NAME_BYTES) ? undefined : parts;
}

/**
 * The tree that a client's absolute path lies in: the one with the longest name that the path begins with. Works on text
 * alone; that no symbolic link leads out of the tree is seen to where files are opened.
 */
export function resolveIn(trees: readonly ServedTree[], path: string): ServedPath | undefined {
  const parts = path.startsWith('/') ? pathParts(path) : undefined;
  if (!parts) return undefined;
  let best: { tree: ServedTree; depth: number } | undefined;
  for (const tree of trees) {
    const name = pathParts(tree.name) ?? [];
    if (name.length > parts.length || name.some((part, i) => part !== parts[i])) continue;
    if (!best || name.length > best.depth) best = { tree, depth: name.length };
  }
  return best && { tree: best.tree, inside: parts.slice(best.depth).join('/') };
}
