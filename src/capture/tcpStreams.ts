import type { Block } from './block';
import { FlowTable } from './flowTable';
import { InOrderPath } from './inOrderPath';
import type { Packet } from './packet';
import { SegmentQueue } from './segmentQueue';
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN, TcpSegment } from './tcpSegment';

/** How much of a direction's traffic its consumer wants to see. */
export const enum StreamMode {
  /** Bytes in order, gaps announced. */
  Ordered,
  /** Every segment as it comes, without putting anything in order: looking for a beginning. */
  Probe,
  /** Nothing; only bytes are counted. */
  Ignore,
}

/** When bytes came: packet number and its time. */
export interface ArrivalMoment {
  frame: number;
  seconds: number;
  nanos: number;
  digits: number;
}

/** Bytes on their way to a consumer, and the packet that brought them. One mutable instance for a whole pass. */
export class Arrival implements ArrivalMoment {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  start = 0;
  end = 0;
  /** TCP sequence number of `bytes[start]`. */
  sequence = 0;
  /** File position of `bytes[0]`, or -1 when the bytes do not lie in the file in one piece. */
  fileOffset = 0;
  /** Where the record of the packet with these bytes begins in the file. */
  recordOffset = 0;
  /** Packet that completed the arrival: the one that filled the gap, where there was one. */
  frame = 0;
  seconds = 0;
  nanos = 0;
  digits = 0;
}

/** Who takes what TCP delivers; called only during a pass. */
export interface StreamSink {
  onOpen(connection: TcpConnection): void;
  onBytes(direction: TcpDirection, arrival: Arrival): void;
  /** `length` bytes that the capture does not hold are followed by more. */
  onGap(direction: TcpDirection, length: number, arrival: Arrival): void;
  /** A new connection takes the ports over, or the capture is at its end. Called once a connection. */
  onClose(connection: TcpConnection): void;
}

/** One direction of a connection. */
export class TcpDirection {
  mode: StreamMode = StreamMode.Ordered;
  /** Sequence number of the next byte in order; meaningful once {@link placed}. */
  nextSequence = 0;
  placed = false;
  queue: SegmentQueue | null = null;
  /** Payload bytes on the wire, retransmissions included. */
  wireBytes = 0;
  peer!: TcpDirection;
  /** The consumer's own; undefined until it is set in {@link StreamSink.onOpen}. */
  data: unknown;

  constructor(
    readonly connection: TcpConnection,
    readonly flow: number,
    readonly sourceAddress: string,
    readonly sourcePort: number,
  ) {}
}

/** A TCP connection whose payload is looked at. */
export class TcpConnection {
  directions!: [TcpDirection, TcpDirection];
  /** The direction whose sender opened the connection, where the handshake is in the capture. */
  opener: TcpDirection | undefined;
  startSeen = false;
  ended: 'open' | 'fin' | 'rst' = 'open';
  firstFrame = 0;
  /** Packets with payload. */
  packets = 0;
  /** Directions that wait for a missing segment. */
  waiting = 0;
}

/** A gap that the receiver acknowledged is lost for good after this many further packets; captures shuffle neighbours. */
const ACKED_GAP_PACKETS = 16;
/** A gap that nobody acknowledged (one-sided captures) is given up after this many. */
const UNACKED_GAP_PACKETS = 512;
/** The first segment seen of a direction without a handshake may not be its first one in a shuffled capture. */
const BEGINNING_PACKETS = 8;
const LATE_SYN_PACKETS = 16;
const MAX_WAITING_DIRECTIONS = 1024;

/** Puts TCP segments in order: retransmissions, overlaps, reordering, wrap, keep-alives, port reuse (RFC 9293). */
export class TcpStreams {
  private readonly flows = new FlowTable();
  private readonly directions: (TcpDirection | undefined)[] = [];
  private openings = new Float64Array(64).fill(-1);
  /** Flows whose sender asked for the connection. */
  private readonly openers = new Set<number>();
  private readonly connections = new Set<TcpConnection>();
  private readonly waiting = new Set<TcpDirection>();
  private readonly arrival = new Arrival();
  private readonly segment = new TcpSegment();
  private readonly shortWay = new InOrderPath();

  constructor(
    private readonly sink: StreamSink,
    private readonly endpoints: (segment: TcpSegment) => [source: string, destination: string],
  ) {}

  /** Takes the packet the scanner stands on. */
  onPacket(packet: Packet, block: Block): void {
    const { shortWay } = this;
    const direction = shortWay.matches(packet, block);
    if (direction === null) {
      if (this.segment.decode(packet, block)) this.onSegment(this.segment, packet, block);
      return;
    }
    const { start, end } = shortWay;
    if (start === end) return;
    const { arrival } = this;
    arrival.bytes = block.bytes;
    arrival.view = block.view;
    arrival.start = start;
    arrival.end = end;
    arrival.sequence = direction.nextSequence;
    arrival.fileOffset = block.fileOffset;
    arrival.recordOffset = packet.recordOffset;
    arrival.frame = packet.frame;
    arrival.seconds = packet.seconds;
    arrival.nanos = packet.nanos;
    arrival.digits = packet.digits;
    const length = end - start;
    direction.nextSequence = (arrival.sequence + length) >>> 0;
    direction.wireBytes += length;
    direction.connection.packets++;
    this.sink.onBytes(direction, arrival);
  }

