import type { MessageKind, NdmpVersion } from '../protocol';
import type { CaptureInterface } from '../capture/packet';
import { CHUNK_MASK, CHUNK_SHIFT, MAX_SPAN, ROW_WORDS, RowFlag, SPAN_UNIT, Word } from './rowChunk';
import { RowNotes } from './rowNotes';
import type { TlsConnection } from './tlsList';

/** One end of a connection. */
export interface Endpoint {
  address: string;
  port: number;
}

/** A control connection in which NDMP was found. Plain data: it crosses to other threads. */
export interface Connection {
  /** From 0, in order of recognition. */
  id: number;
  client: Endpoint;
  server: Endpoint;
  /** Version that holds at the connection's end, told as `versionSource` says. */
  version: NdmpVersion;
  /** From an accepted CONNECT_OPEN, from the server's announcement, a guess, or set by the user. */
  versionSource: 'open' | 'announced' | 'guess' | 'user';
  /** What the server announced. */
  announced?: number;
  /** First row, -1 while there is none. */
  firstRow: number;
  messages: number;
  started: 'seen' | 'missing';
  ended: 'fin' | 'rst' | 'open';
  firstFrame: number;
  /** Packet with which it began to end, 0 where the capture does not show that. */
  endFrame: number;
  /** Bytes that the capture does not hold. */
  lostBytes: number;
  /** Bytes that are there but are no NDMP. */
  skippedBytes: number;
  /** Payload bytes, retransmissions included. */
  bytes: [toServer: number, toClient: number];
}

/** Something that the capture does not show, or shows broken. */
export interface Damage {
  kind: 'truncated' | 'unreadable' | 'lost' | 'skipped';
  /** Packet at which it begins, or the last good one before it. */
  frame: number;
  /** Last packet that it touches, where there are several. */
  untilFrame?: number;
  /** Position in the file, 0 when it is the connection that misses something. */
  fileOffset: number;
  bytes: number;
  connection?: number;
  /** One clear sentence. */
  text: string;
}

/** Bytes over time of one TCP connection, in equal buckets whose width doubles when there are too many. */
export interface FlowRate {
  /** Seconds since 1970 at which the first bucket begins. */
  from: number;
  /** Seconds a bucket lasts. */
  width: number;
  /** Payload bytes seen for the first time. */
  toServer: number[];
  toClient: number[];
}

/** A stretch of time in which one side of a TCP connection said that it takes no more bytes. */
export interface ZeroWindow {
  side: 'client' | 'server';
  /** Seconds since 1970; `to` is undefined when the capture does not show its end. */
  from: number;
  to: number | undefined;
  frame: number;
}

/** A stretch in which one side of a TCP connection sent nothing, up to bytes that it had sent before. */
export interface ResendStall {
  side: 'client' | 'server';
  /** Seconds since 1970. */
  from: number;
  to: number;
}

/** One TCP connection of the capture, NDMP or not. Plain data. */
export interface TcpFlow {
  /** The side that connects: by its handshake, else by the lower port number. */
  client: Endpoint;
  server: Endpoint;
  /** The control connection that it carries. */
  connection: number | undefined;
  /** Seconds since 1970 of the first and last packet. */
  from: number;
  to: number;
  firstFrame: number;
  packets: number;
  /** Payload bytes without repetitions, as far as sequence numbers tell. */
  bytes: [toServer: number, toClient: number];
  /** Payload bytes that were sent again. */
  repeated: [toServer: number, toClient: number];
  /** At most 100. */
  zeroWindows: ZeroWindow[];
  /** Waits of at least 0.1 s for an acknowledgement that did not come, at most 100. */
  stalls: ResendStall[];
  ended: 'fin' | 'rst' | 'open';
  rate: FlowRate;
}

/** What is known of the capture file as a whole. */
export interface CaptureInfo {
  format: 'pcap' | 'pcapng' | 'ontap-log' | 'ndmjob-log';
  gzip: boolean;
  bytes: number;
  /** Packets of a capture, lines of a log. */
  packets: number;
  interfaces: CaptureInterface[];
  comments: string[];
  /** Address to host name, from the capture's name resolution. */
  names: Map<string, string>;
  /** TCP connections with payload, and those among them that begin like TLS: possibly NDMP that is encrypted. */
  tcpConnections: number;
  tlsConnections: number;
  /** The first 200 of them. */
  tls: TlsConnection[];
  /** Packets of which the capture holds the beginning only. */
  cutPackets: number;
  /** TCP connections with payload, in the order of appearance, at most 4096. */
  flows: TcpFlow[];
  /** Of a log: whose clock its times are. `peer`: that of the messages' senders; `time of day`: without a date. */
  clock?: 'log' | 'peer' | 'time of day' | 'none';
}

const KINDS: readonly MessageKind[] = ['request', 'reply', 'post'];
const MAX_DAMAGE = 10000;

/** All messages of a capture, a row each, in typed columns; grows while the capture is read. */
export class MessageIndex {
  /** Messages that can be read; only ever grows. */
  count = 0;
  readonly chunks: Uint32Array[] = [];
  readonly connections: Connection[] = [];
  readonly damage: Damage[] = [];
  /** Damage beyond what {@link damage} keeps. */
  damageDropped = 0;
  /** What is wrong with messages as the capture holds them, in sentences. */
  readonly problemNotes = new RowNotes();
  /** What whoever made the capture says of messages, as comments of their packets: what a tap did with them. */
  readonly marks = new RowNotes();
  private readonly userVersions = new Map<number, NdmpVersion>();

