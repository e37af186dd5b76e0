import type { Arrival } from './tcpStreams';

/** A segment that waits for the bytes before it. */
export interface QueuedSegment {
  sequence: number;
  /** Length on the wire. */
  length: number;
  bytes: Uint8Array;
  view: DataView;
  fileOffset: number;
  recordOffset: number;
  frame: number;
  seconds: number;
  nanos: number;
  digits: number;
}

const MAX_SEGMENTS = 512;
const MAX_BYTES = 2 * 1024 * 1024;

/** Segments of one direction that came before the bytes they continue, in sequence order, bounded. */
export class SegmentQueue {
  /** Packets of the connection since the gap opened. */
  packets = 0;
  /** The receiver acknowledged bytes behind the gap: it has them, so the capture lost them. */
  acknowledged = false;

  private readonly segments: QueuedSegment[] = [];
  private total = 0;

  get isFull(): boolean {
    return this.segments.length > MAX_SEGMENTS || this.total > MAX_BYTES;
  }

  head(): QueuedSegment | undefined {
    return this.segments[0];
  }

  shift(): void {
    const gone = this.segments.shift();
    if (gone) this.total -= gone.bytes.length;
  }

  /** The first gap is closed and another one opens. */
  reopen(): void {
    this.packets = 0;
    this.acknowledged = false;
  }

  /** Keeps a copy of the arrival's bytes. */
  add(arrival: Arrival, length: number): void {
    const bytes = new Uint8Array(arrival.bytes.subarray(arrival.start, arrival.end));
    const entry: QueuedSegment = {
      sequence: arrival.sequence,
      length,
      bytes,
      view: new DataView(bytes.buffer),
      fileOffset: arrival.fileOffset < 0 ? -1 : arrival.fileOffset + arrival.start,
      recordOffset: arrival.recordOffset,
      frame: arrival.frame,
      seconds: arrival.seconds,
      nanos: arrival.nanos,
      digits: arrival.digits,
    };
    let at = this.segments.length;
    while (at > 0 && ((this.segments[at - 1].sequence - entry.sequence) | 0) > 0) at--;
    this.segments.splice(at, 0, entry);
    this.total += bytes.length;
  }
}
