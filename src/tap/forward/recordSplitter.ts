import { decodeRecordMark } from '../../xdr';

const MARK_BYTES = 4;
const FIRST_BYTES = 1024;
const nothing = new Uint8Array(0);

/** A record of a stream. Views of what the stream brought, good only while they are looked at. */
export interface StreamRecord {
  /** As it came, with its record marks. */
  wire: Uint8Array;
  payload: Uint8Array;
}

export interface SplitterSink {
  record(record: StreamRecord): void;
  /** The next bytes of a record that is longer than the limit; `first` is what was kept of its payload until then. */
  long(bytes: Uint8Array, first: Uint8Array | undefined): void;
}

/**
 * Finds the records of a stream (RFC 5531, section 11). Records longer than the limit are followed to their end and not
 * kept, so that what a stream promises never costs memory.
 */
export class RecordSplitter {
  private readonly mark = new Uint8Array(MARK_BYTES);
  private markBytes = 0;
  /** Bytes of the present fragment that are still to come. */
  private missing = 0;
  private isLast = false;
  private kept = nothing;
  private length = 0;
  /** Where in `kept` the marks of the present record are. */
  private marks: number[] = [];
  private isLong = false;

  /** @param limit bytes of a record, with its marks, that are kept */
  constructor(private readonly limit: number) {}

  /** Bytes of the present record that have come and are kept. */
  get held(): number {
    return this.length;
  }

  /** Whether the next byte begins a record. */
  get isBetween(): boolean {
    return this.length === 0 && !this.isLong && this.markBytes === 0;
  }

  /** Whether a record is under way that is too long to be kept. */
  get isInLong(): boolean {
    return this.isLong;
  }

  /** What has come of the present record; empty for one that is too long. */
  get present(): StreamRecord {
    return { wire: this.kept.subarray(0, this.length), payload: this.payload() };
  }

  push(chunk: Uint8Array, sink: SplitterSink): void {
    for (let at = 0; at < chunk.length;) at = this.isBetween ? this.begin(chunk, at, sink) : this.goOn(chunk, at, sink);
  }

  /** What has come of a record whose end is not to come any more. */
  take(): Uint8Array {
    const rest = this.kept.slice(0, this.length);
    this.reset();
    return rest;
  }

  /** The short way: a record of one fragment that lies in the chunk. @returns where the next byte is to be looked at */
  private begin(chunk: Uint8Array, at: number, sink: SplitterSink): number {
    if (chunk.length - at < MARK_BYTES) return this.goOn(chunk, at, sink);
    const { last, length } = decodeRecordMark(chunk, at);
    const end = at + MARK_BYTES + length;
    if (!last || end > chunk.length || end - at > this.limit) return this.goOn(chunk, at, sink);
    sink.record({ wire: chunk.subarray(at, end), payload: chunk.subarray(at + MARK_BYTES, end) });
    return end;
  }

  private goOn(chunk: Uint8Array, from: number, sink: SplitterSink): number {
    let at = from;
    if (this.missing === 0) {
      if (this.markBytes === 0 && !this.isLong) this.marks.push(this.length);
      while (this.markBytes < MARK_BYTES && at < chunk.length) this.mark[this.markBytes++] = chunk[at++];
      this.keep(chunk.subarray(from, at), sink);
      if (this.markBytes < MARK_BYTES) return at;
      const { last, length } = decodeRecordMark(this.mark);
      this.isLast = last;
      this.missing = length;
    }
    const piece = chunk.subarray(at, at + this.missing);
    this.missing -= piece.length;
    this.keep(piece, sink);
    if (this.missing === 0) this.endFragment(sink);
    return at + piece.length;
  }

  private endFragment(sink: SplitterSink): void {
    this.markBytes = 0;
    if (!this.isLast) return;
    if (!this.isLong) sink.record({ wire: this.kept.subarray(0, this.length), payload: this.payload() });
    this.reset();
  }

  private keep(piece: Uint8Array, sink: SplitterSink): void {
    if (piece.length === 0) return;
    if (this.isLong) return sink.long(piece, undefined);
    const length = this.length + piece.length;
    if (length > this.limit) {
      const before = this.kept.subarray(0, this.length);
      const payload = this.payload();
      this.reset(true);
      sink.long(before, payload);
      return sink.long(piece, undefined);
    }
    if (length > this.kept.length) {
      const grown = new Uint8Array(Math.min(this.limit, Math.max(length, this.kept.length * 2, FIRST_BYTES)));
      grown.set(this.kept.subarray(0, this.length));
      this.kept = grown;
    }
    this.kept.set(piece, this.length);
    this.length = length;
  }

  /** What is kept without its marks. */
  private payload(): Uint8Array {
    const { kept, length, marks } = this;
    if (marks.length <= 1) return kept.subarray(MARK_BYTES, Math.max(MARK_BYTES, length));
    const payload = new Uint8Array(length);
    let to = 0;
    for (const [i, mark] of marks.entries()) {
      const fragment = kept.subarray(mark + MARK_BYTES, Math.min(length, marks[i + 1] ?? length));
      payload.set(fragment, to);
      to += fragment.length;
    }
    return payload.subarray(0, to);
  }

  private reset(isLong = false): void {
    this.kept = nothing;
    this.length = 0;
    this.marks = [];
    this.isLong = isLong;
  }
}
