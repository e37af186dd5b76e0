import type { Block } from '../capture/block';
import { NO_COMMENTS } from '../capture/packet';
import type { FileDamage, Packet, PacketHandler } from '../capture/packet';
import { StreamMode } from '../capture/tcpConnection';
import type { Arrival, ArrivalMoment, StreamSink, TcpConnection, TcpDirection } from '../capture/tcpConnection';
import { TcpStreams } from '../capture/tcpStreams';
import type { GiveUpReason } from '../capture/tls/conversation';
import { bodyErrorOffset } from '../protocol';
import type { NdmpVersion } from '../protocol';
import { sourceAndDestination } from './endpoints';
import { describeFlows } from './flows';
import { IndexWriter } from './indexWriter';
import type { Connection, MessageIndex, TcpFlow } from './messageIndex';
import { FoundRecord, RecordStream } from './recordStream';
import type { RecordSink } from './recordStream';
import { HEADER_BYTES, answersLikeTls, beginsLikeTls, isCleanRecord, isPost } from './recordShape';
import { RequestMatcher } from './requestMatcher';
import { MAX_SPAN, RowFlag, SPAN_UNIT, Word } from './rowChunk';
import { TlsList, giveUpText } from './tlsList';
import type { ListedTls } from './tlsList';
import { TlsTalk } from './tlsTalk';
import type { TlsDecryption } from './tlsTalk';

const CONNECT_OPEN = 0x900;
const NOTIFY_CONNECTION_STATUS = 0x502;
const DEFAULT_VERSION: NdmpVersion = 4;
/** How much of a stream without a beginning is searched byte by byte for NDMP; later only starts of packets are. */
const SEARCH_BYTES = 256 * 1024;
/** Connections that may be NDMP or not; of the oldest among more no more is expected. */
const MAX_UNDECIDED = 4096;
const CORE_CODES = 0x1000;
/** Comments of packets that belong to no message. */
const MAX_PACKET_COMMENTS = 1000;

/** What the caller can say about a capture. */
export interface IndexOptions {
  /** TCP ports whose traffic is NDMP even where it does not begin like it. */
  ports?: readonly number[];
  /** Version of connections that do not tell theirs. */
  version?: NdmpVersion;
  /** For reading encrypted connections. */
  tls?: TlsDecryption;
}

/** One direction, as the indexer sees it. */
interface Side {
  tcp: TcpDirection;
  stream: RecordStream<Side>;
  talk: Talk;
  other: Side;
  /** Undefined until a message told who is who. */
  isServer: boolean | undefined;
  /** Bytes of it came, or were lost. */
  begun: boolean;
  /** Its first bytes were no NDMP. */
  rejected: boolean;
  /** Requests that it sent. */
  requests: RequestMatcher;
  /** Bytes that the capture does not hold since its last message. */
  lostBefore: number;
  /** Comments of packets with parts of a message that is not complete. */
  marks: string[] | undefined;
}

/** One TCP connection that may be NDMP. */
interface Talk {
  tcp: TcpConnection;
  sides: [Side, Side];
  connection: Connection | undefined;
  /** Where it is encrypted. */
  tls: TlsTalk | undefined;
  /** The first side began like TLS. */
  hello: { side: Side; listed: ListedTls } | undefined;
  version: NdmpVersion;
  requestedVersion: number;
  /** -1 while there is none. */
  lastRow: number;
}

/** Where the error word of a core reply stands in its body, plus 1, by version and code; 0: it has none. */
const errorWord = new Uint8Array(5 * CORE_CODES);
for (let version = 1; version <= 4; version++) {
  for (let code = 0; code < CORE_CODES; code++) {
    errorWord[version * CORE_CODES + code] = bodyErrorOffset(code, version as NdmpVersion, 'reply') + 1;
  }
}

/**
 * The index pass: packets in, rows out. Reads a capture once, front to back, and keeps of every message only what a
 * row needs; bodies stay where they are.
 */
