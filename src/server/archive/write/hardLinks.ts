import type { FileStat } from '../walk/fileStat';
import type { RawName } from '../walk/rawName';

/** A file with several names: what the stream has of it so far. */
export interface LinkGroup {
  /** Path that its entry has in this stream. */
  path: RawName;
  /** Where that entry begins; -1: not in this stream so far. */
  offset: number;
  /** Names that were passed over, because an earlier backup has them unchanged. */
  passed: RawName[];
  /** Names that are still to come. */
  left: number;
}

/** What a remembered group costs beside its path. */
const OVERHEAD = 250;

/**
 * Remembers files with several names until all of them were met. Bounded: names that do not fit any more are backed up as
 * files of their own.
 */
export class HardLinks {
  /** Groups that did not fit. */
  forgotten = 0;
  private readonly groups = new Map<string, LinkGroup>();
  private bytes = 0;

  constructor(private readonly limit = 64 * 1024 * 1024) {}

  /** The group of a file met before. */
  find(stat: FileStat): LinkGroup | undefined {
    return this.groups.get(keyOf(stat));
  }

  /** Begins a group with its first name; `offset` -1 when that is passed over. */
  begin(stat: FileStat, path: RawName, offset: number): LinkGroup | undefined {
    const cost = OVERHEAD + path.length;
    if (this.bytes + cost > this.limit) {
      this.forgotten++;
      return undefined;
    }
    this.bytes += cost;
    const group: LinkGroup = { path, offset, passed: offset < 0 ? [path] : [], left: Number(stat.nlink) - 1 };
    this.groups.set(keyOf(stat), group);
    return group;
  }

  /** Another name of a group that was not written so far is passed over. */
  pass(group: LinkGroup, path: RawName): void {
    this.bytes += path.length;
    if (this.bytes > this.limit) this.forgotten++;
    else group.passed.push(path);
  }

  /** Another of its names was met. */
  met(stat: FileStat, group: LinkGroup): void {
    if (--group.left > 0) return;
    this.bytes -= OVERHEAD + group.path.length;
    this.groups.delete(keyOf(stat));
  }
}

function keyOf(stat: FileStat): string {
  return `${stat.dev}:${stat.ino}`;
}
