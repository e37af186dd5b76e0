/** What an entry of a tar stream makes. */
export type EntryKind = 'file' | 'directory' | 'link' | 'symlink' | 'fifo' | 'character' | 'block';

/** Where bytes of a sparse file lie; all others are zero. */
export interface SparsePiece {
  offset: number;
  length: number;
}

/** One entry of a tar stream. Names are byte strings (see xdr/byteString). */
export interface TarEntry {
  /** Offset in the stream of the first header block, extended headers included: what fh_info says. */
  start: number;
  kind: EntryKind;
  /** As it stands in the stream, for messages. */
  name: string;
  /** The same from the backup root: '/a/b', '' for the root; undefined when it leads outside or cannot be a name. */
  path: string | undefined;
  /** Of a hard link: the same kind of path of the entry with the data. Of a symbolic link: its target as it is. */
  linkName: string;
  mode: number;
  uid: number;
  gid: number;
  /** Bytes of the file when it is restored. */
  size: number;
  /** Bytes of its data in the stream. */
  stored: number;
  mtimeNs: bigint;
  atimeNs: bigint | undefined;
  ctimeNs: bigint | undefined;
  major: number;
  minor: number;
  attributes: readonly { name: string; value: Uint8Array }[];
  /** Undefined: not sparse. */
  sparse: readonly SparsePiece[] | undefined;
  /** Inode and number of links where the stream tells. */
  inode: bigint | undefined;
  links: number | undefined;
  /** Of a hard link: offset of the entry with the data. */
  linkOffset: number | undefined;
  /** Of a directory in an incremental dump: names that are gone from it. */
  removed: readonly string[];
}

/** Directories deeper than this are not restored. */
const MOST_PARTS = 4096;

/**
 * A name of the stream as a path from the root: without '.', '//' and what stands before. Absolute names count from the
 * root, as GNU tar has it.
 * @returns undefined for names with '..', with a NUL, or too deep
 */
export function pathOfName(name: string): string | undefined {
  if (name.includes('\0')) return undefined;
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..') || parts.length > MOST_PARTS) return undefined;
  return parts.length === 0 ? '' : `/${parts.join('/')}`;
}
