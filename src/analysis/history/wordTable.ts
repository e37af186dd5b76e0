const CHUNK_SHIFT = 14;
const CHUNK_ROWS = 1 << CHUNK_SHIFT;
const CHUNK_MASK = CHUNK_ROWS - 1;
/** The first chunk begins with so many rows and doubles until it is a whole one: most tables stay small. */
const FIRST_ROWS = 64;

/**
 * Rows of a fixed number of 32-bit words, in chunks: it grows without copying what is there, and all words of a row lie
 * together, since reading one row touches little memory then.
 */
export class WordTable {
  /** Rows that are there. */
  count = 0;
  private readonly chunks: Uint32Array[] = [];

  /** @param width words a row */
  constructor(readonly width: number) {}

  /** Adds a row of zeros. @returns its number */
  add(): number {
    const row = this.count++;
    if ((row & CHUNK_MASK) === 0) this.chunks.push(new Uint32Array((row === 0 ? FIRST_ROWS : CHUNK_ROWS) * this.width));
    else if (row < CHUNK_ROWS && row * this.width === this.chunks[0].length) this.growFirst();
    return row;
  }

  private growFirst(): void {
    const larger = new Uint32Array(this.chunks[0].length * 2);
    larger.set(this.chunks[0]);
    this.chunks[0] = larger;
  }

  get(row: number, word: number): number {
    return this.chunks[row >>> CHUNK_SHIFT][(row & CHUNK_MASK) * this.width + word];
  }

  set(row: number, word: number, value: number): void {
    this.chunks[row >>> CHUNK_SHIFT][(row & CHUNK_MASK) * this.width + word] = value;
  }

  /** The words among which a row lies, for reading or writing several of it; the row begins at {@link at}. */
  chunk(row: number): Uint32Array {
    return this.chunks[row >>> CHUNK_SHIFT];
  }

  at(row: number): number {
    return (row & CHUNK_MASK) * this.width;
  }

  /** Adds 1 to a word. */
  increment(row: number, word: number): void {
    this.chunks[row >>> CHUNK_SHIFT][(row & CHUNK_MASK) * this.width + word]++;
  }

  /** Two words as one number, high word first; not exact above 2^53. */
  number(row: number, word: number): number {
    const chunk = this.chunks[row >>> CHUNK_SHIFT];
    const at = (row & CHUNK_MASK) * this.width + word;
    return chunk[at] * 0x100000000 + chunk[at + 1];
  }

  /** Two words as one number, high word first. */
  big(row: number, word: number): bigint {
    return (BigInt(this.get(row, word)) << 32n) | BigInt(this.get(row, word + 1));
  }

  /** Sets two words, high word first. */
  setPair(row: number, word: number, high: number, low: number): void {
    const chunk = this.chunks[row >>> CHUNK_SHIFT];
    const at = (row & CHUNK_MASK) * this.width + word;
    chunk[at] = high;
    chunk[at + 1] = low;
  }

  /** Bytes of memory taken. */
  get bytes(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.length * 4, 0);
  }
}