export class Indexer implements PacketHandler, StreamSink, RecordSink<Side> {
  /** Versions of connections that were learned after some of their rows had been written. */
  readonly lateVersions = new Map<number, NdmpVersion>();
  tcpConnections = 0;
  readonly tls = new TlsList();
  cutPackets = 0;
  packets = 0;
  /** Comments of packets that belong to no message, with the packets' numbers. */
  readonly packetComments: string[] = [];
  /** All TCP connections with payload, as they were when last described: at the latest at the end of the capture. */
  flows: TcpFlow[] = [];
  /** Those that carry NDMP. */
  private readonly recognised = new Map<TcpConnection, Connection>();
  private readonly writer: IndexWriter;
  private readonly streams: TcpStreams;
  private readonly record = new FoundRecord();
  private readonly talks = new Map<TcpConnection, Talk>();
  /** Those of them that may be NDMP or not. */
  private readonly undecided = new Set<Talk>();
  private readonly ports: ReadonlySet<number>;
  private keysKnown = 0;

  constructor(
    readonly index: MessageIndex,
    private readonly options: IndexOptions = {},
    onChunk: (chunk: Uint32Array) => void = () => undefined,
  ) {
    this.writer = new IndexWriter(index, onChunk);
    this.streams = new TcpStreams(this, sourceAndDestination);
    this.ports = new Set(options.ports);
  }

  get isUnsorted(): boolean {
    return this.writer.isUnsorted;
  }

  onPacket(packet: Packet, block: Block): void {
    this.packets++;
    if (packet.end - packet.start < packet.wireLength) this.cutPackets++;
    if (packet.comments === NO_COMMENTS) this.streams.onPacket(packet, block);
    else this.onCommented(packet, block);
  }

  /** Comments belong to the message that ends in their packet, or will; those of an empty packet to the one before. */
  private onCommented(packet: Packet, block: Block): void {
    const before = this.index.count;
    this.streams.onPacket(packet, block);
    const place = this.streams.placeOf(packet, block);
    const side = place?.direction.data as Side | undefined;
    if (place === undefined || side?.talk.connection === undefined) {
      for (const text of packet.comments) this.noteComment(`Packet ${packet.frame}: ${text}`);
      return;
    }
    const row = place.payload > 0 ? this.firstOf(side, before) : side.talk.lastRow;
    if (row < 0) side.marks = [...(side.marks ?? []), ...packet.comments];
    else for (const text of packet.comments) this.index.marks.add(row, text);
  }

  /** The first message of a side among the rows from `row` on, -1 when there is none. */
  private firstOf(side: Side, row: number): number {
    const { index } = this;
    for (; row < index.count; row++)
      if (index.connection(row) === side.talk.connection?.id && index.fromServer(row) === side.isServer) return row;
    return -1;
  }

  private noteComment(text: string): void {
    if (this.packetComments.length < MAX_PACKET_COMMENTS) this.packetComments.push(text);
  }

  onDamage(damage: FileDamage): void {
    this.index.addDamage(damage);
  }

  /** The capture is at its end: what was begun is closed. */
  finish(): void {
    this.streams.finish();
    this.updateFlows();
  }

  /** Describes all TCP connections as they are so far. */
  updateFlows(): void {
    this.flows = describeFlows(this.streams.counted, this.recognised);
  }

  onOpen(tcp: TcpConnection): void {
    this.tcpConnections++;
    const talk = {
      tcp,
      connection: undefined,
      tls: undefined,
      hello: undefined,
      version: this.options.version ?? DEFAULT_VERSION,
      requestedVersion: 0,
      lastRow: -1,
    } as unknown as Talk;
    const forced = tcp.directions.some((d) => this.ports.has(d.sourcePort));
    const [a, b] = tcp.directions.map((direction) => {
      const side = {
        tcp: direction,
        talk,
        isServer: undefined,
        begun: false,
        rejected: false,
        lostBefore: 0,
        marks: undefined,
      } as unknown as Side;
      side.stream = new RecordStream<Side>(this, this.record, side, false);
      direction.data = side;
      return side;
    });
    a.other = b;
    b.other = a;
    talk.sides = [a, b];
    this.talks.set(tcp, talk);
    if (forced) {
      this.recognise(talk);
      return;
    }
    this.undecided.add(talk);
    if (this.undecided.size > MAX_UNDECIDED) {
      const [oldest] = this.undecided;
      this.forget(oldest);
    }
  }

