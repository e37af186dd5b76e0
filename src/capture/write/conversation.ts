import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from '../tcpSegment';
import { frameOf, MAX_SEGMENT, type FrameEnd } from './frame';

const TCP_PSH = 0x08;
/** How far the first sequence numbers of two connections are apart, so that none is taken for a repetition of another. */
const SEQUENCE_STEP = 0x1000193;
/** Packets that tell of missing bytes; more bytes are merely jumped over. */
const MAX_CUT_PACKETS = 8;
/** The largest payload that a packet may have had on the wire: what the length of an IPv4 packet can tell. */
const MAX_CUT_SEGMENT = 65_495;

const nothing = new Uint8Array(0);

/** Bytes of a stream, or so many bytes that the capture does not hold. */
export type StreamPart = { bytes: Uint8Array } | { missing: number };

/** A frame, and the bytes of payload that were on the wire behind it but are not there. */
export interface CutFrame {
  frame: Uint8Array;
  cut: number;
}

/** A made-up TCP connection: streams in, frames with consistent sequence numbers out. */
export class Conversation {
  private readonly next: [client: number, server: number];
  private readonly ends: readonly [client: FrameEnd, server: FrameEnd];

  /** @param number of the connection in the capture */
  constructor(client: FrameEnd, server: FrameEnd, number: number) {
    this.ends = [client, server];
    const first = (number * SEQUENCE_STEP) >>> 0;
    this.next = [first, first];
  }

  /** The three packets that open a connection. */
  *open(): Generator<CutFrame> {
    yield this.segment(0, TCP_SYN, nothing);
    this.next[0]++;
    yield this.segment(1, TCP_SYN | TCP_ACK, nothing);
    this.next[1]++;
    yield this.segment(0, TCP_ACK, nothing);
  }

  /** The packets of what one side sends; packets whose payload was cut off, then a gap, stand for missing bytes. */
  *send(fromServer: boolean, parts: Iterable<StreamPart>): Generator<CutFrame> {
    const side = fromServer ? 1 : 0;
    for (const part of parts) {
      if ('missing' in part) {
        yield* this.sendMissing(side, part.missing);
        continue;
      }
      for (let at = 0; at < part.bytes.length; at += MAX_SEGMENT) {
        const payload = part.bytes.subarray(at, at + MAX_SEGMENT);
        yield this.segment(side, TCP_ACK | TCP_PSH, payload);
        this.advance(side, payload.length);
      }
    }
  }

  /** The packets that end it. */
  *close(how: 'fin' | 'rst'): Generator<CutFrame> {
    if (how === 'rst') {
      yield this.segment(1, TCP_RST | TCP_ACK, nothing);
      return;
    }
    for (const side of [0, 1] as const) {
      yield this.segment(side, TCP_FIN | TCP_ACK, nothing);
      this.advance(side, 1);
    }
    yield this.segment(0, TCP_ACK, nothing);
  }

  /** One side sends no more. */
  *end(side: 0 | 1): Generator<CutFrame> {
    yield this.segment(side, TCP_FIN | TCP_ACK, nothing);
    this.advance(side, 1);
  }

  /** A packet of one side that carries nothing. */
  *acknowledge(side: 0 | 1): Generator<CutFrame> {
    yield this.segment(side, TCP_ACK, nothing);
  }

  /** One side breaks the connection off. */
  *reset(side: 0 | 1): Generator<CutFrame> {
    yield this.segment(side, TCP_RST | TCP_ACK, nothing);
  }

  /** The packets of what one side sends, without their payload: their headers alone tell how much it was. */
  *sendCut(side: 0 | 1, bytes: number): Generator<CutFrame> {
    for (let left = bytes; left > 0;) {
      const cut = Math.min(left, MAX_CUT_SEGMENT);
      yield this.segment(side, TCP_ACK | TCP_PSH, nothing, cut);
      this.advance(side, cut);
      left -= cut;
    }
  }

  private *sendMissing(side: 0 | 1, bytes: number): Generator<CutFrame> {
    let left = bytes;
    for (let i = 0; i < MAX_CUT_PACKETS && left > 0; i++) {
      const cut = Math.min(left, MAX_SEGMENT);
      yield this.segment(side, TCP_ACK, nothing, cut);
      this.advance(side, cut);
      left -= cut;
    }
    this.advance(side, left);
  }

  private advance(side: 0 | 1, bytes: number): void {
    this.next[side] = (this.next[side] + bytes) >>> 0;
  }

  private segment(side: 0 | 1, flags: number, payload: Uint8Array, cut = 0): CutFrame {
    const other = side === 0 ? 1 : 0;
    const frame = frameOf({
      from: this.ends[side],
      to: this.ends[other],
      sequence: this.next[side],
      acknowledgement: (flags & TCP_ACK) === 0 ? 0 : this.next[other],
      flags,
      payload,
      cut,
    });
    return { frame, cut };
  }
}