  private onSegment(segment: TcpSegment, packet: Packet, block: Block): void {
    const { flags } = segment;
    let flow = this.flows.find(segment);
    if ((flags & (TCP_SYN | TCP_FIN | TCP_RST)) !== 0) {
      if (flow < 0) {
        if ((flags & TCP_SYN) === 0) return;
        flow = this.flows.add(segment);
      }
      if (flags & TCP_SYN) this.onSyn(flow, segment);
      else {
        const known = this.directions[flow];
        if (known) known.connection.ended = flags & TCP_RST ? 'rst' : known.connection.ended === 'rst' ? 'rst' : 'fin';
      }
    }
    if (segment.length === 0) {
      if (flow >= 0) {
        const known = this.directions[flow];
        if (known !== undefined && known.connection.waiting > 0) this.onPacketWhileWaiting(known, segment);
      }
      return;
    }
    if (flow < 0) flow = this.flows.add(segment);
    let direction = this.directions[flow];
    if (direction === undefined) direction = this.open(flow, segment, packet);
    direction.wireBytes += segment.length;
    direction.connection.packets++;
    this.shortWay.learn(direction, packet, block);
    if (direction.mode === StreamMode.Ignore) return;
    this.take(direction, segment, packet);
    if (direction.connection.waiting > 0) this.onPacketWhileWaiting(direction, segment);
  }

  /** The capture is at its end: gives up all gaps and closes all connections. */
  finish(): void {
    for (const direction of this.waiting) this.giveUp(direction, true);
    for (const connection of this.connections) this.sink.onClose(connection);
    this.connections.clear();
  }

  /** Forgets a connection that nobody wants to hear of again, but for its byte counts. */
  release(connection: TcpConnection): void {
    this.connections.delete(connection);
    for (const direction of connection.directions) {
      direction.mode = StreamMode.Ignore;
      if (direction.queue) this.setQueue(direction, null);
    }
  }

  private take(direction: TcpDirection, segment: TcpSegment, packet: Packet): void {
    const { arrival } = this;
    arrival.bytes = segment.bytes;
    arrival.view = segment.view;
    arrival.start = segment.start;
    arrival.end = segment.end;
    arrival.sequence = segment.flags & TCP_SYN ? (segment.sequence + 1) >>> 0 : segment.sequence;
    arrival.fileOffset = segment.fileOffset;
    arrival.recordOffset = segment.recordOffset;
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
    if (ahead === 0 && direction.queue === null) {
      this.deliver(direction, segment.length);
      return;
    }
    if (ahead > 0) {
      this.hold(direction, segment.length);
      return;
    }
    // bytes that were seen before, perhaps with new ones behind them; the first copy wins
    const fresh = segment.length + ahead;
    if (fresh <= 0) return;
    arrival.start = Math.min(arrival.end, arrival.start - ahead);
    arrival.sequence = direction.nextSequence;
    this.deliver(direction, fresh);
    if (direction.queue !== null) this.drain(direction, true);
  }

  /** Keeps the arrival until the bytes before it, or the direction's beginning, are known. */
  private hold(direction: TcpDirection, length: number): void {
    let { queue } = direction;
    if (queue === null) {
      queue = new SegmentQueue();
      this.setQueue(direction, queue);
    }
    queue.add(this.arrival, length);
    if (queue.isFull) this.giveUp(direction);
  }

  /** Hands the arrival over, and says so where the capture cut its end off. `length` is what was on the wire. */
  private deliver(direction: TcpDirection, length: number): void {
    const { arrival } = this;
    const captured = arrival.end - arrival.start;
    direction.nextSequence = (direction.nextSequence + length) >>> 0;
    if (captured > 0) this.sink.onBytes(direction, arrival);
    if (captured < length) {
      arrival.start = arrival.end;
      arrival.sequence = (arrival.sequence + captured) >>> 0;
      this.sink.onGap(direction, length - captured, arrival);
    }
  }