  onBytes(direction: TcpDirection, arrival: Arrival): void {
    const side = direction.data as Side;
    if (!side.begun) this.onFirstBytes(side, arrival);
    const { tls } = side.talk;
    if (tls !== undefined) {
      tls.onBytes(direction.side, arrival);
      return;
    }
    if (side.talk.connection === undefined || direction.mode !== StreamMode.Ordered) {
      if (!this.isLookedAt(side, arrival)) return;
    }
    side.stream.onBytes(arrival);
  }

  /** A connection that begins like TLS is read as such from then on, unless the other side does not answer in TLS. */
  private onFirstBytes(side: Side, { view, start, end }: Arrival): void {
    side.begun = true;
    const { talk } = side;
    if (talk.hello !== undefined) {
      if (talk.hello.side !== side && !answersLikeTls(view, start, end)) this.dropTls(talk, talk.hello);
      return;
    }
    if (talk.lastRow >= 0 || !beginsLikeTls(view, start, end, talk.tcp.startSeen)) return;
    const { tls } = this.options;
    if (tls !== undefined)
      talk.tls = new TlsTalk(tls, {
        onPlain: (at, plain) => this.onPlain(talk.sides[at], plain),
        onPlainGap: (at, length, plain) => {
          const lost = talk.sides[at].stream.onGap(plain, length);
          talk.sides[at].lostBefore += lost;
        },
        onGiveUp: (reason) => this.onTlsGiveUp(talk, reason),
      });
    const opener =
      talk.tcp.opener ??
      (start < end && view.getUint8(end - start > 5 ? start + 5 : start) === 2 ? side.other.tcp : side.tcp);
    const listed = this.tls.add(endpointOf(opener), endpointOf(opener.peer), talk.tcp.firstFrame, talk.tls);
    talk.hello = { side, listed };
  }

  /** A hello that was answered in the clear: what the one side sent is skipped, the other one is looked at. */
  private dropTls(talk: Talk, { side, listed }: NonNullable<Talk['hello']>): void {
    this.tls.remove(listed);
    if (talk.tls === undefined) return;
    talk.tls.drop();
    talk.tls = undefined;
    side.rejected = true;
    side.tcp.mode = StreamMode.Ignore;
  }

  /** Bytes that came encrypted. */
  private onPlain(side: Side, arrival: Arrival): void {
    const { stream, talk } = side;
    if (talk.connection === undefined && stream.isSearching && side.tcp.wireBytes > SEARCH_BYTES && this.reject(side))
      return;
    stream.onBytes(arrival);
  }

  private onTlsGiveUp(talk: Talk, reason: GiveUpReason): void {
    const { connection } = talk;
    if (connection === undefined) {
      this.forget(talk);
      return;
    }
    this.index.addDamage({
      kind: 'unreadable',
      frame: connection.firstFrame,
      fileOffset: 0,
      bytes: 0,
      connection: connection.id,
      text: `Connection ${connection.id + 1} is encrypted and could not be decrypted to its end: ${giveUpText(reason)}.`,
    });
  }

  /** Looks whether keys have come; what waits for some is tried again then. */
  refreshKeys(): void {
    const { tls } = this.options;
    if (tls === undefined) return;
    tls.refresh?.();
    if (tls.reading.keys.count === this.keysKnown) return;
    this.keysKnown = tls.reading.keys.count;
    for (const { tls } of this.talks.values()) tls?.retry();
  }

  /** Takes keys that the capture itself holds. */
  onSecrets(bytes: Uint8Array): void {
    const embedded = this.options.tls?.embedded;
    embedded?.push(bytes);
    embedded?.finish();
    this.refreshKeys();
  }

  /** Whether bytes of a side, or of a connection, that nobody has recognised go to its stream. */
  private isLookedAt(side: Side, arrival: Arrival): boolean {
    const { tcp, stream } = side;
    if (tcp.mode === StreamMode.Ignore) return false;
    if (tcp.mode === StreamMode.Ordered)
      return !stream.isSearching || tcp.wireBytes <= SEARCH_BYTES || this.reject(side);
    if (!isCleanRecord(arrival.view, arrival.start, arrival.end)) return false;
    tcp.mode = StreamMode.Ordered;
    stream.restartHere();
    this.recognise(side.talk);
    const before = tcp.wireBytes - (arrival.end - arrival.start);
    if (before > 0) this.onSkipped(stream, before, side.talk.tcp.firstFrame, arrival.frame);
    return true;
  }

