import type { ArrivalMoment } from '../tcpConnection';
import { ContentType, RECORD_HEADER } from './recordCipher';
import type { SealedRecord } from './recordCipher';

/** Longest fragment (RFC 5246, section 6.2.3). */
const MAX_FRAGMENT = 16384 + 2048;
const MAX_RECORD = RECORD_HEADER + MAX_FRAGMENT;

/** Who takes the records of one direction. */
export interface RecordTaker {
  /** A whole record in its place. Views are good during the call only. @returns false: this direction is over */
  onRecord(record: SealedRecord, moment: ArrivalMoment): boolean;
  /** Some of the bytes of one record are missing: it cannot be opened. `wire` is its length with its header. */
  onLostRecord(wire: number): void;
  /**
   * What may be a record was found behind `wire` bytes in which records were lost.
   * @returns whether it is one
   */
  onFound(record: SealedRecord, wire: number, moment: ArrivalMoment): boolean;
  /** What stands where a record must begin is none. @returns whether to look for the next one */
  onNonsense(): boolean;
}

const enum State {
  Ordered,
  /** In a record of which something is missing. */
  Damaged,
  /** Between records, nobody knows where the next one begins. */
  Search,
  Over,
}

/** Whether a record's header may stand at `at`. */
export function isRecordHeader(bytes: Uint8Array, at: number): boolean {
  const type = bytes[at];
  const length = (bytes[at + 3] << 8) | bytes[at + 4];
  return (
    type >= ContentType.CHANGE_CIPHER_SPEC &&
    type <= ContentType.APPLICATION &&
    bytes[at + 1] === 3 &&
    bytes[at + 2] <= 4 &&
    length <= MAX_FRAGMENT &&
    length > 0
  );
}

/** The records in the bytes of one direction, over lost bytes too. */
export class RecordFramer {
  private state = State.Ordered;
  /** Bytes of a record that is not complete, or of what is searched. */
  private buffer = new Uint8Array(0);
  private have = 0;
  /** Of a damaged record: bytes still to come, and its length. */
  private left = 0;
  private wire = 0;
  /** Bytes passed over by the search, lost ones among them. */
  private passed = 0;

  constructor(private readonly taker: RecordTaker) {}

  /** Takes bytes that continue the stream. */
  push(bytes: Uint8Array, start: number, end: number, moment: ArrivalMoment): void {
    let at = start;
    while (at < end && this.state !== State.Over) {
      if (this.state === State.Ordered) at = this.readOrdered(bytes, at, end, moment);
      else if (this.state === State.Damaged) at = this.skipDamaged(at, end);
      else at = this.search(bytes, at, end, moment);
    }
  }

  /** `length` bytes are missing here. */
  gap(length: number): void {
    if (this.state === State.Over) return;
    if (this.state === State.Search) {
      // what was looked at may be a record whose end is missing now
      this.passed += this.have + length;
      this.have = 0;
      return;
    }
    if (this.state === State.Ordered && this.have >= RECORD_HEADER) {
      this.wire = this.needed();
      this.left = this.wire - this.have;
      this.state = State.Damaged;
    }
    if (this.state === State.Damaged && length <= this.left) {
      this.left -= length;
      this.have = 0;
      if (this.left === 0) this.endDamaged();
      return;
    }
    this.passed = (this.state === State.Damaged ? this.wire - this.left : this.have) + length;
    this.have = 0;
    this.state = State.Search;
  }

  private needed(): number {
    return RECORD_HEADER + ((this.buffer[3] << 8) | this.buffer[4]);
  }

  private readOrdered(bytes: Uint8Array, from: number, end: number, moment: ArrivalMoment): number {
    if (this.have === 0 && end - from >= RECORD_HEADER) {
      const length = (bytes[from + 3] << 8) | bytes[from + 4];
      const next = from + RECORD_HEADER + length;
      if (next <= end && isRecordHeader(bytes, from)) {
        this.hand(bytes, from, next, moment);
        return next;
      }
    }
    let at = from;
    if (this.have < RECORD_HEADER) {
      const part = Math.min(RECORD_HEADER - this.have, end - at);
      this.keep(bytes, at, at + part);
      at += part;
      if (this.have < RECORD_HEADER) return at;
      if (!isRecordHeader(this.buffer, 0)) {
        this.state = this.taker.onNonsense() ? State.Search : State.Over;
        this.passed = 0;
        return at;
      }
    }
    const needed = this.needed();
    const part = Math.min(needed - this.have, end - at);
    this.keep(bytes, at, at + part);
    at += part;
    if (this.have === needed) {
      this.have = 0;
      this.hand(this.buffer, 0, needed, moment);
    }
    return at;
  }

  private hand(bytes: Uint8Array, start: number, end: number, moment: ArrivalMoment): void {
    if (!this.taker.onRecord(recordAt(bytes, start, end), moment)) this.state = State.Over;
  }

  private skipDamaged(at: number, end: number): number {
    const part = Math.min(this.left, end - at);
    this.left -= part;
    if (this.left === 0) this.endDamaged();
    return at + part;
  }

  private endDamaged(): void {
    this.state = State.Ordered;
    this.have = 0;
    this.taker.onLostRecord(this.wire);
  }

  /** Looks for a record that opens. @returns where to go on */
  private search(bytes: Uint8Array, from: number, end: number, moment: ArrivalMoment): number {
    const part = Math.min(MAX_RECORD - this.have, end - from);
    this.keep(bytes, from, from + part);
    const { buffer } = this;
    let at = 0;
    for (; at + RECORD_HEADER <= this.have; at++) {
      if (!isRecordHeader(buffer, at)) continue;
      const next = at + RECORD_HEADER + ((buffer[at + 3] << 8) | buffer[at + 4]);
      if (next > this.have) break;
      if (!this.taker.onFound(recordAt(buffer, at, next), this.passed + at, moment)) continue;
      const behind = buffer.slice(next, this.have);
      this.state = State.Ordered;
      this.have = 0;
      this.push(behind, 0, behind.length, moment);
      return from + part;
    }
    this.passed += at;
    buffer.copyWithin(0, at, this.have);
    this.have -= at;
    return from + part;
  }

  private keep(bytes: Uint8Array, start: number, end: number): void {
    const size = this.have + end - start;
    if (size > this.buffer.length) {
      const larger = new Uint8Array(Math.min(MAX_RECORD, Math.max(2 * size, 1024)));
      larger.set(this.buffer.subarray(0, this.have));
      this.buffer = larger;
    }
    this.buffer.set(bytes.subarray(start, end), this.have);
    this.have += end - start;
  }
}

function recordAt(bytes: Uint8Array, start: number, end: number): SealedRecord {
  return {
    type: bytes[start],
    version: (bytes[start + 1] << 8) | bytes[start + 2],
    fragment: bytes.subarray(start + RECORD_HEADER, end),
  };
}