  frame(row: number): number {
    return this.word(row, Word.FRAME);
  }
  /** Seconds since 1970-01-01 UTC. */
  seconds(row: number): number {
    return this.word(row, Word.SECONDS);
  }
  /** Nanoseconds within the second. */
  nanos(row: number): number {
    return this.word(row, Word.NANOS);
  }
  /** Decimal digits of the capture's own clock. */
  digits(row: number): number {
    return (this.flags(row) >> RowFlag.DIGITS_SHIFT) & RowFlag.DIGITS_MASK;
  }
  connection(row: number): number {
    return this.word(row, Word.CONNECTION);
  }
  fromServer(row: number): boolean {
    return (this.flags(row) & RowFlag.FROM_SERVER) !== 0;
  }
  kind(row: number): MessageKind {
    return KINDS[this.flags(row) & RowFlag.KIND_MASK];
  }
  version(row: number): NdmpVersion {
    if (this.userVersions.size > 0) {
      const chosen = this.userVersions.get(this.connection(row));
      if (chosen !== undefined) return chosen;
    }
    return ((this.flags(row) >> RowFlag.VERSION_SHIFT) & RowFlag.VERSION_MASK) as NdmpVersion;
  }
  code(row: number): number {
    return this.word(row, Word.CODE);
  }
  sequence(row: number): number {
    return this.word(row, Word.SEQUENCE);
  }
  replySequence(row: number): number {
    return this.word(row, Word.REPLY_SEQUENCE);
  }
  headerError(row: number): number {
    return this.word(row, Word.HEADER_ERROR);
  }
  /** Error of the body, -1 where the body has none. */
  bodyError(row: number): number {
    return this.word(row, Word.FLAGS) & RowFlag.HAS_BODY_ERROR ? this.word(row, Word.BODY_ERROR) : -1;
  }
  /** Row of the reply to a request and of the request of a reply, -1 where there is none. */
  pair(row: number): number {
    return this.word(row, Word.PAIR) - 1;
  }
  /** Payload bytes: header and body, without record marks. */
  length(row: number): number {
    return this.wireLength(row) - 4 * this.fragments(row);
  }
  /** Bytes in the TCP stream, record marks included. */
  wireLength(row: number): number {
    return this.word(row, Word.WIRE_LENGTH);
  }
  /** Record-marking fragments, at most 65535. */
  fragments(row: number): number {
    return this.flags(row) >>> RowFlag.FRAGMENTS_SHIFT;
  }
  flags(row: number): number {
    return this.word(row, Word.FLAGS);
  }
  /** File position as {@link Word.OFFSET_LOW} says. */
  offset(row: number): number {
    return (this.word(row, Word.OFFSET_HIGH) & 0xffff) * 0x100000000 + this.word(row, Word.OFFSET_LOW);
  }
  /** How far behind {@link offset} the last packet of a message that spans packets may begin, in bytes. */
  span(row: number): number {
    const units = this.word(row, Word.OFFSET_HIGH) >>> 16;
    return units === MAX_SPAN ? Infinity : units * SPAN_UNIT;
  }
  startSequence(row: number): number {
    return this.word(row, Word.START_SEQUENCE);
  }
  hasProblem(row: number): boolean {
    return (this.flags(row) & RowFlag.PROBLEM) !== 0;
  }
  /** What is wrong with the message as the capture holds it, in sentences. */
  problems(row: number): readonly string[] {
    return this.problemNotes.of(row);
  }

  /** A word of a row, as {@link Word} names them. */
  word(row: number, word: number): number {
    return this.chunks[row >> CHUNK_SHIFT][(row & CHUNK_MASK) * ROW_WORDS + word];
  }

  /** Changes a word of a row. */
  setWord(row: number, word: number, value: number): void {
    this.chunks[row >> CHUNK_SHIFT][(row & CHUNK_MASK) * ROW_WORDS + word] = value;
  }

  /** Moment of the first message, in seconds and nanoseconds; 0 while there is none. */
  get startSeconds(): number {
    return this.count > 0 ? this.seconds(0) : 0;
  }
  get startNanos(): number {
    return this.count > 0 ? this.nanos(0) : 0;
  }

  addDamage(damage: Damage): void {
    if (this.damage.length < MAX_DAMAGE) this.damage.push(damage);
    else this.damageDropped++;
  }

  /** Notes what is wrong with a row. Beyond a bound only the row's flag says that something is. */
  addProblem(row: number, text: string): void {
    this.setWord(row, Word.FLAGS, this.flags(row) | RowFlag.PROBLEM);
    this.problemNotes.add(row, text);
  }

  /** Rows whose problems are noted, in their order. */
  get problemRows(): readonly number[] {
    return [...this.problemNotes.all.keys()].sort((a, b) => a - b);
  }

  /** Reads a connection as a version the user chose; undefined: as the capture says. */
  setUserVersion(connection: number, version: NdmpVersion | undefined): void {
    if (version === undefined) this.userVersions.delete(connection);
    else this.userVersions.set(connection, version);
  }

  userVersion(connection: number): NdmpVersion | undefined {
    return this.userVersions.get(connection);
  }
}
