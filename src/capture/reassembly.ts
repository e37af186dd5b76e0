import type { Packet } from './packet';
import { SegmentQueue } from './segmentQueue';
import type { QueueMemory, QueuedSegment } from './segmentQueue';
import { Arrival, StreamMode } from './tcpConnection';
import type { StreamSink, TcpDirection } from './tcpConnection';
import { TCP_ACK, TCP_SYN } from './tcpSegment';
import type { TcpSegment } from './tcpSegment';

/** A gap that the receiver acknowledged is lost for good after this many further packets; captures shuffle neighbours. */
const ACKED_GAP_PACKETS = 16;
/** A gap that nobody acknowledged (one-sided captures) is given up after this many. */
const UNACKED_GAP_PACKETS = 512;
/** The first segment seen of a direction without a handshake may not be its first one in a shuffled capture. */
const BEGINNING_PACKETS = 8;
/** What may wait at a time in all directions together; the oldest gives way. */
const MAX_WAITING_DIRECTIONS = 1024;
const MAX_WAITING_BYTES = 32 * 1024 * 1024;
/** A lone segment further ahead than this, which nobody acknowledges, has a broken sequence number. */
const FAR_BYTES = 1 << 24;

/** Puts the segments of a direction in order: retransmissions, overlaps, reordering, wrap, keep-alives, loss (RFC 9293). */
export class Reassembly {
  private readonly waiting = new Set<TcpDirection>();
  private readonly memory: QueueMemory = { bytes: 0 };
  private readonly arrival = new Arrival();

  constructor(private readonly sink: StreamSink) {}

  /** Takes a segment with payload. */
  take(direction: TcpDirection, segment: TcpSegment, packet: Packet): void {
    const { arrival } = this;
    arrival.bytes = segment.bytes;
    arrival.view = segment.view;
    arrival.start = segment.start;
    arrival.end = segment.end;
    arrival.sequence = segment.sequence;
    if (segment.flags & TCP_SYN) {
      // the flag takes a sequence number itself; what comes with it can only be the first bytes
      arrival.sequence = (segment.sequence + 1) >>> 0;
      if (!direction.placed || direction.nextSequence !== arrival.sequence) return;
    }
    arrival.fileOffset = segment.fileOffset;
    arrival.recordOffset = segment.recordOffset;
    arrival.lastOffset = packet.recordOffset;
    arrival.frame = packet.frame;
    arrival.seconds = packet.seconds;
    arrival.nanos = packet.nanos;
    arrival.digits = packet.digits;
    if (!direction.placed) {
      this.hold(direction, segment.length);
      return;
    }
    if (direction.mode === StreamMode.Probe) direction.nextSequence = arrival.sequence;
    const ahead = (arrival.sequence - direction.nextSequence) | 0;
    if (ahead > 0) {
      this.hold(direction, segment.length);
      return;
    }
    // bytes that were seen before, perhaps with new ones behind them; the first copy wins
    const fresh = segment.length + ahead;
    if (fresh <= 0) return;
    arrival.start = Math.min(arrival.end, arrival.start - ahead);
    arrival.sequence = direction.nextSequence;
    if (direction.queue === null) {
      this.deliver(direction, fresh);
      return;
    }
    direction.queue.add(arrival, fresh);
    this.drain(direction, true);
  }

  /** A packet of a connection in which a direction waits for a missing segment. */
  onPacketWhileWaiting(from: TcpDirection, segment: TcpSegment): void {
    for (const direction of from.connection.directions) {
      const { queue } = direction;
      if (queue === null) continue;
      queue.packets++;
      if (
        direction.placed &&
        direction !== from &&
        segment.flags & TCP_ACK &&
        ((segment.acknowledgement - direction.nextSequence) | 0) > 0
      )
        queue.acknowledged = true;
      const patience = !direction.placed
        ? BEGINNING_PACKETS
        : queue.acknowledged
          ? ACKED_GAP_PACKETS
          : UNACKED_GAP_PACKETS;
      if (queue.packets > patience) this.giveUp(direction);
    }
  }

  /** The direction's first sequence number is known now. @returns false when bytes from before it say otherwise */
  place(direction: TcpDirection, first: number): boolean {
    if (direction.placed) return true;
    const head = direction.queue?.head();
    if (head !== undefined && ((head.sequence - first) | 0) < 0) return false;
    direction.placed = true;
    direction.nextSequence = first;
    this.drain(direction, false);
    return true;
  }

  /** Nothing more comes in this direction: gives up all its gaps. */
  end(direction: TcpDirection): void {
    this.giveUp(direction, true);
  }

  /** Forgets what waits in this direction. */
  drop(direction: TcpDirection): void {
    this.setQueue(direction, null);
  }

  /** The capture is at its end. */
  finish(): void {
    for (const direction of this.waiting) this.giveUp(direction, true);
  }

