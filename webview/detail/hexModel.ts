/** What a line of the hex view shows: a message's title, bytes, or nothing. */
export type HexLine =
  { kind: 'title'; part: number } | { kind: 'bytes'; part: number; offset: number; length: number } | { kind: 'space' };

/** Lines of several payloads below each other: each a title, its bytes, and an empty line between two. */
export class HexModel {
  private readonly starts: number[] = [];
  readonly lineCount: number;

  constructor(
    private readonly sizes: readonly number[],
    readonly bytesPerLine: number,
  ) {
    let line = 0;
    sizes.forEach((size, part) => {
      if (part > 0) line++;
      this.starts.push(line);
      line += 1 + Math.ceil(size / bytesPerLine);
    });
    this.lineCount = line;
  }

  line(index: number): HexLine {
    const part = this.starts.findLastIndex((start) => start <= index);
    if (part < 0) return { kind: 'space' };
    const within = index - this.starts[part] - 1;
    if (within < 0) return { kind: 'title', part };
    const offset = within * this.bytesPerLine;
    if (offset >= this.sizes[part]) return { kind: 'space' };
    return { kind: 'bytes', part, offset, length: Math.min(this.bytesPerLine, this.sizes[part] - offset) };
  }

  lineOf(part: number, offset: number): number {
    return (this.starts[part] ?? 0) + 1 + Math.floor(offset / this.bytesPerLine);
  }

  /** The byte a key moves to, in the same payload or from one into the next. */
  move(part: number, offset: number, by: number): { part: number; offset: number } {
    const next = offset + by;
    if (next >= 0 && next < this.sizes[part]) return { part, offset: next };
    const other = part + Math.sign(by);
    if (!(this.sizes[other] > 0))
      return { part, offset: Math.min(Math.max(next, 0), Math.max(0, this.sizes[part] - 1)) };
    return { part: other, offset: by > 0 ? 0 : this.sizes[other] - 1 };
  }

  /** Digits that every offset needs, 4 at least. */
  get offsetDigits(): number {
    return Math.max(4, Math.max(0, ...this.sizes).toString(16).length);
  }
}

/** How a byte reads in the text column. */
export function asciiOf(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
}
