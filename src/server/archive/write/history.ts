import type fs from 'node:fs';
import { findCode, type NdmpVersion } from '../../../protocol';
import type { EncodedPost, HistoryStyle } from '../model';
import type { RawName } from '../walk/rawName';

/** file_type of the protocol (facts of file_stat's ftype). */
export const FileType = {
  DIRECTORY: 0,
  FIFO: 1,
  CHARACTER: 2,
  BLOCK: 3,
  REGULAR: 4,
  SYMBOLIC_LINK: 5,
  SOCKET: 6,
  OTHER: 8,
} as const;

/** file_type by the format bits of a mode. */
export function fileTypeOf(mode: number): number {
  return TYPES[(mode & 0o170000) >> 12] ?? FileType.OTHER;
}

const TYPES: Record<number, number> = {
  0o4: FileType.DIRECTORY,
  0o1: FileType.FIFO,
  0o2: FileType.CHARACTER,
  0o6: FileType.BLOCK,
  0o10: FileType.REGULAR,
  0o12: FileType.SYMBOLIC_LINK,
  0o14: FileType.SOCKET,
};

/** Posts are sent when they have about this many bytes. */
const FULL = 32 * 1024;
const SECOND = 1_000_000_000n;
const MAX_WORD = 0xffffffff;
const NODE_MASK_V2 = 0xffffffffn;

/** A post that grows: the array's count, then entries. */
class Batch {
  private bytes = new Uint8Array(FULL + 8192);
  private view = new DataView(this.bytes.buffer);
  private used = 4;
  private count = 0;

  constructor(private readonly code: number) {}

  get isEmpty(): boolean {
    return this.count === 0;
  }

  get isFull(): boolean {
    return this.used >= FULL;
  }

  next(room: number): void {
    this.count++;
    if (this.used + room <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.used + room, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.used));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }

  u32(value: number): void {
    this.view.setUint32(this.used, value);
    this.used += 4;
  }

  u64(value: bigint): void {
    this.view.setBigUint64(this.used, value);
    this.used += 8;
  }

  name(raw: RawName): void {
    this.u32(raw.length);
    for (let i = 0; i < raw.length; i++) this.bytes[this.used + i] = raw.charCodeAt(i);
    const end = this.used + raw.length;
    this.used = (end + 3) & ~3;
    this.bytes.fill(0, end, this.used);
  }

  take(): EncodedPost {
    this.view.setUint32(0, this.count);
    const body = this.bytes.slice(0, this.used);
    this.used = 4;
    this.count = 0;
    return { code: this.code, body };
  }
}

const ENTRY_ROOM = 96;

/** What history tells of an object. */
export type HistoryStat = Pick<
  fs.BigIntStats,
  'mode' | 'mtimeNs' | 'atimeNs' | 'ctimeNs' | 'uid' | 'gid' | 'size' | 'nlink'
> & {
  /** Bits of what is not known (file_stat of v3 and v4): 1 access time, 2 change time. */
  unsupported?: number;
};

/**
 * File history in the version's posts (NDMPv4 draft, section 3.9; v2 has the UNIX posts), many entries a post. By path: an entry
 * for each object in the stream. By node: the names in a directory, then the attributes of what is in the stream; names of a
 * node are always sent before its attributes.
 */
export class HistoryWriter {
  private readonly posts: EncodedPost[] = [];
  private readonly paths: Batch;
  private readonly names: Batch;
  private readonly nodes: Batch;
  private waitingBytes = 0;

  constructor(
    readonly style: HistoryStyle,
    private readonly version: NdmpVersion,
  ) {
    const old = version === 2;
    const batch = (name: string) => new Batch(findCode(name) ?? 0);
    this.paths = batch(old ? 'NDMP_FH_ADD_UNIX_PATH' : 'NDMP_FH_ADD_FILE');
    this.names = batch(old ? 'NDMP_FH_ADD_UNIX_DIR' : 'NDMP_FH_ADD_DIR');
    this.nodes = batch(old ? 'NDMP_FH_ADD_UNIX_NODE' : 'NDMP_FH_ADD_NODE');
  }

