import { decodeByteString } from './byteString';

/** Something odd that did not stop the reading. */
export interface XdrNote {
  /** Position of the item in the bytes read from. */
  offset: number;
  length: number;
  text: string;
  /** Name of the innermost field, filled in by the caller through {@link XdrReader.blame}. */
  field?: string;
}

/**
 * Bytes that the values do not tell: padding that is not zero as RFC 4506 wants it, the count of an array that is cut off.
 * Without any bytes: the record ends here, before the padding of its last item.
 */
export interface XdrPatch {
  offset: number;
  bytes: Uint8Array;
}

/**
 * Reads XDR items (RFC 4506) front to back and never throws: the first item that does not fit the bytes sets
 * {@link failedAt}, and from then on every read gives zero or nothing without moving.
 */
export class XdrReader {
  position: number;
  readonly end: number;
  /** Where the item that could not be read begins; -1 as long as all is well. */
  failedAt = -1;
  /** Why reading stopped, for people. */
  failure = '';
  /** Names of the fields around the failing item, innermost first. */
  readonly failedPath: string[] = [];
  readonly notes: XdrNote[] = [];
  readonly patches: XdrPatch[] = [];
  /** Set by a note or a failure, cleared by {@link blame}: one cheap test per field for the callers. */
  flagged = false;
  /** Callers need no more of a long array than its ends. */
  endsOnly = false;
  private readonly view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    position = 0,
    end = bytes.length,
  ) {
    this.end = Math.min(end, bytes.length);
    this.position = Math.min(position, this.end);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get failed(): boolean {
    return this.failedAt >= 0;
  }

  get remaining(): number {
    return this.failedAt >= 0 ? 0 : this.end - this.position;
  }

  /** Ends the reading at the item that begins at `offset`. */
  fail(offset: number, reason: string): void {
    if (this.failedAt >= 0) return;
    this.failedAt = offset;
    this.failure = reason;
    this.flagged = true;
  }

  note(offset: number, length: number, text: string): void {
    this.notes.push({ offset, length, text });
    this.flagged = true;
  }

  /** Remembers bytes that the values do not tell, so that they can be written again. */
  keep(from: number, to: number): void {
    this.patches.push({ offset: from, bytes: this.bytes.slice(from, to) });
  }

  /** Names the field in which the last notes or the failure happened. */
  blame(field: string): void {
    if (this.failedAt >= 0) this.failedPath.push(field);
    for (let i = this.notes.length - 1; i >= 0 && this.notes[i].field === undefined; i--) this.notes[i].field = field;
    this.flagged = this.failedAt >= 0;
  }

  u32(): number {
    const at = this.position;
    if (!this.take(4)) return 0;
    return this.view.getUint32(at);
  }

  i32(): number {
    const at = this.position;
    if (!this.take(4)) return 0;
    return this.view.getInt32(at);
  }

  /** Two words, high word first. */
  u64(): bigint {
    const at = this.position;
    if (!this.take(8)) return 0n;
    return this.view.getBigUint64(at);
  }

  /** Variable-length opaque data: a copy of the bytes. */
  opaque(): Uint8Array {
    const length = this.itemLength();
    const at = this.position;
    this.skipPadded(length);
    return this.bytes.slice(at, at + length);
  }

  /** Fixed-length opaque data of `length` bytes, padded to a multiple of four. */
  fixedOpaque(length: number): Uint8Array {
    const at = this.position;
    if (this.failedAt >= 0) return new Uint8Array(0);
    if (length > this.end - at) {
      this.fail(at, `${length} bytes wanted, ${this.end - at} left`);
      return new Uint8Array(0);
    }
    this.skipPadded(length);
    return this.bytes.slice(at, at + length);
  }

  /** A string as {@link decodeByteString} maps it. */
  string(): string {
    const length = this.itemLength();
    const at = this.position;
    this.skipPadded(length);
    return length === 0 ? '' : decodeByteString(this.bytes, at, at + length);
  }

  /** Passes over a string or opaque; returns its length in bytes without padding. */
  skipVariable(): number {
    const length = this.itemLength();
    this.skipPadded(length);
    return length;
  }

  private take(length: number): boolean {
    if (this.failedAt >= 0) return false;
    const left = this.end - this.position;
    if (length > left) {
      this.fail(this.position, left === 0 ? 'the record ends here' : `${length} bytes wanted, ${left} left`);
      return false;
    }
    this.position += length;
    return true;
  }

  /** Reads a length word; 0 and failed (at the length word) when that many bytes are not there. */
  private itemLength(): number {
    const at = this.position;
    if (!this.take(4)) return 0;
    const length = this.view.getUint32(at);
    const left = this.end - this.position;
    if (length <= left) return length;
    this.position = at;
    this.fail(at, `length ${length}, but only ${left} bytes are left`);
    return 0;
  }

  /** Moves past `length` bytes known to be there and their padding; padding cut off at the record's end is noted. */
  private skipPadded(length: number): void {
    const from = this.position + length;
    this.position = from;
    const wanted = (4 - (length & 3)) & 3;
    if (wanted === 0) return;
    const to = Math.min(this.end, from + wanted);
    for (let i = from; i < to; i++) {
      if (this.bytes[i] === 0) continue;
      this.note(from, to - from, 'padding bytes are not zero');
      this.keep(from, to);
      break;
    }
    if (to - from < wanted) {
      this.note(from, to - from, 'padding is missing at the end of the record');
      this.keep(to, to);
    }
    this.position = to;
  }
}
