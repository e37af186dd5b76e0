import type { SegmentQueue } from './segmentQueue';
import type { Traffic } from './traffic';

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
  /** Where the record of the first and of the last packet with these bytes begins in the file: one packet, but for IP fragments. */
  recordOffset = 0;
  lastOffset = 0;
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
  /** Its place among the connection's directions. */
  side: 0 | 1 = 0;
  /** The consumer's own; undefined until it is set in {@link StreamSink.onOpen}. */
  data: unknown;

  constructor(
    readonly connection: TcpConnection,
    /** Its number in the flow table. */
    public flow: number,
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
  /** Packet with its first FIN or RST, 0 while there is none. */
  endFrame = 0;
  /** Packets with payload. */
  packets = 0;
  /** Directions that wait for a missing segment. */
  waiting = 0;
  /** Undefined for what comes after too many others. */
  traffic: Traffic | undefined;
}