  onGap(direction: TcpDirection, length: number, arrival: Arrival): void {
    const side = direction.data as Side;
    if (direction.mode !== StreamMode.Ordered) return;
    side.begun = true;
    const { connection, tls } = side.talk;
    if (connection !== undefined) {
      connection.lostBytes += length;
      this.index.addDamage({
        kind: 'lost',
        frame: arrival.frame,
        fileOffset: arrival.recordOffset,
        bytes: length,
        connection: connection.id,
        text: `${length} bytes from ${this.senderText(side)} are not in the capture before frame ${arrival.frame}.`,
      });
    }
    if (tls !== undefined) tls.onGap(direction.side, length);
    else side.lostBefore += side.stream.onGap(arrival, length);
  }

  onClose(tcp: TcpConnection): void {
    const talk = this.talks.get(tcp);
    if (talk === undefined) return;
    this.talks.delete(tcp);
    this.undecided.delete(talk);
    talk.tls?.close();
    const { connection } = talk;
    for (const side of talk.sides) {
      if (connection !== undefined)
        side.stream.onEnd(tcp.ended === 'open' ? 'The capture ends' : 'The connection ends');
    }
    if (connection === undefined) return;
    for (const side of talk.sides) if (talk.lastRow >= 0) this.noteMarks(side, talk.lastRow);
    this.updateConnection(talk, connection);
  }

  /** Brings what grows by itself (byte counts, how it ended) up to date in every connection still open. */
  updateConnections(): void {
    for (const talk of this.talks.values()) if (talk.connection) this.updateConnection(talk, talk.connection);
  }

  onFirstHeader(stream: RecordStream<Side>, isClean: boolean): boolean {
    const side = stream.owner;
    if (isClean) {
      this.recognise(side.talk);
      return true;
    }
    return this.reject(side);
  }

  onSkipped(stream: RecordStream<Side>, bytes: number, sinceFrame: number, untilFrame: number | undefined): void {
    const side = stream.owner;
    const { connection } = side.talk;
    if (connection === undefined) return;
    connection.skippedBytes += bytes;
    const until = untilFrame !== undefined ? `frame ${untilFrame}` : 'the end of the connection';
    this.index.addDamage({
      kind: 'skipped',
      frame: sinceFrame || connection.firstFrame,
      untilFrame,
      fileOffset: 0,
      bytes,
      connection: connection.id,
      text: `${bytes} bytes from ${this.senderText(side)} between frame ${sinceFrame || connection.firstFrame} and ${until} could not be read as NDMP.`,
    });
  }

