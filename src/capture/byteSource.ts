/**
 * Bytes that can be read at any position: a file, a growing spool, an ArrayBuffer in a browser worker.
 * The only door through which the pure parts of the product see a capture.
 */
export interface ByteSource {
  /** Bytes that are there now; grows for a live source. */
  readonly size: number;
  /**
   * Reads up to `length` bytes from `offset` into `target` (from index 0) and returns how many were read;
   * fewer than asked for only at the end of the source.
   */
  read(offset: number, length: number, target: Uint8Array): number;
}

/** A {@link ByteSource} over bytes that are in memory already. */
export class MemorySource implements ByteSource {
  constructor(private readonly bytes: Uint8Array) {}

  get size(): number {
    return this.bytes.length;
  }

  read(offset: number, length: number, target: Uint8Array): number {
    const part = this.bytes.subarray(offset, Math.min(this.bytes.length, offset + length));
    target.set(part);
    return part.length;
  }
}
