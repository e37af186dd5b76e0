import type { Block } from './block';
import { FlowTable } from './flowTable';
import { InOrderPath } from './inOrderPath';
import type { Packet } from './packet';
import { Reassembly } from './reassembly';
import { Arrival, StreamMode, TcpConnection, TcpDirection } from './tcpConnection';
import type { StreamSink } from './tcpConnection';
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN, TcpSegment } from './tcpSegment';
import { Traffic } from './traffic';

/** A handshake that comes after this many packets with payload belongs to another connection. */
const LATE_SYN_PACKETS = 16;
/** Directions of flows that are remembered before those that matter no longer are forgotten. */
const MAX_FLOWS = 1 << 17;
/** Connections whose traffic is counted. */
const MAX_COUNTED = 4096;

/** Finds the connections that packets belong to, their beginnings and ends, and reuse of their ports (RFC 9293). */
export class TcpStreams {
  private readonly flows = new FlowTable();
  private readonly directions: (TcpDirection | undefined)[] = [];
  private openings = new Float64Array(64).fill(-1);
  /** Flows whose sender asked for the connection. */
  private readonly openers = new Set<number>();
  private readonly connections = new Set<TcpConnection>();
  /** The first connections of the capture, with their traffic. */
  readonly counted: TcpConnection[] = [];
  private readonly reassembly: Reassembly;
  /** Stands for both directions of every connection that nobody wants to hear of. */
  private readonly ignored = new TcpDirection(new TcpConnection(), -1, '', 0);
  private maxFlows = MAX_FLOWS;
  private readonly arrival = new Arrival();
  private readonly segment = new TcpSegment();
  private readonly shortWay = new InOrderPath();

  constructor(
    private readonly sink: StreamSink,
    private readonly endpoints: (segment: TcpSegment) => [source: string, destination: string],
  ) {
    this.reassembly = new Reassembly(sink);
    this.ignored.mode = StreamMode.Ignore;
    this.ignored.peer = this.ignored;
  }

