import type { FileStat } from '../walk/fileStat';
import type { FoundDirectory } from '../walk/scout';

/** Bits of a node number that are the inode's; above them stands which file system it is on. */
const INODE_BITS = 48n;
const INODE_MASK = (1n << INODE_BITS) - 1n;
const MAX_FILE_SYSTEMS = 0xfffe;

/**
 * Node numbers of a backup: inode numbers, told apart when the tree spans several file systems. v2 has 32 bits only and gets the
 * lower ones.
 */
export class NodeNumbers {
  private readonly ordinals = new Map<bigint, bigint>();
  private readonly directories = new WeakMap<FoundDirectory, bigint>();
  private readonly told = new WeakMap<FoundDirectory, BigUint64Array>();

  of(stat: Pick<FileStat, 'dev' | 'ino'>): bigint {
    let ordinal = this.ordinals.get(stat.dev);
    if (ordinal === undefined) {
      ordinal = BigInt(Math.min(this.ordinals.size, MAX_FILE_SYSTEMS));
      this.ordinals.set(stat.dev, ordinal);
    }
    return ordinal === 0n ? stat.ino & ((1n << 63n) - 1n) : (ordinal << INODE_BITS) | (stat.ino & INODE_MASK);
  }

  /**
   * Node number of a directory that is being written: as the directory above it told it, though another may have taken its
   * place since.
   */
  ofDirectory(found: FoundDirectory, stat: FileStat): bigint {
    const told = found.parent && this.told.get(found.parent)?.[found.index];
    const node = told === undefined || told === 0n ? this.of(stat) : told;
    this.directories.set(found, node);
    return node;
  }

  /** Node number of the directory above; of the root itself for the root. */
  above(found: FoundDirectory): bigint {
    return this.directories.get(found.parent ?? found) ?? 0n;
  }

  /** Remembers what is told of the directories in one. */
  tell(found: FoundDirectory, nodes: BigUint64Array): void {
    this.told.set(found, nodes);
  }
}
