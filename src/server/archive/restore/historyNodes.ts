import type { TarEntry } from '../read/entry';

/** Directories whose node numbers are remembered; with pre-order streams a path's depth would do. */
const MOST_DIRECTORIES = 10_000;
const MASK = (1n << 63n) - 1n;

/**
 * Node numbers for a stream's entries: the inodes that the stream tells, else numbers made of the paths, so that the same path
 * always has the same.
 */
export class HistoryNodes {
  private readonly directories = new Map<string, bigint>();

  get root(): bigint {
    return this.ofDirectory('');
  }

  of(entry: TarEntry, path: string): bigint {
    const node = entry.inode ?? numberOf(entry.kind === 'link' ? entry.linkName : path);
    if (entry.kind === 'directory' && entry.inode !== undefined) {
      this.directories.delete(path);
      this.directories.set(path, node);
      if (this.directories.size > MOST_DIRECTORIES) {
        const oldest = this.directories.keys().next();
        if (!oldest.done) this.directories.delete(oldest.value);
      }
    }
    return node;
  }

  ofDirectory(path: string): bigint {
    return this.directories.get(path) ?? numberOf(path);
  }
}

/** FNV-1a in 64 bits, over two halves: fast enough for every path of a stream. */
function numberOf(path: string): bigint {
  let low = 0x811c9dc5;
  let high = 0x9dc5811c;
  for (let i = 0; i < path.length; i++) {
    const unit = path.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit ^ (low >>> 15), 0x01000193);
  }
  return ((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)) & MASK;
}
