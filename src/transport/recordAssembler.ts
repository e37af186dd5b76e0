import { decodeRecordMark } from '../xdr';

const MARK_BYTES = 4;
const FIRST_BYTES = 512;
const nothing = new Uint8Array(0);

/** A record is longer than it may be; the stream behind it cannot be understood any more. */
export class RecordTooLong extends Error {
  constructor(readonly limit: number) {
    super(`a record is longer than ${limit} bytes`);
  }
}

/** Puts records together from the pieces in which a stream brings them (RFC 5531, section 11). */
export class RecordAssembler {
  private readonly mark = new Uint8Array(MARK_BYTES);
  private markBytes = 0;
  /** Bytes of the present fragment that are still to come. */
  private missing = 0;
  private isLast = false;
  private payload = nothing;
  private length = 0;

  /** @param limit bytes of a record, record marks not counted; may be changed between records */
  constructor(public limit: number) {}

  /** Whether a record has begun and is not complete. */
  get isPartial(): boolean {
    return this.markBytes > 0 || this.length > 0;
  }

  /**
   * Takes the next bytes of the stream. A record that lies within `chunk` is handed on as a view of it.
   * @throws RecordTooLong before more than the limit is kept
   */
  push(chunk: Uint8Array, onRecord: (payload: Uint8Array) => void): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.markBytes < MARK_BYTES) {
        this.mark[this.markBytes++] = chunk[at++];
        if (this.markBytes < MARK_BYTES) continue;
        const { last, length } = decodeRecordMark(this.mark);
        if (length > this.limit - this.length) throw new RecordTooLong(this.limit);
        this.isLast = last;
        this.missing = length;
      }
      const piece = chunk.subarray(at, at + this.missing);
      at += piece.length;
      this.missing -= piece.length;
      const isWhole = this.missing === 0 && this.isLast && this.length === 0;
      if (!isWhole) this.append(piece);
      if (this.missing > 0) continue;
      this.markBytes = 0;
      if (!this.isLast) continue;
      const record = isWhole ? piece : this.payload.subarray(0, this.length);
      this.payload = nothing;
      this.length = 0;
      onRecord(record);
    }
  }

  private append(piece: Uint8Array): void {
    const length = this.length + piece.length;
    if (length > this.payload.length) {
      const grown = new Uint8Array(Math.min(this.limit, Math.max(length, this.payload.length * 2, FIRST_BYTES)));
      grown.set(this.payload.subarray(0, this.length));
      this.payload = grown;
    }
    this.payload.set(piece, this.length);
    this.length = length;
  }
}
