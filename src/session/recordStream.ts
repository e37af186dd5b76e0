import type { Arrival, ArrivalMoment } from '../capture/tcpConnection';
import {
  HEADER_BYTES,
  MARK_BYTES,
  MAX_RECORD_BYTES,
  RECORD_HEAD_BYTES,
  isCleanHeader,
  isCleanRecord,
  isKnown,
} from './recordShape';

/** First bytes of a record that are kept while it arrives in pieces: the header and the words that hold errors. */
const HEAD_BYTES = HEADER_BYTES + 16;
/** A record in more fragments than this is garbage; the index keeps their number in 16 bits. */
const MAX_FRAGMENTS = 0xffff;
/** Sequence numbers of one direction rarely jump further than this, even over lost packets. */
const MAX_SEQUENCE_JUMP = 65536;

/** A record that is complete, as far as the capture has it. One mutable instance for a whole pass. */
export class FoundRecord {
  /** Where its first bytes are: header at `at`, at least `head` bytes of it. */
  view!: DataView;
  at = 0;
  head = 0;
  /** Payload bytes, and those in the stream with the record marks. */
  length = 0;
  wireLength = 0;
  fragments = 1;
  /** Payload bytes that the capture does not hold. */
  missing = 0;
  /** File position of the first record mark when all of it lies there in one piece, else -1. */
  fileOffset = -1;
  /** Where the earliest and the latest packet with bytes of it begin in the file. */
  recordOffset = 0;
  lastOffset = 0;
  /** TCP sequence number of its first byte. */
  startSequence = 0;
  /** What is wrong with it, or undefined. */
  problem: string | undefined;
}

/** Who takes the records of one direction. */
export interface RecordSink<T> {
  onRecord(stream: RecordStream<T>, record: FoundRecord, moment: ArrivalMoment): void;
  /**
   * The first complete header of a direction that nobody has recognised yet.
   * @returns whether to go on: as NDMP after a clean header, by searching for one after another
   */
  onFirstHeader(stream: RecordStream<T>, isClean: boolean): boolean;
  /** `bytes` that could not be read as NDMP lie behind; reading goes on, or the stream is over. */
  onSkipped(stream: RecordStream<T>, bytes: number, sinceFrame: number, untilFrame: number | undefined): void;
}

/** Messages that may be unreadable between one with a broken length and the next good one. */
const MAX_OVERRUN = 64;

/** What is done with the next byte. */
const enum State {
  /** A record mark begins or continues. */
  Mark,
  /** Inside a fragment. */
  Fragment,
  /** Out of step: looking for a record. */
  Search,
}

/**
 * One direction of a connection as records: takes bytes in order and gaps, finds whole records, and gets back
 * into step after anything that is none. Record marking as RFC 5531 section 11 says, with any split into fragments.
 */
export class RecordStream<T> {
  /** Sequence number of the last message, -1 before the first one. */
  lastSequence = -1;
  private state = State.Mark;
  private markBytes = 0;
  private mark = 0;
  private fragmentLeft = 0;
  private readonly headBytes = new Uint8Array(HEAD_BYTES);
  private readonly headView = new DataView(this.headBytes.buffer);
  private head = 0;
  private headSealed = false;
  private length = 0;
  private fragments = 0;
  private missing = 0;
  private arrivals = 0;
  private begunFrame = 0;
  private fileOffset = -1;
  private recordOffset = 0;
  private lastOffset = 0;
  private startSequence = 0;
  private problem: string | undefined;
  /** When the last bytes of a record that is not complete came. */
  private readonly last: ArrivalMoment = { frame: 0, seconds: 0, nanos: 0, digits: 0 };
  private skipped = 0;
  private skippedSince = 0;
  /** The end of what was searched, where a record may begin, and for each of its bytes where its packet is in the file. */
  private carry: Uint8Array | null = null;
  private carryOffsets: number[] = [];

  constructor(
    private readonly sink: RecordSink<T>,
    private readonly record: FoundRecord,
    readonly owner: T,
    /** False until a first clean header showed that this is NDMP. */
    public recognised: boolean,
  ) {}

  /** True while no record has begun and none is searched for. */
  get isBetweenRecords(): boolean {
    return this.state === State.Mark && this.markBytes === 0 && this.fragments === 0;
  }

