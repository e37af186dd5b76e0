const CHUNK_BITS = 14;
const CHUNK = 1 << CHUNK_BITS;

/** An ascending list of row numbers in chunks, so that it grows without copying. */
export class RowList {
  private readonly chunks: Uint32Array[] = [];
  private size = 0;

  get length(): number {
    return this.size;
  }

  /** Appends `row`, which must be greater than every row before. */
  push(row: number): void {
    const slot = this.size & (CHUNK - 1);
    if (slot === 0) this.chunks.push(new Uint32Array(CHUNK));
    this.chunks[this.chunks.length - 1][slot] = row;
    this.size++;
  }

  /** The row at `position` (0 ≤ position < length). */
  at(position: number): number {
    return this.chunks[position >>> CHUNK_BITS][position & (CHUNK - 1)];
  }

  /** The first position whose row is `row` or later; `length` when there is none. */
  lowerBound(row: number): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at(middle) < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