  /** Delivers what is in order now. After a filled gap the rows belong to the packet that filled it. */
  private drain(direction: TcpDirection, filled: boolean): void {
    const { queue } = direction;
    if (queue === null) return;
    const { arrival } = this;
    const { frame, seconds, nanos, digits } = arrival;
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
      arrival.bytes = head.bytes;
      arrival.view = head.view;
      arrival.start = Math.min(head.bytes.length, -ahead);
      arrival.end = head.bytes.length;
      arrival.sequence = direction.nextSequence;
      arrival.fileOffset = head.fileOffset;
      arrival.recordOffset = head.recordOffset;
      arrival.frame = filled ? frame : head.frame;
      arrival.seconds = filled ? seconds : head.seconds;
      arrival.nanos = filled ? nanos : head.nanos;
      arrival.digits = filled ? digits : head.digits;
      this.deliver(direction, fresh);
    }
  }

  /** The missing bytes will not come: announces the gap and goes on behind it. */
  private giveUp(direction: TcpDirection, everything = false): void {
    while (direction.queue !== null) {
      const head = direction.queue.head();
      if (head === undefined) break;
      const { arrival } = this;
      if (!direction.placed) {
        direction.placed = true;
        direction.nextSequence = head.sequence;
      }
      const missing = (head.sequence - direction.nextSequence) | 0;
      arrival.frame = head.frame;
      arrival.seconds = head.seconds;
      arrival.nanos = head.nanos;
      arrival.digits = head.digits;
      arrival.recordOffset = head.recordOffset;
      arrival.sequence = direction.nextSequence;
      direction.nextSequence = head.sequence;
      if (missing > 0) this.sink.onGap(direction, missing, arrival);
      this.drain(direction, false);
      if (
        direction.queue !== null &&
        !direction.queue.isFull &&
        this.waiting.size <= MAX_WAITING_DIRECTIONS &&
        !everything
      )
        return;
    }
    if (direction.queue) this.setQueue(direction, null);
  }

  private onPacketWhileWaiting(from: TcpDirection, segment: TcpSegment): void {
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

  private setQueue(direction: TcpDirection, queue: SegmentQueue | null): void {
    if ((direction.queue === null) === (queue === null)) {
      direction.queue = queue;
      return;
    }
    direction.queue = queue;
    if (queue === null) {
      direction.connection.waiting--;
      this.waiting.delete(direction);
      return;
    }
    direction.connection.waiting++;
    this.waiting.add(direction);
    if (this.waiting.size > MAX_WAITING_DIRECTIONS) {
      for (const oldest of this.waiting) {
        if (oldest !== direction) {
          this.giveUp(oldest);
          break;
        }
      }
    }
  }

  private onSyn(flow: number, segment: TcpSegment): void {
    const first = (segment.sequence + 1) >>> 0;
    this.reserve(flow);
    if (this.openings[flow] === first) return; // the same handshake again
    const known = this.directions[flow];
    if (known !== undefined) {
      const late = this.openings[flow] < 0 && known.connection.packets <= LATE_SYN_PACKETS;
      if (late) this.place(known, first);
      else {
        this.close(flow);
        if ((segment.flags & TCP_ACK) === 0) this.openings[flow ^ 1] = -1;
      }
    }
    this.openings[flow] = first;
    if ((segment.flags & TCP_ACK) === 0) this.openers.add(flow).delete(flow ^ 1);
    else this.openers.delete(flow);
    const opened = this.directions[flow];
    if (opened) opened.connection.opener = this.openers.has(flow) ? opened : opened.peer;
  }

  /** The handshake comes after the first data in a shuffled capture. */
  private place(direction: TcpDirection, first: number): void {
    direction.connection.startSeen = true;
    if (direction.placed) return;
    direction.placed = true;
    direction.nextSequence = first;
    this.drain(direction, false);
  }

  /** Another connection takes over the ports. */
  private close(flow: number): void {
    const direction = this.directions[flow] as TcpDirection;
    this.shortWay.forget();
    for (const each of direction.connection.directions) {
      if (each.queue) {
        this.giveUp(each, true);
      }
    }
    if (this.connections.delete(direction.connection)) this.sink.onClose(direction.connection);
    this.directions[flow] = undefined;
    this.directions[flow ^ 1] = undefined;
  }

  private open(flow: number, segment: TcpSegment, packet: Packet): TcpDirection {
    this.reserve(flow);
    const connection = new TcpConnection();
    const [source, destination] = this.endpoints(segment);
    const forward = new TcpDirection(connection, flow, source, segment.sourcePort);
    const back = new TcpDirection(connection, flow ^ 1, destination, segment.destinationPort);
    forward.peer = back;
    back.peer = forward;
    for (const direction of [forward, back]) {
      const opening = this.openings[direction.flow];
      if (opening >= 0) {
        direction.placed = true;
        direction.nextSequence = opening;
      }
      this.directions[direction.flow] = direction;
    }
    connection.directions = [forward, back];
    connection.startSeen = forward.placed || back.placed;
    connection.opener = this.openers.has(flow) ? forward : this.openers.has(flow ^ 1) ? back : undefined;
    connection.firstFrame = packet.frame;
    this.connections.add(connection);
    this.sink.onOpen(connection);
    return forward;
  }

  private reserve(flow: number): void {
    const size = (flow | 1) + 1;
    if (size <= this.openings.length) return;
    const larger = new Float64Array(Math.max(size, this.openings.length * 2)).fill(-1);
    larger.set(this.openings);
    this.openings = larger;
  }
}