  /** True while it is out of step. */
  get isSearching(): boolean {
    return this.state === State.Search;
  }

  /** Drops what was begun and looks for the next believable record. */
  search(skipped: number, frame: number): void {
    this.reset();
    this.state = State.Search;
    this.carry = null;
    if (this.skipped === 0) this.skippedSince = frame;
    this.skipped += skipped;
  }

  /** Forgets what was begun: the next byte is taken for the first one of a record. */
  restartHere(): void {
    this.reset();
    this.carry = null;
    this.skipped = 0;
  }

  /** Takes bytes that continue the stream. */
  onBytes(arrival: Arrival): void {
    if (this.state === State.Search && !this.found(arrival)) return;
    if (this.fragments > 0 || this.markBytes > 0) {
      this.arrivals++;
      if (arrival.recordOffset < this.recordOffset) this.recordOffset = arrival.recordOffset;
      if (arrival.lastOffset > this.lastOffset) this.lastOffset = arrival.lastOffset;
      if (this.isOverrun(arrival)) this.endOverrun();
    }
    const { view, end, start, sequence } = arrival;
    let at = start;
    while (at < end) {
      if (this.state === State.Mark && this.markBytes === 0 && this.fragments === 0) {
        const left = end - at;
        if (left >= RECORD_HEAD_BYTES) {
          const mark = view.getUint32(at);
          const length = mark & 0x7fffffff;
          // the usual case: a whole record in one fragment with nothing odd about it
          if (
            mark >>> 31 === 1 &&
            length >= HEADER_BYTES &&
            length <= left - MARK_BYTES &&
            this.isGoodHeader(view, at, length, end)
          ) {
            const { record } = this;
            record.view = view;
            record.at = at + MARK_BYTES;
            record.head = length;
            record.length = length;
            record.wireLength = length + MARK_BYTES;
            record.fragments = 1;
            record.missing = 0;
            record.fileOffset = arrival.fileOffset < 0 ? -1 : arrival.fileOffset + at;
            record.recordOffset = arrival.recordOffset;
            record.lastOffset = arrival.lastOffset;
            record.startSequence = (sequence + (at - start)) >>> 0;
            record.problem = this.problem;
            this.problem = undefined;
            this.lastSequence = view.getUint32(at + MARK_BYTES);
            this.sink.onRecord(this, record, arrival);
            at += length + MARK_BYTES;
            continue;
          }
          if (this.recognised && this.isBrokenMark(view, at, mark, length)) {
            at = this.onBrokenMark(arrival, at, length);
            if (at < 0) return;
            continue;
          }
        }
        this.begin(arrival, at);
      }
      at = this.state === State.Mark ? this.readMark(arrival, at) : this.readFragment(arrival, at);
      if (at < 0) return;
    }
    if (this.fragments > 0) {
      const { last } = this;
      last.frame = arrival.frame;
      last.seconds = arrival.seconds;
      last.nanos = arrival.nanos;
      last.digits = arrival.digits;
    }
  }

  /**
   * Takes note of `length` bytes that the capture does not hold.
   * @returns how many of them belong to no message that is shown
   */
  onGap(arrival: Arrival, length: number): number {
    this.carry = null;
    if (this.state === State.Search) return length;
    let outside = length;
    if (this.fragments > 0 && this.head >= HEADER_BYTES) {
      const inRecord = Math.min(length, this.fragmentLeft);
      outside -= inRecord;
      const isLast = this.state === State.Fragment && this.mark >>> 31 === 1;
      this.missing += inRecord;
      this.headSealed = true;
      this.length += inRecord;
      this.fragmentLeft -= inRecord;
      if (length === inRecord) {
        if (this.fragmentLeft > 0) return outside;
        this.state = State.Mark;
        if (isLast) this.emit(arrival, this.problem);
        return outside;
      }
      this.emit(arrival, isLast ? this.problem : 'Later fragments of this message are not in the capture.');
    }
    this.search(this.begunBytes, arrival.frame);
    return outside;
  }

