import { HEADER_LENGTH, bodyErrorOffset, escapeText, type NdmpVersion } from '../protocol';
import { IndexWriter } from '../session/indexWriter';
import type { Connection, Endpoint, MessageIndex } from '../session/messageIndex';
import { RequestMatcher } from '../session/requestMatcher';
import { RowFlag, Word } from '../session/rowChunk';
import { assembleRecord } from './assembleRecord';
import type { AssembledMessage, AssemblySink } from './messageAssembler';
import type { LogAccept, LogDialect } from './model';

const CONNECT_OPEN = 0x900;
const NOTIFY_CONNECTION_STATUS = 0x502;
const DEFAULT_VERSION: NdmpVersion = 4;
const MARK_BYTES = 4;
/** So many lines of a message are its header. */
const HEADER_FIELDS = 6;
const GREETING = /^0x502\b|\bNDMP\d_NOTIFY_CONNECT/;

/** One session of the log, as a connection. */
interface Talk {
  connection: Connection;
  version: NdmpVersion;
  requested: number;
  /** The server's greeting has been seen. */
  greeted: boolean;
  /** Requests of the DMA and of the server. */
  requests: [RequestMatcher, RequestMatcher];
}

/** Writes the messages of a log into an index, a row each. */
export class LogIndexer implements AssemblySink {
  /** Session of each connection. */
  readonly keys: string[] = [];
  private readonly writer: IndexWriter;
  private readonly talks = new Map<string, Talk>();

  constructor(
    readonly index: MessageIndex,
    private readonly dialect: LogDialect,
    private readonly defaultVersion: NdmpVersion | undefined,
    onChunk: (chunk: Uint32Array) => void,
  ) {
    this.writer = new IndexWriter(index, onChunk);
  }

  get isUnsorted(): boolean {
    return this.writer.isUnsorted;
  }

  onMessage(assembled: AssembledMessage): void {
    const talk = this.talkOf(assembled);
    const { connection } = talk;
    const record = assembleRecord(assembled, this.dialect, talk.version);
    const { message, bytes } = record;
    const error = bodyErrorOf(record.untold.includes('error'), bytes.payload, message);
    const row = this.index.count;
    const to = this.writer.next(assembled.line);
    const { chunk } = this.writer;
    chunk[to + Word.OFFSET_LOW] = assembled.from;
    chunk[to + Word.OFFSET_HIGH] = assembled.from / 0x100000000;
    chunk[to + Word.START_SEQUENCE] = assembled.to - assembled.from;
    chunk[to + Word.WIRE_LENGTH] = bytes.payload.length + MARK_BYTES;
    chunk[to + Word.SECONDS] = Math.max(0, assembled.seconds);
    chunk[to + Word.NANOS] = assembled.nanos;
    chunk[to + Word.CONNECTION] = connection.id;
    chunk[to + Word.FRAME] = assembled.line;
    chunk[to + Word.CODE] = message.code;
    chunk[to + Word.SEQUENCE] = message.sequence;
    chunk[to + Word.REPLY_SEQUENCE] = message.replySequence;
    chunk[to + Word.HEADER_ERROR] = message.headerError;
    chunk[to + Word.BODY_ERROR] = error ?? 0;
    chunk[to + Word.FLAGS] =
      (message.kind === 'reply' ? 1 : message.kind === 'post' ? 2 : 0) |
      (message.fromServer ? RowFlag.FROM_SERVER : 0) |
      (message.version << RowFlag.VERSION_SHIFT) |
      (assembled.digits << RowFlag.DIGITS_SHIFT) |
      (error === undefined ? 0 : RowFlag.HAS_BODY_ERROR) |
      (bytes.missing.length > 0 ? RowFlag.INCOMPLETE : 0) |
      (1 << RowFlag.FRAGMENTS_SHIFT);
    for (const problem of record.problems) this.index.addProblem(row, problem);
    connection.messages++;
    connection.bytes[message.fromServer ? 1 : 0] += bytes.payload.length + MARK_BYTES;
    if (connection.firstRow < 0) connection.firstRow = row;
    this.follow(talk, message.code, message.kind === 'reply', message.version, bytes.payload, error);
    this.pair(talk, row, message);
  }

  onAccept(session: string, accept: LogAccept): void {
    const known = this.talks.get(session);
    const isNews = known === undefined || known.connection.messages > 0 || accept.client !== undefined;
    const { connection } = isNews ? this.open(session, 'seen') : known;
    if (accept.client) connection.client = accept.client;
    if (accept.server) connection.server = accept.server;
    if (accept.version !== undefined && connection.versionSource === 'guess') {
      connection.version = asVersion(accept.version);
      connection.announced = accept.version;
      connection.versionSource = 'announced';
    }
  }

