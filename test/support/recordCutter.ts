import { decodeRecordMark } from '../../src/xdr';

/** Cuts a TCP stream into records, whatever the pieces it comes in and the fragments they were sent in. */
export class RecordCutter {
  private bytes = Buffer.alloc(0);
  private record: Buffer[] = [];

  /** @returns payloads of the records that are complete now */
  push(piece: Uint8Array): Uint8Array[] {
    this.bytes = Buffer.concat([this.bytes, piece]);
    const complete: Uint8Array[] = [];
    while (this.bytes.length >= 4) {
      const { last, length } = decodeRecordMark(this.bytes);
      if (this.bytes.length < 4 + length) break;
      this.record.push(this.bytes.subarray(4, 4 + length));
      this.bytes = this.bytes.subarray(4 + length);
      if (!last) continue;
      complete.push(Buffer.concat(this.record));
      this.record = [];
    }
    return complete;
  }
}
