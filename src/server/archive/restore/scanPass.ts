import type { TarEntry } from '../read/entry';
import type { Pass, PassParts, Piece } from './pass';
import { Selection, type Wanted } from './selection';

/** Reads the whole stream and takes what is wanted. */
export class ScanPass implements Pass {
  over = false;
  incomplete = false;
  private readonly selection: Selection;
  private begun = false;

  constructor(
    private readonly parts: PassParts,
    wanted: readonly Wanted[],
  ) {
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
    return wanted.length > 0 && this.parts.extraction.begin(entry, wanted);
  }

  entryEnd(): void {
    // The next entry follows.
  }

  lost(): void {
    this.incomplete = true;
  }

  finished(): void {
    this.over = true;
  }

  resume(): void {
    // Nothing halts a reader that reads all.
  }

  cut(): void {
    if (!this.over) this.incomplete = true;
    this.over = true;
  }
}