  /** The stream is over. `why` says what ended it. */
  onEnd(why: string): void {
    if (this.fragments > 0 && this.head >= HEADER_BYTES) {
      this.missing += this.fragmentLeft;
      this.length += this.fragmentLeft;
      this.emit(this.last, `${why} inside this message.`);
    } else if (this.recognised && this.state !== State.Search) {
      this.skipped += this.begunBytes;
    }
    if (this.skipped > 0 && this.recognised) this.sink.onSkipped(this, this.skipped, this.skippedSince, undefined);
  }

  /** Bytes of a record that is not complete, as far as the capture has them. */
  private get begunBytes(): number {
    return this.length - this.missing + MARK_BYTES * this.fragments + this.markBytes;
  }

  private reset(): void {
    this.state = State.Mark;
    this.markBytes = 0;
    this.mark = 0;
    this.fragmentLeft = 0;
    this.head = 0;
    this.headSealed = false;
    this.length = 0;
    this.fragments = 0;
    this.missing = 0;
    this.problem = undefined;
  }

  private begin(arrival: Arrival, at: number): void {
    this.arrivals = 1;
    this.begunFrame = arrival.frame;
    this.fileOffset = arrival.fileOffset < 0 ? -1 : arrival.fileOffset + at;
    this.recordOffset = arrival.recordOffset;
    this.lastOffset = arrival.lastOffset;
    this.startSequence = (arrival.sequence + (at - arrival.start)) >>> 0;
  }

  /** A header inside an arrival, judged with what follows it. */
  private isGoodHeader(view: DataView, at: number, length: number, end: number): boolean {
    const header = at + MARK_BYTES;
    if (!this.recognised) {
      const clean = isCleanHeader(view, header);
      if (!clean) return false;
      this.recognised = this.sink.onFirstHeader(this, true);
      return this.recognised;
    }
    const type = view.getUint32(header + 8);
    if (type <= 1 && isKnown(view.getUint32(header + 12))) return true;
    const next = header + length;
    const inStep = view.getUint32(header) === this.lastSequence + 1 || next === end || isCleanRecord(view, next, end);
    if (inStep && type > 1) this.problem = `The message type is ${type}: neither request (0) nor reply (1).`;
    return inStep;
  }

  /** A length that cannot be, at the start of a record. */
  private isBrokenMark(view: DataView, at: number, mark: number, length: number): boolean {
    if (length > MAX_RECORD_BYTES) return true;
    return mark >>> 31 === 1 && length < HEADER_BYTES;
  }

  /** Saves what can be saved behind a broken record mark. @returns where to go on, or -1 when the arrival is used up. */
  private onBrokenMark(arrival: Arrival, at: number, length: number): number {
    const { view, end } = arrival;
    const header = at + MARK_BYTES;
    const expected = this.lastSequence < 0 || view.getUint32(header) === this.lastSequence + 1;
    if (expected && isCleanHeader(view, header)) {
      // the header is whole: show it, up to the next record that begins in this arrival
      let next = header + HEADER_BYTES;
      while (next < end && !isCleanRecord(view, next, end)) next += MARK_BYTES;
      if (next > end) next = end;
      this.begin(arrival, at);
      this.fragments = 1;
      this.length = next - header;
      this.head = Math.min(HEAD_BYTES, this.length);
      this.headBytes.set(arrival.bytes.subarray(header, header + this.head));
      this.emit(
        arrival,
        `The record mark says ${length} bytes, which cannot be; the message is shown up to the next one.`,
      );
      return next;
    }
    if (length <= end - header && isCleanRecord(view, header + length, end)) {
      // a stray short record: nothing to show, but the next one follows where the mark says
      this.skipped += MARK_BYTES + length;
      this.sink.onSkipped(this, this.skipped, arrival.frame, arrival.frame);
      this.skipped = 0;
      return header + length;
    }
    return this.restart(arrival, at);
  }

  /** Out of step at `at`, `passed` bytes before it: searches the rest of the arrival. @returns where a record begins, or -1. */
  private restart(arrival: Arrival, at: number, passed = 0): number {
    this.search(passed, arrival.frame);
    const { start, sequence } = arrival;
    arrival.start = at;
    arrival.sequence = (sequence + (at - start)) >>> 0;
    const found = this.found(arrival);
    const next = arrival.start;
    arrival.start = start;
    arrival.sequence = sequence;
    return found ? next : -1;
  }