  onRecord(stream: RecordStream<Side>, record: FoundRecord, moment: ArrivalMoment): void {
    const side = stream.owner;
    const { talk } = side;
    const connection = talk.connection as Connection;
    const { view, at } = record;
    const code = view.getUint32(at + 12);
    const isReply = view.getUint32(at + 8) === 1;
    const posted = !isReply && isPost(code);
    if (side.isServer === undefined) this.assignRoles(side, isReply || posted);
    const { version } = talk;
    const headerError = view.getUint32(at + 20);

    let flags =
      (isReply ? 1 : posted ? 2 : 0) |
      (side.isServer === true ? RowFlag.FROM_SERVER : 0) |
      (version << RowFlag.VERSION_SHIFT) |
      (moment.digits << RowFlag.DIGITS_SHIFT) |
      ((record.fragments > 0xffff ? 0xffff : record.fragments) << RowFlag.FRAGMENTS_SHIFT);
    let bodyError = 0;
    if (isReply && headerError === 0) {
      const word =
        code < CORE_CODES ? errorWord[version * CORE_CODES + code] - 1 : bodyErrorOffset(code, version, 'reply');
      if (word >= 0 && record.head >= HEADER_BYTES + word + 4) {
        bodyError = view.getUint32(at + HEADER_BYTES + word);
        flags |= RowFlag.HAS_BODY_ERROR;
      }
    }
    let offset = record.fileOffset;
    let span = 0;
    if (offset < 0) {
      offset = record.recordOffset;
      span = Math.ceil((record.lastOffset - offset) / SPAN_UNIT);
      if (span > MAX_SPAN) span = MAX_SPAN;
      flags |= RowFlag.SPANS;
    }
    if (record.missing > 0) flags |= RowFlag.INCOMPLETE;

    const { writer } = this;
    const row = this.index.count;
    const to = writer.next(moment.frame);
    const { chunk } = writer;
    chunk[to + Word.OFFSET_LOW] = offset;
    chunk[to + Word.OFFSET_HIGH] = (offset / 0x100000000) | (span << 16);
    chunk[to + Word.START_SEQUENCE] = record.startSequence;
    chunk[to + Word.WIRE_LENGTH] = record.wireLength;
    chunk[to + Word.SECONDS] = moment.seconds;
    chunk[to + Word.NANOS] = moment.nanos;
    chunk[to + Word.CONNECTION] = connection.id;
    chunk[to + Word.FRAME] = moment.frame;
    chunk[to + Word.CODE] = code;
    chunk[to + Word.SEQUENCE] = view.getUint32(at);
    chunk[to + Word.REPLY_SEQUENCE] = view.getUint32(at + 16);
    chunk[to + Word.HEADER_ERROR] = headerError;
    chunk[to + Word.BODY_ERROR] = bodyError;
    chunk[to + Word.FLAGS] = flags;

    connection.messages++;
    talk.lastRow = row;
    if (connection.firstRow < 0) connection.firstRow = row;
    if (side.marks !== undefined) this.noteMarks(side, row);
    if (record.problem !== undefined || record.missing > 0 || side.lostBefore > 0) this.noteProblems(side, record, row);
    if (code === CONNECT_OPEN || code === NOTIFY_CONNECTION_STATUS)
      this.followVersion(talk, connection, record, code, isReply, headerError, bodyError);
    if (isReply) this.pairReply(side, code, view.getUint32(at + 16), row);
    else if (!posted) this.pairRequest(side, code, view.getUint32(at), row);
  }

  private noteMarks(side: Side, row: number): void {
    for (const text of side.marks ?? []) this.index.marks.add(row, text);
    side.marks = undefined;
  }

  private noteProblems(side: Side, record: FoundRecord, row: number): void {
    if (side.lostBefore > 0) {
      this.index.addProblem(row, `${side.lostBefore} bytes before this message are not in the capture.`);
      side.lostBefore = 0;
    }
    if (record.problem !== undefined) this.index.addProblem(row, record.problem);
    if (record.missing > 0)
      this.index.addProblem(row, `${record.missing} of its ${record.length} bytes are not in the capture.`);
  }

  private pairReply(side: Side, code: number, replySequence: number, row: number): void {
    const { requests } = side.other;
    const request = requests.takeRequest(replySequence, code);
    if (request < 0) requests.addEarlyReply(replySequence, row);
    else this.writer.join(request, row);
  }

  private pairRequest(side: Side, code: number, sequence: number, row: number): void {
    const reply = side.requests.addRequest(sequence, code, row);
    if (reply < 0) return;
    this.writer.join(row, reply);
    if (code === CONNECT_OPEN) this.followLateOpen(side.talk, reply);
  }

  /** The reply to a CONNECT_OPEN was read before its request: rows since then have the wrong version. */
  private followLateOpen(talk: Talk, reply: number): void {
    const { connection, requestedVersion } = talk;
    if (connection === undefined || requestedVersion === 0) return;
    if (this.index.headerError(reply) !== 0 || this.index.bodyError(reply) !== 0) return;
    this.setVersion(talk, connection, requestedVersion, 'open');
    this.lateVersions.set(connection.id, talk.version);
  }

