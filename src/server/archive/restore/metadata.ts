import fs from 'node:fs';
import type { TarEntry } from '../read/entry';
import type { RawName } from '../walk/rawName';

/** What an object has beside its content. */
export interface Metadata {
  uid: number;
  gid: number;
  mode: number;
  mtimeNs: bigint;
  atimeNs: bigint;
  attributes: TarEntry['attributes'];
}

/** Only the superuser can give files away; for others everything belongs to who restores. */
const MAY_CHOWN = process.getuid?.() === 0;
const OWN: readonly [uid: number, gid: number] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
/** A file whose owner cannot be set must not run with the rights of somebody else. */
const SET_ID_BITS = 0o6000;
const NS_PER_US = 1000n;

/** Beyond these no system has owners, and no file system times (the end of the year 9999). */
const LAST_OWNER = 0xfffffffe;
const LAST_TIME = 253_402_300_799n * 1_000_000_000n;

/** @param now nanoseconds since 1970, for entries that say nothing of their last access */
export function metadataOf(entry: TarEntry, now: bigint): Metadata {
  const { mtimeNs, atimeNs, attributes } = entry;
  const possible = [entry.uid, entry.gid].every((id) => id >= 0 && id <= LAST_OWNER);
  const [uid, gid] = possible ? [entry.uid, entry.gid] : OWN;
  const mode = possible && (MAY_CHOWN || (uid === OWN[0] && gid === OWN[1])) ? entry.mode : entry.mode & ~SET_ID_BITS;
  return { uid, gid, mode, mtimeNs: bounded(mtimeNs), atimeNs: bounded(atimeNs ?? now), attributes };
}

function bounded(time: bigint): bigint {
  if (time > LAST_TIME) return LAST_TIME;
  return time < -LAST_TIME ? -LAST_TIME : time;
}

/** Times for Node's calls: exact to the microsecond, before 1970 to the millisecond, which is all that those calls keep. */
export function systemTime(nanoseconds: bigint): number | Date {
  if (nanoseconds < 0n) return new Date(Math.floor(Number(nanoseconds) / 1e6));
  // Half a microsecond more, since the call cuts off what a double cannot hold.
  return (Number(nanoseconds / NS_PER_US) + 0.5) / 1e6;
}

/** Whether Node's calls cannot set all of it. */
export function needsMore({ mtimeNs, atimeNs, attributes }: Metadata): boolean {
  return attributes.length > 0 || [mtimeNs, atimeNs].some((time) => time < 0n || time % NS_PER_US !== 0n);
}

/** Owner and mode of an open file, and its times when no more is needed ({@link needsMore}). Throws the system's errors. */
export function settleFile(file: number, metadata: Metadata): void {
  const { uid, gid, mode, atimeNs, mtimeNs } = metadata;
  if (MAY_CHOWN) fs.fchownSync(file, uid, gid);
  fs.fchmodSync(file, mode);
  if (!needsMore(metadata)) fs.futimesSync(file, systemTime(atimeNs), systemTime(mtimeNs));
}

/** The same for a symbolic link at `path`, whose mode means nothing. */
export function settleLink(path: string | Buffer, metadata: Metadata): void {
  const { uid, gid, atimeNs, mtimeNs } = metadata;
  if (MAY_CHOWN) fs.lchownSync(path, uid, gid);
  if (!needsMore(metadata)) fs.lutimesSync(path, systemTime(atimeNs), systemTime(mtimeNs));
}

/** Something to be done by the helper program (helper.ts), as it goes to it in JSON. Paths as raw names. */
export interface HelperTask {
  /** Path in the tree. */
  p: RawName;
  /** What to make first: a fifo, or a device with its numbers. */
  make?: 'fifo' | 'character' | 'block';
  device?: [major: number, minor: number];
  /** Set for what is made here and for directories; else only times and attributes are set. */
  mode?: number;
  owner?: [uid: number, gid: number];
  /** Access and modification in nanoseconds. */
  times: [string, string];
  /** Names and values in base64. */
  attributes?: [string, string][];
}

export function helperTask(path: RawName, metadata: Metadata, withMode: boolean): HelperTask {
  const { uid, gid, mode, atimeNs, mtimeNs, attributes } = metadata;
  const task: HelperTask = { p: path, times: [String(atimeNs), String(mtimeNs)] };
  if (withMode) {
    task.mode = mode;
    if (MAY_CHOWN) task.owner = [uid, gid];
  }
  if (attributes.length > 0)
    task.attributes = attributes.map(({ name, value }) => [name, Buffer.from(value).toString('base64')]);
  return task;
}