  private readMark(arrival: Arrival, from: number): number {
    const { bytes, end } = arrival;
    let at = from;
    while (this.markBytes < MARK_BYTES && at < end) {
      this.mark = ((this.mark << 8) | bytes[at++]) >>> 0;
      this.markBytes++;
    }
    if (this.markBytes < MARK_BYTES) return at;
    this.markBytes = 0;
    this.fragments++;
    this.fragmentLeft = this.mark & 0x7fffffff;
    this.state = State.Fragment;
    if (this.length + this.fragmentLeft > MAX_RECORD_BYTES || this.fragments > MAX_FRAGMENTS)
      return this.onNonsense(arrival, at);
    return this.fragmentLeft === 0 ? this.endFragment(arrival, at) : at;
  }

  private readFragment(arrival: Arrival, at: number): number {
    const take = Math.min(this.fragmentLeft, arrival.end - at);
    if (this.head < HEAD_BYTES && !this.headSealed) {
      const before = this.head;
      const part = Math.min(take, HEAD_BYTES - before);
      for (let i = 0; i < part; i++) this.headBytes[before + i] = arrival.bytes[at + i];
      this.head += part;
      if (before < HEADER_BYTES && this.head >= HEADER_BYTES && !this.isAcceptableHead())
        return this.onNonsense(arrival, at);
    }
    this.length += take;
    this.fragmentLeft -= take;
    return this.fragmentLeft === 0 ? this.endFragment(arrival, at + take) : at + take;
  }

  private endFragment(arrival: Arrival, at: number): number {
    this.state = State.Mark;
    const isLast = this.mark >>> 31 === 1;
    this.mark = 0;
    if (!isLast) return at;
    if (this.length < HEADER_BYTES) {
      if (!this.recognised) return this.onNonsense(arrival, at);
      this.skipped += this.begunBytes;
      this.reset();
      return at;
    }
    this.emit(arrival, this.problem);
    return at;
  }

  /** A header that came in pieces. */
  private isAcceptableHead(): boolean {
    const clean = isCleanHeader(this.headView, 0);
    if (!this.recognised) {
      this.recognised = clean && this.sink.onFirstHeader(this, true);
      return this.recognised;
    }
    if (clean) return true;
    const type = this.headView.getUint32(8);
    if (type <= 1 && isKnown(this.headView.getUint32(12))) return true;
    if (this.headView.getUint32(0) !== this.lastSequence + 1) return false;
    if (type > 1) this.problem = `The message type is ${type}: neither request (0) nor reply (1).`;
    return true;
  }

  /** What was begun is no record. */
  private onNonsense(arrival: Arrival, at: number): number {
    if (!this.recognised && !this.sink.onFirstHeader(this, false)) {
      this.reset();
      return -1;
    }
    const behind = (arrival.sequence - this.startSequence) | 0;
    if (this.arrivals > 1) return this.restart(arrival, arrival.start, Math.max(0, behind - this.missing));
    // it begins in this arrival, perhaps like a record: what is searched is what follows its first byte
    const first = Math.max(0, -behind);
    return this.restart(arrival, Math.min(at, arrival.start + first + 1), 1);
  }

  /** While a long record comes in: does this arrival begin with the next message instead? */
  private isOverrun(arrival: Arrival): boolean {
    if (this.state !== State.Fragment || this.head < HEADER_BYTES || this.length === 0) return false;
    const { view, start, end } = arrival;
    if (end - start < RECORD_HEAD_BYTES) return false;
    const length = (view.getUint32(start) & 0x7fffffff) + MARK_BYTES;
    const header = start + MARK_BYTES;
    // a record that is exactly this packet speaks for itself, even with a field that is broken
    if (length === end - start) return view.getUint32(header + 8) <= 1 && isKnown(view.getUint32(header + 12));
    if (length > end - start || !isCleanRecord(view, start, end)) return false;
    const next = view.getUint32(header);
    // the sequence number of the message that does not end may be broken as well
    return follows(next, this.headView.getUint32(0)) || (this.lastSequence >= 0 && follows(next, this.lastSequence));
  }