  /** Facts of version negotiation: announced by the server, chosen by the DMA, confirmed by the reply. */
  private followVersion(
    talk: Talk,
    connection: Connection,
    record: FoundRecord,
    code: number,
    isReply: boolean,
    headerError: number,
    bodyError: number,
  ): void {
    const { view, at, head } = record;
    if (code === NOTIFY_CONNECTION_STATUS) {
      if (head < HEADER_BYTES + 8) return;
      connection.announced = view.getUint32(at + HEADER_BYTES + 4);
      if (connection.versionSource === 'guess') this.setVersion(talk, connection, connection.announced, 'announced');
    } else if (!isReply) {
      talk.requestedVersion = head >= HEADER_BYTES + 4 ? view.getUint32(at + HEADER_BYTES) : 0;
    } else if (headerError === 0 && bodyError === 0 && talk.requestedVersion > 0) {
      this.setVersion(talk, connection, talk.requestedVersion, 'open');
    }
  }

  private setVersion(talk: Talk, connection: Connection, version: number, source: Connection['versionSource']): void {
    talk.version = Math.min(4, Math.max(1, version)) as NdmpVersion;
    connection.version = talk.version;
    connection.versionSource = source;
  }

  private assignRoles(side: Side, isServer: boolean): void {
    side.isServer = isServer;
    side.other.isServer = !isServer;
    const { connection } = side.talk;
    const server = isServer ? side : side.other;
    if (connection) {
      connection.server = endpointOf(server.tcp);
      connection.client = endpointOf(server.other.tcp);
    }
  }

  private recognise(talk: Talk): void {
    if (talk.connection !== undefined) return;
    const opener = talk.tcp.opener ?? talk.tcp.directions[0];
    talk.connection = {
      id: this.index.connections.length,
      client: endpointOf(opener),
      server: endpointOf(opener.peer),
      version: talk.version,
      versionSource: 'guess',
      firstRow: -1,
      messages: 0,
      started: talk.tcp.startSeen ? 'seen' : 'missing',
      ended: talk.tcp.ended,
      firstFrame: talk.tcp.firstFrame,
      endFrame: talk.tcp.endFrame,
      lostBytes: 0,
      skippedBytes: 0,
      bytes: [0, 0],
    };
    this.index.connections.push(talk.connection);
    if (talk.tls) this.tls.name(talk.tls, talk.connection.id);
    if (talk.tcp.traffic) this.recognised.set(talk.tcp, talk.connection);
    this.undecided.delete(talk);
    for (const side of talk.sides) {
      side.requests = new RequestMatcher(this.index);
      side.stream.recognised = true;
      if (side.rejected || side.tcp.mode !== StreamMode.Ordered) {
        side.rejected = false;
        if (side.tcp.mode === StreamMode.Ignore) side.tcp.placed = false;
        side.tcp.mode = StreamMode.Ordered;
        side.stream.search(side.tcp.wireBytes, talk.tcp.firstFrame);
      }
    }
  }

  /** A direction that does not begin like NDMP. @returns whether to search it for NDMP all the same. */
  private reject(side: Side): boolean {
    const { talk } = side;
    if (talk.tls !== undefined) {
      side.rejected = true;
      if (side.other.rejected) this.forget(talk);
      return false;
    }
    if (!talk.tcp.startSeen) {
      if (side.tcp.wireBytes <= SEARCH_BYTES) return true;
      side.tcp.mode = StreamMode.Probe;
      return false;
    }
    side.rejected = true;
    side.tcp.mode = StreamMode.Ignore;
    // the other side may still turn out to be an NDMP server that was sent something else
    if (side.other.rejected) this.forget(talk);
    return false;
  }

  /** Neither side is NDMP: from now on the connection costs nothing but a look-up a packet. */
  private forget(talk: Talk): void {
    this.talks.delete(talk.tcp);
    this.undecided.delete(talk);
    this.streams.release(talk.tcp);
    talk.tls?.close();
  }

  private updateConnection(talk: Talk, connection: Connection): void {
    connection.ended = talk.tcp.ended;
    connection.endFrame = talk.tcp.endFrame;
    for (const side of talk.sides) {
      const toServer =
        side.isServer === undefined ? endpointOf(side.tcp).port === connection.client.port : !side.isServer;
      connection.bytes[toServer ? 0 : 1] = side.tcp.wireBytes;
    }
  }

  private senderText(side: Side): string {
    return `${side.tcp.sourceAddress} port ${side.tcp.sourcePort}`;
  }
}

function endpointOf(direction: TcpDirection): { address: string; port: number } {
  return { address: direction.sourceAddress, port: direction.sourcePort };
}
