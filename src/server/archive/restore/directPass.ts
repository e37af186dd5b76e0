import type { TarEntry } from '../read/entry';
import type { Pass, PassParts, Piece } from './pass';
import { Selection, type Wanted } from './selection';

type Placed = Wanted & { position: number };

/** Bytes of an entry that are there for certain: two headers and a record, or a header and the mark of the end. */
const LEAST = 1536;
/** How much is asked for at once where the stream's length is known: most small files in one go. */
const AHEAD = 64 * 1024;
/** Pieces that are nearer to each other are read as one: cheaper than another exchange of messages. */
const GAP = 256 * 1024;
/** Neighbours are joined up to this. */
const MOST_JOINED = 16 * 1024 * 1024;
/** Bits of a node that are the inode's: above them a backup tells file systems apart. */
const INODE_MASK = (1n << 48n) - 1n;
const MOST_GROWN = 16 * 1024 * 1024;

/**
 * Direct access: reads only the pieces in which the wanted entries lie, in the order of their positions. A directory is
 * read until an entry that is not below it. What is not where the list says is left to a later pass ({@link misplaced}).
 */
export class DirectPass implements Pass {
  over = false;
  incomplete = false;
  readonly misplaced: Wanted[] = [];
  private readonly list: readonly Placed[];
  private readonly selection: Selection;
  private index = -1;
  /** The entry of the current one has come, or will not. */
  private dealt = true;
  /** Directory whose members are being read. */
  private subtree: string | undefined;
  private grown = AHEAD;
  private asked = false;
  /** Other names of the file that is being restored, for which the list says the same position. */
  private aliases: { entry: TarEntry; source: Wanted; sourcePath: string; others: readonly Wanted[] } | undefined;

  constructor(
    private readonly parts: PassParts,
    wanted: readonly Wanted[],
  ) {
    this.selection = new Selection(wanted, parts.recursive);
    this.list = wanted.filter(isPlaced).sort((a, b) => a.position - b.position);
    this.misplaced.push(...wanted.filter((one) => !isPlaced(one)));
    this.parts.reader.seek(0, 0);
    this.resume();
  }

  private get current(): Placed | undefined {
    return this.list.at(this.index);
  }

  resume(): void {
    if (this.dealt) this.choose(this.parts.reader.position);
    if (this.current && !this.over) this.parts.reader.seek(this.current.position);
  }

  /** The next one that is still to be found, from this offset on. */
  private choose(from: number): void {
    this.subtree = undefined;
    this.grown = AHEAD;
    this.dealt = false;
    while (++this.index < this.list.length) {
      const one = this.list[this.index];
      if (one.outcome.found) continue;
      if (one.position >= from && !this.isBehindEnd(one)) return;
      this.misplaced.push(one);
    }
    this.over = true;
  }

  private isBehindEnd({ position }: Placed): boolean {
    return this.parts.streamBytes !== undefined && position + LEAST > this.parts.streamBytes;
  }

  entry(entry: TarEntry): boolean {
    if (this.subtree !== undefined) {
      if (isBelow(entry, this.subtree)) return this.take(entry, this.selection.at(entry.path ?? ''));
      this.choose(entry.start);
      if (this.over || this.current?.position !== entry.start) {
        this.parts.reader.halt();
        return false;
      }
    }
    if (this.current?.position === entry.start) return this.meet(entry);
    this.giveUp();
    return false;
  }

