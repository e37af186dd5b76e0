/** What the system tells of an object: the part of node:fs's BigIntStats that a backup needs. */
export interface FileStat {
  dev: bigint;
  ino: bigint;
  mode: bigint;
  nlink: bigint;
  uid: bigint;
  gid: bigint;
  rdev: bigint;
  size: bigint;
  blocks: bigint;
  mtimeNs: bigint;
  atimeNs: bigint;
  ctimeNs: bigint;
}