  onEnd(session: string): void {
    const talk = this.talks.get(session);
    if (talk !== undefined) talk.connection.ended = 'fin';
  }

  onLoose(session: string, from: number, to: number, line: number): void {
    const connection = this.talks.get(session)?.connection;
    const of = session === '' ? '' : ` of session ${escapeText(session)}`;
    this.index.addDamage({
      kind: 'skipped',
      frame: line,
      fileOffset: from,
      bytes: to - from,
      connection: connection?.id,
      text: `Lines${of} from line ${line} on belong to no message.`,
    });
  }

  /** The session's connection; a server's greeting begins a new one where the session had messages before. */
  private talkOf({ session, head, fields }: AssembledMessage): Talk {
    const known = this.talks.get(session) ?? this.open(session, 'missing');
    const isGreeting =
      head?.code === NOTIFY_CONNECTION_STATUS ||
      fields.slice(0, HEADER_FIELDS).some(({ value }) => GREETING.test(value));
    if (!isGreeting) return known;
    // a DMA may speak before it is greeted; a second greeting is another connection
    const talk = known.greeted && (head?.sequence ?? 1) === 1 ? this.open(session, 'seen') : known;
    talk.greeted = true;
    talk.connection.started = 'seen';
    return talk;
  }

  private open(session: string, started: Connection['started']): Talk {
    const { index } = this;
    const talk: Talk = {
      connection: {
        id: index.connections.length,
        client: nowhere('DMA'),
        server: nowhere(session === '' ? 'server' : `session ${escapeText(session)}`),
        version: this.defaultVersion ?? DEFAULT_VERSION,
        versionSource: 'guess',
        firstRow: -1,
        messages: 0,
        started,
        ended: 'open',
        firstFrame: 1,
        endFrame: 0,
        lostBytes: 0,
        skippedBytes: 0,
        bytes: [0, 0],
      },
      version: this.defaultVersion ?? DEFAULT_VERSION,
      requested: 0,
      greeted: false,
      requests: [new RequestMatcher(index), new RequestMatcher(index)],
    };
    index.connections.push(talk.connection);
    this.keys.push(session);
    this.talks.set(session, talk);
    return talk;
  }

  /** Version negotiation, as in a capture. */
  private follow(
    talk: Talk,
    code: number,
    isReply: boolean,
    version: NdmpVersion,
    payload: Uint8Array,
    error: number | undefined,
  ): void {
    const { connection } = talk;
    const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
    const word = (at: number): number =>
      payload.length >= HEADER_LENGTH + at + 4 ? view.getUint32(HEADER_LENGTH + at) : 0;
    if (code === NOTIFY_CONNECTION_STATUS) {
      connection.announced = word(4);
      if (connection.versionSource === 'guess') this.setVersion(talk, word(4), 'announced');
    } else if (code === CONNECT_OPEN && !isReply) talk.requested = word(0);
    else if (code === CONNECT_OPEN && error === 0 && talk.requested > 0) this.setVersion(talk, talk.requested, 'open');
    else if (code !== CONNECT_OPEN && connection.versionSource !== 'open') this.setVersion(talk, version, 'announced');
  }

  private setVersion(talk: Talk, version: number, source: Connection['versionSource']): void {
    talk.version = asVersion(version);
    talk.connection.version = talk.version;
    talk.connection.versionSource = source;
  }

  private pair(
    talk: Talk,
    row: number,
    message: { kind: string; fromServer: boolean; code: number; sequence: number; replySequence: number },
  ): void {
    const { kind, fromServer, code } = message;
    if (kind === 'reply') {
      const requests = talk.requests[fromServer ? 0 : 1];
      const request = requests.takeRequest(message.replySequence, code);
      if (request < 0) requests.addEarlyReply(message.replySequence, row);
      else this.writer.join(request, row);
    } else if (kind === 'request') {
      const reply = talk.requests[fromServer ? 1 : 0].addRequest(message.sequence, code, row);
      if (reply >= 0) this.writer.join(row, reply);
    }
  }
}

function nowhere(name: string): Endpoint {
  return { address: name, port: 0 };
}

function asVersion(version: number): NdmpVersion {
  return Math.min(4, Math.max(1, version)) as NdmpVersion;
}

/** The error of a reply's body, where the log tells it. */
function bodyErrorOf(
  isUntold: boolean,
  payload: Uint8Array,
  { kind, code, version, headerError }: { kind: string; code: number; version: NdmpVersion; headerError: number },
): number | undefined {
  if (kind !== 'reply' || headerError !== 0 || isUntold) return undefined;
  const word = bodyErrorOffset(code, version, 'reply');
  if (word < 0 || payload.length < HEADER_LENGTH + word + 4) return undefined;
  return new DataView(payload.buffer, payload.byteOffset, payload.length).getUint32(HEADER_LENGTH + word);
}
