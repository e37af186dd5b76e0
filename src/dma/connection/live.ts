import type { Socket } from 'node:net';
import {
  bodyErrorOffset,
  clip,
  decodeHeader,
  decodeMessage,
  decodeProper,
  encodeBody,
  escapeText,
  findCode,
  isPostCode,
  messageName,
  type BodyValue,
  type Header,
  type MessageName,
} from '../../protocol';
import { ControlConnection } from '../../transport';
import { ConnectionLost, DmaFailure, NdmpFailure, refusal, RequestTimedOut } from './failures';
import type { Introduction, NdmpConnection, Post, PostListener, ReplyBody, RequestOptions } from './model';
import { nameOfError } from './names';
import { PendingRequest, type Reply } from './pending';
import { secondsAfterSilence, secondsFor } from './timeLimits';
import type { ConnectionTrace } from './trace';

/** A record is no longer than this, whatever a server says; file history comes in pieces of some 100 kB. */
const RECORD_BYTES = 16 * 1024 * 1024;
const RECORD_SECONDS = 120;
/** Seconds that a server may take to end a connection that was closed. */
const CLOSE_SECONDS = 10;
/** Seconds that the reply to an optional request may still take when that of the next request is there. */
const OVERTAKEN_SECONDS = 0.25;
const TEXT_LENGTH = 500;
const CONNECTION_STATUS = findCode('NDMP_NOTIFY_CONNECTION_STATUS');
const SHUTDOWN = 1;

export interface LiveOptions {
  server: string;
  address: string;
  port: number;
  localAddress: string;
  trace: ConnectionTrace;
  /** Seconds for every request, instead of those that suit each. */
  seconds?: number;
}

/** A control connection of the DMA: numbers requests, finds their replies, hands on posts. */
export class LiveConnection implements NdmpConnection {
  readonly server: string;
  readonly address: string;
  readonly port: number;
  readonly localAddress: string;
  readonly closed: Promise<Error | undefined>;
  /** What is spoken; decided by CONNECT_OPEN. */
  version: 2 | 3 | 4 = 4;
  extensions: ReadonlyMap<number, number> = new Map();
  introduction: Introduction | undefined;
  private readonly control: ControlConnection;
  private readonly listeners = new Set<PostListener>();
  private readonly pending = new Map<number, PendingRequest>();
  /** Ends with the last request; the next one begins then. */
  private turn: Promise<unknown> = Promise.resolve();
  private held = 0;
  /** Seconds of the request that was given up last; undefined once something came since. */
  private silence: number | undefined;
  private isClosing = false;
  private farewell: string | undefined;
  private end: { problem: Error | undefined } | undefined;
  private settleClosed: (problem: Error | undefined) => void = () => undefined;

  constructor(
    socket: Socket,
    private readonly options: LiveOptions,
  ) {
    this.server = options.server;
    this.address = options.address;
    this.port = options.port;
    this.localAddress = options.localAddress;
    this.closed = new Promise((resolve) => (this.settleClosed = resolve));
    const { trace } = options;
    this.control = new ControlConnection(
      socket,
      {
        record: (payload) => this.take(payload),
        closed: (error) => this.over(error),
        traced: (sent, payload, at) => trace.message({ sent, payload, at }),
      },
      { recordBytes: RECORD_BYTES, recordSeconds: RECORD_SECONDS },
    );
  }

  get isOpen(): boolean {
    return this.end === undefined && !this.isClosing && this.control.isOpen;
  }

  async request<N extends MessageName>(name: N, body: BodyValue = {}, options: RequestOptions = {}) {
    const { error, body: reply } = await this.ask(name, body, options);
    if (error !== 'NO_ERR') throw refusal(this.server, name, error);
    return reply;
  }

  async ask<N extends MessageName>(name: N, body: BodyValue = {}, options: RequestOptions = {}) {
    const { error, body: found } = await this.inTurn(() => this.send(name, body, options).reply);
    return { error, body: found as ReplyBody<N> };
  }

  /**
   * Asks what some servers pass over in silence (protocol facts 10.1): a request that every server answers goes out right
   * behind it, and when its reply is there, that of the first one will not come any more.
   * @returns undefined when there was no answer
   */
  async askOptional<N extends MessageName>(name: N, follower: MessageName): Promise<Reply | undefined> {
    return this.inTurn(async () => {
      const first = this.send(name, {}, {});
      const second = this.send(follower, {}, {});
      const overtaken = second.reply.then(
        () => new Promise<undefined>((resolve) => setTimeout(resolve, OVERTAKEN_SECONDS * 1000, undefined).unref()),
      );
      const answer = await Promise.race([first.reply, overtaken]);
      await second.reply;
      if (answer === undefined) this.forget(first);
      return answer;
    });
  }

