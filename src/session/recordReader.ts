import type { Block } from '../capture/block';
import type { ByteSource } from '../capture/byteSource';
import type { Packet, PacketHandler } from '../capture/packet';
import { CaptureReading, createScanner } from '../capture/readCapture';
import type { ScannerState } from '../capture/readCapture';
import { TCP_SYN, TcpSegment } from '../capture/tcpSegment';
import { sourceAndDestination } from './endpoints';
import type { Connection, MessageIndex } from './messageIndex';
import { PLAIN_BASE, readPlainText } from './plainText';
import { MARK_BYTES, MAX_RECORD_BYTES } from './recordShape';
import { RowFlag } from './rowChunk';

/** One message's bytes. */
export interface RecordBytes {
  /** The record without record marks: NDMP header and body. Bytes that the capture does not hold are zero. */
  payload: Uint8Array;
  /** Lengths of the record-marking fragments. */
  fragments: number[];
  /** Ranges of `payload` that the capture does not hold. */
  missing: { offset: number; length: number }[];
}

/** What may be decoded of a message: its payload up to the first byte that the capture does not hold. */
export function knownPayload({ payload, missing }: RecordBytes): Uint8Array {
  return missing.length === 0 ? payload : payload.subarray(0, Math.min(...missing.map(({ offset }) => offset)));
}

const WALK_BLOCK = 256 * 1024;
/** What is read at once for a message in one or a few packets. */
const SMALL_WALK_BLOCK = 8 * 1024;
/** Of an end that the capture does not hold no more is shown: a broken length promises any number of bytes. */
const MAX_MISSING_END = 64 * 1024;
/** How far the file is read without finding another byte of the message. */
const WALK_PATIENCE = 16 * 1024 * 1024;

/** Reads the bytes of a row's message from the capture. Never throws for what a capture can hold. */
export function readRecord(source: ByteSource, state: ScannerState, index: MessageIndex, row: number): RecordBytes {
  const wireLength = Math.min(index.wireLength(row), MAX_RECORD_BYTES + MARK_BYTES * index.fragments(row));
  let wire = new Uint8Array(wireLength);
  let holes: Range[] = [];
  if (index.flags(row) & RowFlag.SPANS && index.offset(row) >= PLAIN_BASE) {
    holes = readPlainText(source, wire, index.startSequence(row), index.offset(row), index.span(row));
  } else if (index.flags(row) & RowFlag.SPANS) {
    const connection = index.connections[index.connection(row)];
    const walk = new RecordWalk(wire, index.startSequence(row), connection, index.fromServer(row));
    holes = walk.run(source, state, index.offset(row), index.span(row));
  } else {
    const read = source.read(index.offset(row), wireLength, wire);
    if (read < wireLength) holes = [{ start: read, end: wireLength }];
  }
  const last = holes.at(-1);
  if (last !== undefined && last.end === wireLength && last.end - last.start > MAX_MISSING_END) {
    last.end = last.start + MAX_MISSING_END;
    wire = wire.subarray(0, last.end);
  }
  return withoutMarks(wire, index.fragments(row), holes);
}

interface Range {
  start: number;
  end: number;
}

/** Takes the record marks out. */
function withoutMarks(wire: Uint8Array, fragmentCount: number, holes: Range[]): RecordBytes {
  if (fragmentCount === 1) {
    const missing = holes.flatMap(({ start, end }) => range(start - MARK_BYTES, end - MARK_BYTES));
    return { payload: wire.subarray(MARK_BYTES), fragments: [wire.length - MARK_BYTES], missing };
  }
  const view = new DataView(wire.buffer, wire.byteOffset, wire.length);
  const payload = new Uint8Array(wire.length);
  const fragments: number[] = [];
  const missing: { offset: number; length: number }[] = [];
  let to = 0;
  for (let at = 0; at + MARK_BYTES <= wire.length;) {
    const isMarkMissing = holes.some((hole) => hole.start < at + MARK_BYTES && hole.end > at);
    const promised = isMarkMissing ? wire.length : view.getUint32(at) & 0x7fffffff;
    at += MARK_BYTES;
    const length = Math.min(promised, wire.length - at);
    payload.set(wire.subarray(at, at + length), to);
    for (const hole of holes) {
      const start = Math.max(hole.start, at);
      const end = Math.min(hole.end, at + length);
      if (start < end) missing.push({ offset: to + start - at, length: end - start });
    }
    fragments.push(length);
    to += length;
    at += length;
  }
  return { payload: payload.subarray(0, to), fragments, missing };
}