  /** Shows what there is of a message whose length is broken, and says which packets it swallowed. */
  private endOverrun(): void {
    const { last, begunFrame, head, length } = this;
    const promised = length + this.fragmentLeft;
    this.emit(last, `The record mark promises ${promised} bytes, but the next message begins after ${length}.`);
    if (last.frame !== begunFrame) this.sink.onSkipped(this, length - head, begunFrame, last.frame);
  }

  private emit(moment: ArrivalMoment, problem: string | undefined): void {
    const { record } = this;
    record.view = this.headView;
    record.at = 0;
    record.head = this.head;
    record.length = this.length;
    record.fragments = this.fragments;
    record.wireLength = this.length + MARK_BYTES * this.fragments;
    record.missing = this.missing;
    record.fileOffset = this.arrivals === 1 && this.missing === 0 ? this.fileOffset : -1;
    record.recordOffset = this.recordOffset;
    record.lastOffset = this.lastOffset;
    record.startSequence = this.startSequence;
    record.problem = problem;
    this.lastSequence = this.headView.getUint32(0);
    this.sink.onRecord(this, record, moment);
    this.reset();
  }

  /**
   * Searches the arrival for a believable record. When there is one, moves `arrival.start` to it (joining the end of
   * the arrival before it, where the record begins there) and is back in step.
   */
  private found(arrival: Arrival): boolean {
    const carried = this.carry === null ? 0 : this.carry.length;
    if (this.carry !== null) {
      const joined = new Uint8Array(carried + (arrival.end - arrival.start));
      joined.set(this.carry);
      joined.set(arrival.bytes.subarray(arrival.start, arrival.end), carried);
      const inFile = arrival.fileOffset < 0 ? -1 : arrival.fileOffset + arrival.start - carried;
      arrival.bytes = joined;
      arrival.view = new DataView(joined.buffer);
      arrival.sequence = (arrival.sequence - carried) >>> 0;
      arrival.start = 0;
      arrival.end = joined.length;
      arrival.fileOffset = inFile;
      this.carry = null;
      this.skipped -= carried;
    }
    const { view, start, end } = arrival;
    for (let at = start; at + RECORD_HEAD_BYTES <= end; at++) {
      if (
        view.getUint32(at + 12) > 1 ||
        !isCleanRecord(view, at, end) ||
        !this.isConfirmed(view, at, start + carried, end)
      )
        continue;
      this.skipped += at - start;
      if (at < start + carried) {
        arrival.fileOffset = -1;
        arrival.recordOffset = Math.min(arrival.recordOffset, ...this.carryOffsets.slice(at));
        arrival.lastOffset = Math.max(arrival.lastOffset, ...this.carryOffsets.slice(at));
      }
      arrival.sequence = (arrival.sequence + (at - start)) >>> 0;
      arrival.start = at;
      this.state = State.Mark;
      if (!this.recognised) this.recognised = this.sink.onFirstHeader(this, true);
      if (this.skipped > 0) this.sink.onSkipped(this, this.skipped, this.skippedSince, arrival.frame);
      this.skipped = 0;
      return true;
    }
    if (this.skipped === 0) this.skippedSince = arrival.frame;
    this.skipped += end - start;
    const keep = Math.min(RECORD_HEAD_BYTES - 1, end - start);
    this.carry = new Uint8Array(arrival.bytes.subarray(end - keep, end));
    const older = Math.max(0, keep - (end - start - carried));
    this.carryOffsets = this.carryOffsets.slice(carried - older, carried);
    while (this.carryOffsets.length < keep) this.carryOffsets.push(arrival.recordOffset);
    return false;
  }

  /** More than a header must speak for a record found in the middle of something else. */
  private isConfirmed(view: DataView, at: number, segmentStart: number, end: number): boolean {
    if (this.lastSequence >= 0) {
      const jump = (view.getUint32(at + MARK_BYTES) - this.lastSequence) >>> 0;
      if (jump > 0 && jump <= MAX_SEQUENCE_JUMP) return true;
    }
    const next = at + MARK_BYTES + (view.getUint32(at) & 0x7fffffff);
    return at === segmentStart || next === end || isCleanRecord(view, next, end);
  }
}

/** Whether a message may follow another one, a few of which may be unreadable. */
function follows(next: number, before: number): boolean {
  return next > before && next - before <= MAX_OVERRUN;
}