  /** Takes the packet the scanner stands on. */
  onPacket(packet: Packet, block: Block): void {
    const { shortWay } = this;
    const direction = shortWay.matches(packet, block);
    if (direction === null) {
      if (this.segment.decode(packet, block)) this.onSegment(this.segment, packet, block);
      return;
    }
    const { start, end } = shortWay;
    const { traffic } = direction.connection;
    const now = packet.seconds + packet.nanos / 1e9;
    traffic?.window(direction.side, shortWay.window, now, packet.frame);
    if (start === end) return;
    traffic?.take(direction.side, direction.nextSequence, end - start, now);
    const { arrival } = this;
    arrival.bytes = block.bytes;
    arrival.view = block.view;
    arrival.start = start;
    arrival.end = end;
    arrival.sequence = direction.nextSequence;
    arrival.fileOffset = block.fileOffset;
    arrival.recordOffset = packet.recordOffset;
    arrival.lastOffset = packet.recordOffset;
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

  /**
   * Where a packet that {@link onPacket} has taken belongs, and the bytes of payload in it; undefined: to no connection
   * that anybody listens to.
   */
  placeOf(packet: Packet, block: Block): { direction: TcpDirection; payload: number } | undefined {
    if (!this.segment.decode(packet, block)) return undefined;
    const flow = this.flows.find(this.segment);
    const direction = flow < 0 ? undefined : this.directions[flow];
    if (direction === undefined || direction === this.ignored) return undefined;
    return { direction, payload: this.segment.length };
  }

  private onSegment(segment: TcpSegment, packet: Packet, block: Block): void {
    const { flags } = segment;
    if (this.flows.size > this.maxFlows) this.forgetFlows();
    let flow = this.flows.find(segment);
    if ((flags & (TCP_SYN | TCP_FIN | TCP_RST)) !== 0) {
      if (flow < 0 && ((flags & TCP_SYN) !== 0 || segment.length > 0)) flow = this.flows.add(segment);
      if (flags & TCP_SYN) this.onSyn(flow, segment);
    }
    if (segment.length > 0) {
      if (flow < 0) flow = this.flows.add(segment);
      const direction = this.directions[flow] ?? this.open(flow, segment, packet);
      direction.wireBytes += segment.length;
      direction.connection.packets++;
      const now = packet.seconds + packet.nanos / 1e9;
      direction.connection.traffic?.take(direction.side, segment.sequence, segment.length, now);
      this.shortWay.learn(direction, packet, block);
      if (direction.mode !== StreamMode.Ignore) this.reassembly.take(direction, segment, packet);
    }
    const known = flow < 0 ? undefined : this.directions[flow];
    if (known === undefined) return;
    const { connection } = known;
    if ((flags & (TCP_SYN | TCP_RST)) === 0)
      connection.traffic?.window(known.side, segment.window, packet.seconds + packet.nanos / 1e9, packet.frame);
    if (flags & (TCP_FIN | TCP_RST) && connection.endFrame === 0) connection.endFrame = packet.frame;
    if (flags & TCP_RST) connection.ended = 'rst';
    else if (flags & TCP_FIN && connection.ended === 'open') connection.ended = 'fin';
    if (connection.waiting > 0) this.reassembly.onPacketWhileWaiting(known, segment);
  }

  /** The capture is at its end: gives up all gaps and closes all connections. */
  finish(): void {
    this.reassembly.finish();
    for (const connection of this.connections) this.sink.onClose(connection);
    this.connections.clear();
  }

  /** Forgets a connection that nobody wants to hear of again. */
  release(connection: TcpConnection): void {
    this.connections.delete(connection);
    for (const direction of connection.directions) {
      direction.mode = StreamMode.Ignore;
      this.reassembly.drop(direction);
      const isCounted = connection.traffic !== undefined;
      if (!isCounted && this.directions[direction.flow] === direction) this.directions[direction.flow] = this.ignored;
    }
  }

  /** There are too many flows: keeps the newer half, and of the older one those that somebody listens to. */
  private forgetFlows(): void {
    const newer = this.flows.size >> 1;
    const { directions, openings } = this;
    const isHeard = (flow: number): boolean => directions[flow] !== undefined && directions[flow] !== this.ignored;
    const kept = this.flows.keep((flow) => flow >= newer || isHeard(flow) || isHeard(flow + 1));
    const openers: number[] = [];
    kept.forEach((old, at) => {
      for (const side of [0, 1]) {
        const [from, to] = [old + side, 2 * at + side];
        const direction = directions[from];
        directions[to] = direction;
        if (direction && direction !== this.ignored) direction.flow = to;
        openings[to] = openings[from];
        if (this.openers.has(from)) openers.push(to);
      }
    });
    directions.length = 2 * kept.length;
    openings.fill(-1, 2 * kept.length);
    this.openers.clear();
    for (const flow of openers) this.openers.add(flow);
    this.maxFlows = Math.max(MAX_FLOWS, 4 * kept.length);
  }

  private onSyn(flow: number, segment: TcpSegment): void {
    const first = (segment.sequence + 1) >>> 0;
    const isAnswer = (segment.flags & TCP_ACK) !== 0;
    this.reserve(flow);
    if (this.openings[flow] === first) return; // the same handshake again
    const known = this.directions[flow];
    if (known !== undefined) {
      const isLate = known !== this.ignored && this.openings[flow] < 0 && known.connection.packets <= LATE_SYN_PACKETS;
      if (isLate && known.mode !== StreamMode.Ignore) this.place(known, first);
      else if (isLate) known.connection.startSeen = true;
      else {
        this.close(flow);
        this.openings[flow ^ 1] = -1;
      }
    }
    this.openings[flow] = first;
    // an answer also tells where the other side begins, should the capture lack its packet
    if (isAnswer && (known === undefined || this.openings[flow ^ 1] < 0))
      this.openings[flow ^ 1] = segment.acknowledgement;
    else if (known === undefined) this.openings[flow ^ 1] = -1;
    const opener = isAnswer ? flow ^ 1 : flow;
    this.openers.add(opener).delete(opener ^ 1);
    const opened = this.directions[opener];
    if (opened && opened !== this.ignored) opened.connection.opener = opened;
  }

  /** The handshake comes after the first data in a shuffled capture. */
  private place(direction: TcpDirection, first: number): void {
    if (this.reassembly.place(direction, first)) direction.connection.startSeen = true;
  }

  /** Another connection takes over the ports. */
  private close(flow: number): void {
    const { connection } = this.directions[flow] as TcpDirection;
    this.shortWay.forget();
    if (this.connections.delete(connection)) {
      for (const direction of connection.directions) this.reassembly.end(direction);
      this.sink.onClose(connection);
    }
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
    back.side = 1;
    connection.directions = [forward, back];
    if (this.counted.length < MAX_COUNTED) {
      connection.traffic = new Traffic();
      this.counted.push(connection);
    }
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