  /** Bytes of posts that wait to be taken. */
  get waiting(): number {
    return this.waitingBytes;
  }

  /** A name in a directory (style node). */
  addName(name: RawName, node: bigint, parent: bigint): void {
    const batch = this.names;
    batch.next(ENTRY_ROOM + name.length);
    if (this.version === 2) {
      batch.name(name);
      batch.u32(Number(node & NODE_MASK_V2));
      batch.u32(Number(parent & NODE_MASK_V2));
    } else {
      batch.u32(1);
      batch.u32(0);
      batch.name(name);
      batch.u64(node);
      batch.u64(parent);
    }
    if (batch.isFull) this.send(batch);
  }

  /** An object in the stream; `position` is where its entry begins. `path` from the backup root, '' for the root (style path). */
  addObject(path: RawName, stat: HistoryStat, node: bigint, position: number): void {
    if (this.style === 'path') this.addPath(`/${path}`, stat, node, BigInt(position));
    else if (this.style === 'node') this.addNode(stat, node, BigInt(position));
  }

  private addPath(path: RawName, stat: HistoryStat, node: bigint, position: bigint): void {
    const batch = this.paths;
    batch.next(ENTRY_ROOM + path.length);
    if (this.version === 2) {
      batch.name(path);
      putOldStat(batch, stat, position);
    } else {
      batch.u32(1);
      batch.u32(0);
      batch.name(path);
      batch.u32(1);
      putStat(batch, stat);
      batch.u64(node);
      batch.u64(position);
    }
    if (batch.isFull) this.send(batch);
  }

  private addNode(stat: HistoryStat, node: bigint, position: bigint): void {
    const batch = this.nodes;
    batch.next(ENTRY_ROOM);
    if (this.version === 2) {
      putOldStat(batch, stat, position);
      batch.u32(Number(node & NODE_MASK_V2));
    } else {
      batch.u32(1);
      putStat(batch, stat);
      batch.u64(node);
      batch.u64(position);
    }
    if (!batch.isFull) return;
    this.flushNames();
    this.send(batch);
  }

  /** Makes posts of everything there is. */
  flush(): void {
    this.flushNames();
    for (const batch of [this.nodes, this.paths]) if (!batch.isEmpty) this.send(batch);
  }

  /** The posts that are full so far, in order. */
  take(): EncodedPost[] {
    this.waitingBytes = 0;
    return this.posts.splice(0);
  }

  private flushNames(): void {
    if (!this.names.isEmpty) this.send(this.names);
  }

  private send(batch: Batch): void {
    const post = batch.take();
    this.waitingBytes += post.body.length;
    this.posts.push(post);
  }
}

/** unix_stat of v2. */
function putOldStat(batch: Batch, stat: HistoryStat, position: bigint): void {
  const mode = Number(stat.mode);
  batch.u32(Math.min(fileTypeOf(mode), FileType.SOCKET));
  for (const time of [stat.mtimeNs, stat.atimeNs, stat.ctimeNs]) batch.u32(secondsOf(time));
  batch.u32(Number(stat.uid));
  batch.u32(Number(stat.gid));
  batch.u32(mode & 0o7777);
  batch.u64(stat.size);
  batch.u64(position);
}

/** file_stat of v3 and v4. */
function putStat(batch: Batch, stat: HistoryStat): void {
  const mode = Number(stat.mode);
  batch.u32(stat.unsupported ?? 0);
  batch.u32(0);
  batch.u32(fileTypeOf(mode));
  batch.u32(secondsOf(stat.mtimeNs));
  batch.u32(secondsOf(stat.atimeNs));
  batch.u32(secondsOf(stat.ctimeNs));
  batch.u32(Number(stat.uid));
  batch.u32(Number(stat.gid));
  batch.u32(mode & 0o7777);
  batch.u64(stat.size);
  batch.u32(Math.min(Number(stat.nlink), MAX_WORD));
}

/** Whole seconds; times that the protocol has no number for become the nearest it has. */
function secondsOf(nanoseconds: bigint): number {
  return Math.min(Math.max(Number(nanoseconds / SECOND), 0), MAX_WORD);
}
