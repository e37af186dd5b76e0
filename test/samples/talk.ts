import { jsonOf, word, type Field, type Json } from './xdr';
import { TcpConnection, type End, type Recording } from './wire';

/** What a reader must show for one message: a line of `ndmp decode --format jsonl`, without the fields about problems. */
export interface ExpectedRow {
  n: number;
  frame: number;
  time: string;
  connection: number;
  src: string;
  dst: string;
  direction: 'dma>server' | 'server>dma';
  version: number;
  kind: 'request' | 'reply' | 'post';
  message: string;
  code: number;
  sequence: number;
  replySequence: number;
  headerError: number;
  error: number | null;
  latency: number | null;
  body: { [name: string]: Json };
}

/** A message that was sent, for its reply to refer to. */
export interface Sent {
  code: number;
  message: string;
  sequence: number;
  microseconds: bigint;
}

interface Options {
  /** The header's clock, seconds since 1970; otherwise the time of the packet. */
  clock?: number;
  /** The sender's counter goes on from here. */
  sequence?: number;
  headerError?: number;
  /** The body's error, when it has one. */
  error?: number;
  /** What a reader shows of the body, when that is not simply its fields by name. */
  shown?: { [name: string]: Json };
}

/** Messages of a code: its number, and its name by the documents. */
export type Code = readonly [code: number, message: string];

/** A sample: one recording and the rows that it must give. */
export class Sample {
  readonly rows: ExpectedRow[] = [];
  connections = 0;

  constructor(
    readonly recording: Recording,
    readonly name: string,
  ) {}

  talk(client: End, server: End, version: number, options: { segmentBytes?: number } = {}): Talk {
    this.connections += 1;
    const tcp = new TcpConnection(this.recording, client, server, options.segmentBytes);
    return new Talk(this, tcp, this.connections, version);
  }
}

/** One NDMP control connection. Times are seconds of the sample's own day. */
export class Talk {
  private readonly counters = { client: 0, server: 0 };

  constructor(
    private readonly sample: Sample,
    private readonly tcp: TcpConnection,
    private readonly connection: number,
    private readonly version: number,
  ) {}

  connect(seconds: number): void {
    this.tcp.open(micro(seconds));
  }

  close(seconds: number): void {
    this.tcp.close(micro(seconds));
  }

  request(seconds: number, code: Code, body: readonly Field[] = [], options: Options = {}): Sent {
    return this.send('client', 'request', seconds, code, body, options);
  }

  post(seconds: number, code: Code, body: readonly Field[], options: Options = {}): Sent {
    return this.send('server', 'post', seconds, code, body, options);
  }

  /** A reply; its body is `error` and then `rest`, unless the header carries the error. */
  reply(seconds: number, to: Sent, rest: readonly Field[] = [], options: Options = {}): Sent {
    const error = options.error ?? 0;
    const body = options.headerError ? [] : [word('error', error, errorText(error)), ...rest];
    return this.replyWith(seconds, to, body, { ...options, error });
  }

  /** A reply whose body is given whole; `options.error` says what its error is. */
  replyWith(seconds: number, to: Sent, body: readonly Field[], options: Options): Sent {
    return this.send('server', 'reply', seconds, [to.code, to.message], body, options, to);
  }

  private send(
    from: 'client' | 'server',
    kind: ExpectedRow['kind'],
    seconds: number,
    [code, message]: Code,
    body: readonly Field[],
    options: Options,
    to?: Sent,
  ): Sent {
    const sequence = options.sequence ?? this.counters[from] + 1;
    this.counters[from] = sequence;
    const header = [sequence, options.clock ?? Math.floor(Number(micro(seconds)) / 1e6), to ? 1 : 0, code];
    header.push(to?.sequence ?? 0, options.headerError ?? 0);
    const payload = Buffer.concat([...header.map((each) => word('', each).bytes), ...body.map((field) => field.bytes)]);
    const end = this.tcp.send(from, micro(seconds), Buffer.concat([recordMark(payload.length), payload]));
    const client = endText(this.tcp.client);
    const server = endText(this.tcp.server);
    this.sample.rows.push({
      n: this.sample.rows.length + 1,
      frame: end.frame,
      time: decimal(end.time),
      connection: this.connection,
      src: from === 'client' ? client : server,
      dst: from === 'client' ? server : client,
      direction: from === 'client' ? 'dma>server' : 'server>dma',
      version: this.version,
      kind,
      message,
      code,
      sequence,
      replySequence: to?.sequence ?? 0,
      headerError: options.headerError ?? 0,
      error: to && !options.headerError ? (options.error ?? 0) : null,
      latency: to ? Number(end.time - to.microseconds) / 1e6 : null,
      body: options.shown ?? jsonOf(body),
    });
    return { code, message, sequence, microseconds: end.time };
  }
}

/** 2026-11-21 06:00:00 UTC, when every sample begins. */
const START = 1_795_240_800;

function micro(seconds: number): bigint {
  return BigInt(START) * 1_000_000n + BigInt(Math.round(seconds * 1e6));
}

function decimal(microseconds: bigint): string {
  return `${microseconds / 1_000_000n}.${(microseconds % 1_000_000n).toString().padStart(6, '0')}`;
}

function recordMark(length: number): Buffer {
  return word('', 0x80000000 + length).bytes;
}

function endText(end: End): string {
  return end.address.includes(':') ? `[${end.address}]:${end.port}` : `${end.address}:${end.port}`;
}

const ERRORS: Record<number, string> = {
  0: 'NO_ERR',
  1: 'NOT_SUPPORTED',
  9: 'ILLEGAL_ARGS',
  24: 'SEQUENCE_NUM',
  25: 'READ_IN_PROGRESS',
  26: 'PRECONDITION',
  27: 'CLASS_NOT_SUPPORTED',
  28: 'VERSION_NOT_SUPPORTED',
  29: 'EXT_DUPL_CLASSES',
  30: 'EXT_DANDN_ILLEGAL',
};

function errorText(error: number): Json {
  return ERRORS[error] ?? error;
}