  /** The entry at the position that the list says. */
  private meet(entry: TarEntry): boolean {
    this.dealt = true;
    const exact = this.selection.at(entry.path ?? '');
    const aliases: Wanted[] = [];
    for (; this.current?.position === entry.start; this.index++) {
      if (exact.includes(this.current)) continue;
      if (isAlias(entry, this.current)) aliases.push(this.current);
      else this.misplaced.push(this.current);
    }
    this.index--;
    const wanted = exact.length > 0 ? exact : aliases.slice(0, 1).map((one) => ({ ...one, dataOnly: true }));
    if (wanted.length === 0) {
      this.parts.reader.halt();
      return false;
    }
    if (aliases.length > 0)
      this.aliases = {
        entry,
        source: wanted[0],
        sourcePath: exact.length > 0 ? (entry.path ?? '') : wanted[0].path,
        others: exact.length > 0 ? aliases : aliases.slice(1),
      };
    const own = exact.some(({ path }) => path === entry.path);
    if (own && this.parts.recursive && entry.kind === 'directory') this.subtree = entry.path;
    return this.take(entry, wanted);
  }

  private take(entry: TarEntry, wanted: readonly Wanted[]): boolean {
    return wanted.length > 0 && this.parts.extraction.begin(entry, wanted);
  }

  entryEnd(): void {
    if (this.aliases) {
      const { entry, source, sourcePath, others } = this.aliases;
      for (const other of others) {
        other.outcome.found = true;
        this.parts.extraction.linkAlike(entry, source, sourcePath, other, other.path);
      }
      this.aliases = undefined;
    }
    if (this.subtree === undefined) this.parts.reader.halt();
  }

  lost(): void {
    if (this.subtree !== undefined) this.incomplete = true;
    else this.giveUp();
  }

  private giveUp(): void {
    if (this.current && !this.dealt) this.misplaced.push(this.current);
    this.dealt = true;
    this.parts.reader.halt();
  }

  finished(): void {
    this.giveUp();
  }

  cut(): void {
    if (this.over) return;
    this.incomplete = true;
    for (let i = this.dealt ? this.index + 1 : this.index; i < this.list.length; i++)
      if (!this.list[i].outcome.found) this.misplaced.push(this.list[i]);
    this.over = true;
  }

  next(): Piece {
    const { reader, streamBytes } = this.parts;
    if (!this.asked || reader.nextUseful - reader.position > GAP) reader.seek(reader.nextUseful, reader.nextUseful);
    this.asked = true;
    const offset = reader.position;
    if (this.subtree !== undefined && streamBytes === undefined && this.isLast()) return { offset, length: undefined };
    let end = Math.max(reader.needs, offset + this.ahead());
    for (let i = this.index + 1; i < this.list.length; i++) {
      const { position } = this.list[i];
      if (position - end > GAP || position + LEAST - offset > MOST_JOINED) break;
      end = Math.max(end, position + (streamBytes === undefined ? LEAST : AHEAD));
    }
    if (streamBytes !== undefined && offset < streamBytes) end = Math.min(end, streamBytes);
    return { offset, length: end - offset };
  }

  /** How far beyond what the reader needs it is safe and sensible to read. */
  private ahead(): number {
    if (this.parts.streamBytes === undefined) return this.dealt ? 0 : LEAST;
    if (this.subtree === undefined) return this.dealt ? 0 : AHEAD;
    this.grown = Math.min(this.grown * 2, MOST_GROWN);
    return this.grown;
  }

  private isLast(): boolean {
    for (let i = this.index + 1; i < this.list.length; i++) if (!this.list[i].outcome.found) return false;
    return true;
  }
}

function isPlaced(wanted: Wanted): wanted is Placed {
  return wanted.position !== undefined;
}

/** Links to files that were met elsewhere may stand among the members of any directory. */
function isBelow(entry: TarEntry, directory: string): boolean {
  return directory === '' || entry.kind === 'link' || (entry.path?.startsWith(`${directory}/`) ?? true);
}

/** Whether the entry holds the data of a file that the list knows by another of its names. */
function isAlias(entry: TarEntry, wanted: Wanted): boolean {
  if (entry.kind === 'directory' || entry.kind === 'link' || wanted.dataOnly) return false;
  if (entry.inode !== undefined && wanted.node !== undefined)
    return (entry.inode & INODE_MASK) === (wanted.node & INODE_MASK);
  return (entry.links ?? 1) > 1;
}
