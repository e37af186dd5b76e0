import type { TarEntry } from '../read/entry';
import type { Pass, PassParts, Piece } from './pass';
import { Selection, type Wanted } from './selection';

/**
 * Reads the whole stream and takes what is wanted. A stream of our own has every path once, so that reading ends when all that is
 * wanted are files and they have come; in others a later entry may replace an earlier one.
 */
export class ScanPass implements Pass {
  over = false;
  incomplete = false;
  private readonly selection: Selection;
  private readonly awaited: Set<Wanted>;
  private begun = false;

  constructor(
    private readonly parts: PassParts,
    wanted: readonly Wanted[],
  ) {
    this.awaited = new Set(wanted);
    this.selection = new Selection(wanted, parts.recursive);
    parts.reader.seek(0, 0);
  }

  /** Where the stream's length is known, it is asked for up to there, so that parts of it can be asked for again. */
  next(): Piece {
    const offset = this.begun ? this.parts.reader.position : 0;
    const length = this.begun ? undefined : this.parts.streamBytes;
    this.begun = true;
    return { offset, length };
  }

  entry(entry: TarEntry): boolean {
    const wanted = this.selection.at(entry.path ?? '');
    if (wanted.length === 0) return false;
    if (isOwn(entry) && entry.kind !== 'directory')
      for (const one of wanted) if (one.path === entry.path) this.awaited.delete(one);
    return this.parts.extraction.begin(entry, wanted);
  }

  entryEnd(): void {
    if (this.awaited.size > 0) return;
    this.over = true;
    this.parts.reader.halt();
  }

  lost(): void {
    this.incomplete = true;
  }

  finished(): void {
    this.over = true;
  }

  resume(): void {
    // It is only halted when all is over.
  }

  cut(): void {
    if (!this.over) this.incomplete = true;
    this.over = true;
  }
}

/** Our own entries tell their inode. */
function isOwn(entry: TarEntry): boolean {
  return entry.inode !== undefined;
}