  /** Keeps the arrival until the bytes before it, or the direction's beginning, are known. */
  private hold(direction: TcpDirection, length: number): void {
    const queue = direction.queue ?? new SegmentQueue(this.memory);
    queue.add(this.arrival, length);
    if (direction.queue === null) this.setQueue(direction, queue);
    if (queue.isFull) this.giveUp(direction);
    while (this.waiting.size > MAX_WAITING_DIRECTIONS || this.memory.bytes > MAX_WAITING_BYTES) {
      const [oldest] = this.waiting;
      this.giveUp(oldest, true);
    }
  }

  /** Hands the arrival over, and says so where the capture cut its end off. `length` is what was on the wire. */
  private deliver(direction: TcpDirection, length: number): void {
    const { arrival } = this;
    const captured = arrival.end - arrival.start;
    direction.nextSequence = (direction.nextSequence + length) >>> 0;
    if (captured > 0) this.sink.onBytes(direction, arrival);
    if (captured < length) {
      arrival.start = arrival.end;
      arrival.sequence = (direction.nextSequence - (length - captured)) >>> 0;
      this.sink.onGap(direction, length - captured, arrival);
    }
  }

  /**
   * Delivers what is in order now. What is read belongs to the latest of the packets that were needed: the one that
   * filled the gap, where one did.
   */
  private drain(direction: TcpDirection, filled: boolean): void {
    const { queue } = direction;
    if (queue === null) return;
    const { arrival } = this;
    let { frame, seconds, nanos, digits } = arrival;
    if (!filled) frame = 0;
    for (;;) {
      const head = queue.head();
      if (head === undefined) {
        this.setQueue(direction, null);
        return;
      }
      const ahead = (head.sequence - direction.nextSequence) | 0;
      if (ahead > 0) {
        queue.reopen();
        return;
      }
      queue.shift();
      const fresh = head.length + ahead;
      if (fresh <= 0) continue;
      if (head.frame > frame) ({ frame, seconds, nanos, digits } = head);
      arrival.bytes = head.bytes;
      arrival.view = new DataView(head.bytes.buffer);
      arrival.start = Math.min(head.bytes.length, -ahead);
      arrival.end = head.bytes.length;
      arrival.sequence = direction.nextSequence;
      arrival.fileOffset = head.fileOffset;
      arrival.recordOffset = head.recordOffset;
      arrival.lastOffset = head.lastOffset;
      arrival.frame = frame;
      arrival.seconds = seconds;
      arrival.nanos = nanos;
      arrival.digits = digits;
      this.deliver(direction, fresh);
    }
  }

  /** The missing bytes will not come: announces the gap and goes on behind it. */
  private giveUp(direction: TcpDirection, everything = false): void {
    while (direction.queue !== null) {
      const head = direction.queue.head();
      if (head === undefined) break;
      if (!everything && isStray(direction, head)) {
        direction.queue.shift();
        continue;
      }
      if (direction.placed) this.skipGap(direction, head);
      else this.begin(direction, head, direction.queue.second());
      this.drain(direction, false);
      if (direction.queue !== null && !direction.queue.isFull && !everything) return;
    }
    if (direction.queue) this.setQueue(direction, null);
  }

  private skipGap(direction: TcpDirection, head: QueuedSegment): void {
    const { arrival } = this;
    const missing = (head.sequence - direction.nextSequence) | 0;
    if (missing <= 0) return;
    arrival.frame = head.frame;
    arrival.seconds = head.seconds;
    arrival.nanos = head.nanos;
    arrival.digits = head.digits;
    arrival.recordOffset = head.recordOffset;
    arrival.lastOffset = head.lastOffset;
    arrival.sequence = direction.nextSequence;
    direction.nextSequence = head.sequence;
    this.sink.onGap(direction, missing, arrival);
  }

  /** The direction begins with the earliest bytes that came, unless that is the one byte of a keep-alive probe. */
  private begin(direction: TcpDirection, head: QueuedSegment, second: QueuedSegment | undefined): void {
    const next = (head.sequence + 1) >>> 0;
    const isProbe = head.length === 1 && !(second?.sequence === next && second.length === 1);
    direction.placed = true;
    direction.nextSequence = isProbe ? next : head.sequence;
  }

  private setQueue(direction: TcpDirection, queue: SegmentQueue | null): void {
    if (queue === null) direction.queue?.clear();
    if ((direction.queue === null) !== (queue === null)) {
      direction.connection.waiting += queue === null ? -1 : 1;
      if (queue === null) this.waiting.delete(direction);
      else this.waiting.add(direction);
    }
    direction.queue = queue;
  }
}

function isStray({ placed, nextSequence, queue }: TcpDirection, head: QueuedSegment): boolean {
  if (!placed || queue === null || queue.acknowledged || queue.second() !== undefined) return false;
  return ((head.sequence - nextSequence) | 0) > FAR_BYTES;
}
