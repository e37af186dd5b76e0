export const BLOCK = 512;
/** Bytes that {@link StreamOutput.claim} can give at a time. */
const CONTIGUOUS = 16 * BLOCK;
/** Buffers that are kept for the next pieces. */
const MOST_SPARE = 16;

/**
 * The stream as it grows, cut into pieces. Files are read right into them, and buffers of pieces come back to be used again:
 * what lay in them before is written over, byte by byte.
 */
export class StreamOutput {
  /** Bytes of the stream so far; where the next entry begins. */
  length = 0;
  private piece = new Uint8Array(0);
  private used = 0;
  private readonly full: Uint8Array[] = [];
  private readonly spare: ArrayBuffer[] = [];
  private waiting = 0;
  private target = 256 * 1024;

  /** Sets the size that pieces should have. */
  begin(target: number): void {
    this.target = Math.max(CONTIGUOUS, Math.ceil(target / BLOCK) * BLOCK);
  }

  /** Bytes that wait to be taken. */
  get size(): number {
    return this.waiting + this.used;
  }

  /** Whether a whole piece waits. */
  get hasPiece(): boolean {
    return this.waiting > 0 || (this.used > 0 && this.used >= this.target);
  }

  /** `bytes` contiguous zero bytes of the stream to fill; `bytes` is at most 8 KiB. */
  claim(bytes: number): Uint8Array {
    if (this.piece.length - this.used < bytes) this.newPiece();
    const from = this.used;
    this.used += bytes;
    this.length += bytes;
    return this.piece.subarray(from, this.used).fill(0);
  }

  /** The room left in this piece (at least one byte), to be filled from its beginning; tell by {@link wrote} how far. */
  room(): Uint8Array {
    if (this.used === this.piece.length) this.newPiece();
    return this.piece.subarray(this.used);
  }

  /** `bytes` of the room have been filled. */
  wrote(bytes: number): void {
    this.used += bytes;
    this.length += bytes;
  }

  /** `bytes` zeros. */
  zeros(bytes: number): void {
    for (let left = bytes; left > 0;) {
      const room = this.room();
      const now = Math.min(left, room.length);
      room.fill(0, 0, now); // an earlier read may have left something there
      this.wrote(now);
      left -= now;
    }
  }

  /** Zeros up to the next whole block. */
  pad(): void {
    const over = this.length % BLOCK;
    if (over > 0) this.zeros(BLOCK - over);
  }

  bytes(data: Uint8Array): void {
    for (let at = 0; at < data.length;) {
      const room = this.room();
      const now = Math.min(data.length - at, room.length);
      room.set(data.subarray(at, at + now));
      this.wrote(now);
      at += now;
    }
  }

  /** The next piece, not full when nothing more is there; its buffer is the caller's. */
  take(): Uint8Array {
    const full = this.full.shift();
    if (full) {
      this.waiting -= full.length;
      return full;
    }
    const bytes = this.piece.subarray(0, this.used);
    this.piece = new Uint8Array(0);
    this.used = 0;
    return bytes;
  }

  /** Takes back the buffer of a piece. */
  reuse(buffer: ArrayBuffer): void {
    if (this.spare.length < MOST_SPARE) this.spare.push(buffer);
  }

  private newPiece(): void {
    if (this.used > 0) {
      this.full.push(this.piece.subarray(0, this.used));
      this.waiting += this.used;
    }
    const spare = this.spare.pop();
    this.piece = spare?.byteLength === this.target ? new Uint8Array(spare) : new Uint8Array(this.target);
    this.used = 0;
  }
}
