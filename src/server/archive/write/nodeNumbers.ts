import type fs from 'node:fs';

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

  of(stat: fs.BigIntStats): bigint {
    let ordinal = this.ordinals.get(stat.dev);
    if (ordinal === undefined) {
      ordinal = BigInt(Math.min(this.ordinals.size, MAX_FILE_SYSTEMS));
      this.ordinals.set(stat.dev, ordinal);
    }
    return ordinal === 0n ? stat.ino & ((1n << 63n) - 1n) : (ordinal << INODE_BITS) | (stat.ino & INODE_MASK);
  }
}
