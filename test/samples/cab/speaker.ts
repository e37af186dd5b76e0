import { encodeMessage, findCode, type BodyOf, type BodyValue, type MessageKind, type MessageName } from '../../../src/protocol';
import { encodeRecord } from '../../../src/xdr';
import { TcpConnection, type End, type Recording } from '../wire';

/** 2026-11-21 02:00:00 UTC: when the nights of these samples begin. */
const START_MICROSECONDS = 1_795_226_400_000_000n;

/** The time of a story: it only goes forward, and all connections share it. */
export class Clock {
  private microseconds = START_MICROSECONDS;
  private steps = 0;

  get now(): bigint {
    return this.microseconds;
  }

  get seconds(): number {
    return Number(this.microseconds / 1_000_000n);
  }

  wait(seconds: number): void {
    this.microseconds += BigInt(Math.round(seconds * 1e6));
  }

  /** The time that a server or the DMA takes for its next message: about half a millisecond, never twice the same. */
  think(): void {
    this.steps += 1;
    this.wait((300 + ((this.steps * 137) % 400)) / 1e6);
  }
}

/** What is told about a reply beside its body. */
export interface ReplyOptions {
  /** Seconds that the server takes. */
  takes?: number;
  headerError?: number;
  /** Bytes behind the fields of the body. */
  rest?: Uint8Array;
}

/** One NDMPv4 control connection, spoken with the product's own encoder. */
export class Speaker {
  private readonly tcp: TcpConnection;
  private readonly counters = { client: 0, server: 0 };

  constructor(
    private readonly clock: Clock,
    recording: Recording,
    client: End,
    server: End,
  ) {
    this.tcp = new TcpConnection(recording, client, server);
    this.tcp.open(clock.now);
    clock.think();
  }

  /** A request of the DMA and the server's reply to it. */
  ask<N extends MessageName>(
    name: N,
    request: BodyOf<N, 4, 'request'>,
    reply: BodyOf<N, 4, 'reply'>,
    options: ReplyOptions = {},
  ): void {
    this.answer(this.request(name, request), name, reply, options);
  }

  /** A request alone; gives its sequence number, for {@link answer}. */
  request<N extends MessageName>(name: N, body: BodyOf<N, 4, 'request'>): number {
    return this.send('client', name, 'request', body, 0);
  }

  answer<N extends MessageName>(sequence: number, name: N, body: BodyOf<N, 4, 'reply'>, options: ReplyOptions = {}): void {
    if (options.takes !== undefined) this.clock.wait(options.takes);
    this.send('server', name, 'reply', body, sequence, options);
  }

  post<N extends MessageName>(name: N, body: BodyOf<N, 4, 'post'>): number {
    return this.send('server', name, 'post', body, 0);
  }

  /** A request whose body is given in bytes, for encodings that our encoder does not write. */
  raw(name: MessageName, body: Uint8Array): number {
    const sequence = ++this.counters.client;
    const header = this.header(sequence, name, 0, 0, 0);
    this.write('client', Buffer.concat([encodeMessage(header, {}, context(name, 'request'), body)]));
    return sequence;
  }

  close(): void {
    this.request('NDMP_CONNECT_CLOSE', {});
    this.tcp.close(this.clock.now);
    this.clock.think();
  }

  private send(
    from: 'client' | 'server',
    name: MessageName,
    kind: MessageKind,
    body: unknown,
    replySequence: number,
    { headerError = 0, rest }: ReplyOptions = {},
  ): number {
    const sequence = ++this.counters[from];
    const header = this.header(sequence, name, kind === 'reply' ? 1 : 0, replySequence, headerError);
    const value = headerError === 0 ? (body as BodyValue) : {};
    this.write(from, encodeMessage(header, value, { ...context(name, kind), headerError }, rest));
    return sequence;
  }

  private header(sequence: number, name: MessageName, messageType: number, replySequence: number, error: number) {
    const { code } = context(name, 'request');
    return { sequence, timeStamp: this.clock.seconds, messageType, code, replySequence, error };
  }

  private write(from: 'client' | 'server', payload: Uint8Array): void {
    this.tcp.send(from, this.clock.now, encodeRecord(payload));
    this.clock.think();
  }
}

function context(name: MessageName, kind: MessageKind) {
  return { code: findCode(name) ?? 0, kind, version: 4, headerError: 0 } as const;
}