function range(start: number, end: number): { offset: number; length: number }[] {
  const offset = Math.max(0, start);
  return end > offset ? [{ offset, length: end - offset }] : [];
}

/** Collects a message's bytes from the packets that carried them, from the first of those on. */
class RecordWalk implements PacketHandler {
  private readonly segment = new TcpSegment();
  private readonly covered: Range[] = [];
  private isOver = false;
  private usefulPosition = 0;
  /** The last packet to be looked at begins here at the latest. */
  private end = 0;
  private readonly sender: { address: string; port: number };
  private readonly receiver: { address: string; port: number };

  constructor(
    private readonly wire: Uint8Array,
    private readonly startSequence: number,
    connection: Connection,
    fromServer: boolean,
  ) {
    this.sender = fromServer ? connection.server : connection.client;
    this.receiver = fromServer ? connection.client : connection.server;
  }

  /** Reads the packets that begin at `recordOffset` and up to `span` bytes behind it. @returns the ranges that could not be found */
  run(source: ByteSource, state: ScannerState, recordOffset: number, span: number): Range[] {
    const scanner = createScanner(state);
    scanner.seek(recordOffset, 1);
    const blockBytes = Math.min(WALK_BLOCK, span + SMALL_WALK_BLOCK);
    const reading = new CaptureReading(source, scanner, this, recordOffset, blockBytes);
    this.usefulPosition = recordOffset;
    this.end = recordOffset + span;
    while (
      !this.isOver &&
      reading.position <= this.end &&
      reading.position - this.usefulPosition < WALK_PATIENCE &&
      reading.step()
    );
    const holes: Range[] = [];
    let at = 0;
    for (const { start, end } of this.covered) {
      if (start > at) holes.push({ start: at, end: start });
      at = Math.max(at, end);
    }
    if (at < this.wire.length) holes.push({ start: at, end: this.wire.length });
    return holes;
  }

  onPacket(packet: Packet, block: Block): void {
    const { segment } = this;
    if (packet.recordOffset > this.end) this.isOver = true;
    if (this.isOver || !segment.decode(packet, block)) return;
    if (segment.sourcePort !== this.sender.port || segment.destinationPort !== this.receiver.port) return;
    // the flag that opens a connection takes a sequence number itself
    const isOpening = (segment.flags & TCP_SYN) !== 0;
    const relative = (segment.sequence + (isOpening ? 1 : 0) - this.startSequence) | 0;
    if (isOpening && (relative > 0 || relative < -this.wire.length)) {
      // the ports begin a new connection
      this.isOver = this.covered.length > 0;
      return;
    }
    const captured = segment.end - segment.start;
    if (captured <= 0 || relative >= this.wire.length || relative + captured <= 0) return;
    const [source, destination] = sourceAndDestination(segment);
    if (source !== this.sender.address || destination !== this.receiver.address) return;
    this.copy(segment, relative, captured);
    this.usefulPosition = packet.recordOffset;
  }

  onDamage(): void {
    // the index pass has told of it
  }

  /** Copies what is not there yet: of bytes sent twice the first copy counts, as in the index pass. */
  private copy(segment: TcpSegment, relative: number, captured: number): void {
    let from = Math.max(0, relative);
    const to = Math.min(this.wire.length, relative + captured);
    const { covered } = this;
    const fresh: Range[] = [];
    for (const { start, end } of covered) {
      if (end <= from) continue;
      if (start >= to) break;
      if (start > from) fresh.push({ start: from, end: start });
      from = Math.max(from, end);
    }
    if (from < to) fresh.push({ start: from, end: to });
    for (const { start, end } of fresh) {
      const source = segment.start + start - relative;
      this.wire.set(segment.bytes.subarray(source, source + end - start), start);
    }
    if (fresh.length === 0) return;
    const last = covered[covered.length - 1];
    if (fresh.length === 1 && last !== undefined && last.end === fresh[0].start) last.end = fresh[0].end;
    else {
      covered.push(...fresh);
      covered.sort((a, b) => a.start - b.start);
    }
    if (covered.length === 1 && covered[0].start === 0 && covered[0].end === this.wire.length) this.isOver = true;
    else if (covered.length > 1) this.isOver = this.isComplete();
  }

  private isComplete(): boolean {
    let at = 0;
    for (const { start, end } of this.covered) {
      if (start > at) return false;
      at = Math.max(at, end);
    }
    return at >= this.wire.length;
  }
}
