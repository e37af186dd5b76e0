import type { Arrival } from './tcpConnection';

/** A segment that waits for the bytes before it, or a part of one. */
export interface QueuedSegment {
  sequence: number;
  /** Length on the wire. */
  length: number;
  bytes: Uint8Array;
  fileOffset: number;
  recordOffset: number;
  lastOffset: number;
  frame: number;
  seconds: number;
  nanos: number;
  digits: number;
}

const MAX_SEGMENTS = 512;
const MAX_BYTES = 2 * 1024 * 1024;
/** What an entry costs beside its bytes, about. */
const ENTRY_BYTES = 400;

/** Memory that all queues of a pass hold together. */
export interface QueueMemory {
  bytes: number;
}

/**
 * Segments of one direction that came before the bytes they continue, in sequence order, bounded. They do not
 * overlap: of a byte that came twice the first copy is kept.
 */
export class SegmentQueue {
  /** Packets of the connection since the gap opened. */
  packets = 0;
  /** The receiver acknowledged bytes behind the gap: it has them, so the capture lost them. */
  acknowledged = false;

  private readonly segments: QueuedSegment[] = [];
  private total = 0;

  constructor(private readonly memory: QueueMemory) {}

  get isFull(): boolean {
    return this.segments.length > MAX_SEGMENTS || this.total > MAX_BYTES;
  }

  head(): QueuedSegment | undefined {
    return this.segments[0];
  }

  /** The segment behind the first one. */
  second(): QueuedSegment | undefined {
    return this.segments[1];
  }

  shift(): void {
    const gone = this.segments.shift();
    if (gone) this.count(-gone.bytes.length, -1);
  }

  clear(): void {
    while (this.segments.length > 0) this.shift();
  }

  /** The first gap is closed and another one opens. */
  reopen(): void {
    this.packets = 0;
    this.acknowledged = false;
  }

  /** Keeps a copy of those of the arrival's bytes that are not here yet. `length` is what was on the wire. */
  add(arrival: Arrival, length: number): void {
    const { segments } = this;
    const { sequence } = arrival;
    let at = segments.length;
    // most come behind what is here; otherwise go back to the first one that ends behind the arrival's beginning
    while (at > 0 && ((segments[at - 1].sequence + segments[at - 1].length - sequence) | 0) > 0) at--;
    let from = 0;
    for (; at < segments.length; at++) {
      const next = (segments[at].sequence - sequence) | 0;
      if (next >= length) break;
      if (next > from) segments.splice(at++, 0, this.part(arrival, from, next));
      from = Math.max(from, next + segments[at].length);
    }
    if (from < length) segments.splice(at, 0, this.part(arrival, from, length));
  }

  /** Bytes [from, to) of the arrival, as far as they were captured. */
  private part(arrival: Arrival, from: number, to: number): QueuedSegment {
    const start = Math.min(arrival.end, arrival.start + from);
    const bytes = new Uint8Array(arrival.bytes.subarray(start, Math.min(arrival.end, arrival.start + to)));
    this.count(bytes.length, 1);
    return {
      sequence: (arrival.sequence + from) >>> 0,
      length: to - from,
      bytes,
      fileOffset: arrival.fileOffset < 0 ? -1 : arrival.fileOffset + start,
      recordOffset: arrival.recordOffset,
      lastOffset: arrival.lastOffset,
      frame: arrival.frame,
      seconds: arrival.seconds,
      nanos: arrival.nanos,
      digits: arrival.digits,
    };
  }

  private count(bytes: number, entries: number): void {
    this.total += bytes;
    this.memory.bytes += bytes + entries * ENTRY_BYTES;
  }
}
