/** Bytes of a stream from an offset on. */
export interface StreamRange {
  offset: bigint;
  length: bigint;
}

interface Piece {
  /** Bytes ahead of what is wanted, bytes that are wanted, and bytes behind them; undefined: no end. */
  skip: bigint;
  take: bigint | undefined;
  drop: bigint;
}

/**
 * Lets a data server read any range from a mover that sends whole records only: the mover is asked for the records that
 * the range lies in, and what lies around it is left out on its way through this machine.
 */
export class AlignedReads {
  private readonly pieces: Piece[] = [];

  /**
   * @param wanted what the data server reads; lengths from `endless` on mean all that comes
   * @param grid where a record begins, and the length of records
   * @returns what the mover has to be asked for
   */
  expect({ offset, length }: StreamRange, grid: { start: bigint; record: bigint }, endless: bigint): StreamRange {
    const { start, record } = grid;
    const skip = (offset - start) % record;
    const isEndless = length >= endless;
    const end = (record - ((skip + length) % record)) % record;
    this.pieces.push({ skip, take: isEndless ? undefined : length, drop: isEndless ? 0n : end });
    return { offset: offset - skip, length: isEndless ? length : skip + length + end };
  }

  /** The mover has not taken the range that was expected last. */
  takeBack(): void {
    this.pieces.pop();
  }

  /** What is wanted of the bytes that the mover sends; undefined when nobody has asked for some of them. */
  wantedOf(bytes: Uint8Array): Uint8Array[] | undefined {
    const wanted: Uint8Array[] = [];
    for (let at = 0; at < bytes.length;) {
      const [piece] = this.pieces;
      if (!piece) return undefined;
      const rest = bytes.length - at;
      const skipped = least(piece.skip, rest);
      const taken = piece.take === undefined ? rest - skipped : least(piece.take, rest - skipped);
      const dropped = least(piece.drop, rest - skipped - taken);
      if (taken > 0) wanted.push(bytes.subarray(at + skipped, at + skipped + taken));
      piece.skip -= BigInt(skipped);
      if (piece.take !== undefined) piece.take -= BigInt(taken);
      piece.drop -= BigInt(dropped);
      at += skipped + taken + dropped;
      if (piece.skip === 0n && piece.take === 0n && piece.drop === 0n) this.pieces.shift();
    }
    return wanted;
  }
}

function least(a: bigint, b: number): number {
  return a < BigInt(b) ? Number(a) : b;
}