  listen(listener: PostListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.isOpen) {
      this.isClosing = true;
      const code = findCode('NDMP_CONNECT_CLOSE') ?? 0;
      this.options.trace.told({
        kind: 'request',
        name: 'NDMP_CONNECT_CLOSE',
        code,
        version: this.version,
        body: () => ({}),
      });
      this.control.send({ code, messageType: 0 });
      this.control.end();
    }
    const late = setTimeout(() => this.control.destroy(), CLOSE_SECONDS * 1000);
    await this.closed;
    clearTimeout(late);
  }

  destroy(): void {
    this.isClosing = true;
    this.control.destroy();
  }

  /** The first posts of a server come before anybody could listen: they wait for the greeting to be read. */
  private async inTurn<T>(step: () => Promise<T>): Promise<T> {
    const before = this.turn;
    let done: () => void = () => undefined;
    this.turn = new Promise<void>((resolve) => (done = resolve));
    await before;
    try {
      return await step();
    } finally {
      done();
    }
  }

  private send(name: MessageName, body: BodyValue, options: RequestOptions): PendingRequest {
    if (!this.isOpen) throw this.lost(name);
    const code = findCode(name);
    if (code === undefined) throw new DmaFailure(`There is no request ${name}.`);
    const { version } = this;
    this.options.trace.told({ kind: 'request', name, code, version, body: () => body });
    const usual = options.seconds ?? this.options.seconds ?? secondsFor(name);
    const seconds = this.silence === undefined ? usual : secondsAfterSilence(usual, this.silence);
    const sequence = this.control.send({ code, messageType: 0, body: encodeBody(code, version, 'request', body) });
    const pending = new PendingRequest(
      code,
      seconds,
      () => this.held > 0,
      () => {
        this.pending.delete(sequence);
        this.silence = seconds;
        const text = `${this.server} did not answer ${name} within ${seconds} seconds. It is connected, but busy or stuck.`;
        this.options.trace.note(text);
        pending.giveUp(new RequestTimedOut(this.server, name, text));
      },
    );
    this.pending.set(sequence, pending);
    return pending;
  }

  private forget(request: PendingRequest): void {
    for (const [sequence, each] of this.pending) if (each === request) this.pending.delete(sequence);
    request.giveUp(new RequestTimedOut(this.server, '', `${this.server} passed a request over.`));
  }

  private async take(payload: Uint8Array): Promise<void> {
    this.silence = undefined;
    const header = decodeHeader(payload);
    if (!header) return this.options.trace.note('a record too short for a message was passed over');
    for (const request of this.pending.values()) request.heard();
    if (header.messageType === 1) this.takeReply(header, payload);
    else if (isPostCode(header.code)) await this.takePost(header, payload);
    else
      this.options.trace.note(`a request from the server was passed over: ${messageName(header.code, this.version)}`);
  }

  private takeReply(header: Header, payload: Uint8Array): void {
    const { code, replySequence, error: headerError } = header;
    const request = this.pending.get(replySequence);
    const name = messageName(code, this.version);
    if (!request || request.code !== code)
      return this.options.trace.note(`a reply to nothing was passed over: ${name}`);
    this.pending.delete(replySequence);
    const reply = headerError === 0 ? this.replyOf(name, code, payload) : { error: nameOfError(headerError), body: {} };
    if (reply instanceof Error) return request.giveUp(reply);
    const { error, body } = reply;
    const { version } = this;
    this.options.trace.told({ kind: 'reply', name, code, version, error, body: () => body, took: request.age });
    request.answer(reply);
  }

  private replyOf(name: string, code: number, payload: Uint8Array): Reply | Error {
    const context = { code, kind: 'reply', version: this.version, headerError: 0 } as const;
    const body = decodeProper(payload, context) ?? decodeMessage(payload, context).value;
    if (typeof body.error === 'number') return { error: nameOfError(body.error), body };
    // extension replies are known no further than their error, and a reply without one has gone well
    if (bodyErrorOffset(code, this.version, 'reply') < 0) return { error: 'NO_ERR', body };
    const text = `${this.server} answered ${name} with bytes that are no such answer.`;
    this.options.trace.note(text);
    return new NdmpFailure(this.server, name, 'XDR_DECODE', text);
  }

  private async takePost(header: Header, payload: Uint8Array): Promise<void> {
    const { code } = header;
    const { version } = this;
    const name = messageName(code, version);
    const body = (): BodyValue => decodeMessage(payload, { code, kind: 'post', version, headerError: 0 }).value;
    this.options.trace.told({ kind: 'post', name, code, version, body });
    if (code === CONNECTION_STATUS) this.noteShutdown(body());
    const post: Post = { code, name, payload, body };
    for (const listener of [...this.listeners]) await this.hand(listener, post);
  }

  private async hand(listener: PostListener, post: Post): Promise<void> {
    this.held++;
    try {
      await listener(post);
    } finally {
      this.held--;
    }
  }

  private noteShutdown({ reason, text_reason: text }: BodyValue): void {
    if (reason !== SHUTDOWN) return;
    this.farewell = typeof text === 'string' ? escapeText(clip(text, TEXT_LENGTH)) : '';
  }

  private over(error: Error | undefined): void {
    const inOrder = this.isClosing && error === undefined;
    const problem = inOrder || this.isClosing ? undefined : this.broken(error);
    this.end = { problem };
    this.options.trace.closed(Date.now(), inOrder);
    if (problem) this.options.trace.note(problem.message);
    for (const request of this.pending.values()) request.giveUp(this.lost(messageName(request.code, this.version)));
    this.pending.clear();
    this.listeners.clear();
    this.settleClosed(problem);
  }

  private broken(error: Error | undefined): ConnectionLost {
    const said = this.farewell === undefined ? '' : `, saying ${JSON.stringify(this.farewell)}`;
    const how = error ? `broke: ${error.message}` : `was ended by the server${said}`;
    return new ConnectionLost(this.server, `The connection to ${this.server} (${this.address}:${this.port}) ${how}.`);
  }

  private lost(name: string): ConnectionLost {
    const why = this.end?.problem?.message ?? `The connection to ${this.server} is closed.`;
    return new ConnectionLost(this.server, `${why} ${name} was not answered.`);
  }
}
