import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import {
  decodeHeader,
  decodeMessage,
  encodeMessage,
  ErrorCode,
  filledBody,
  findCode,
  layoutsOf,
  messageName,
  type BodyOf,
  type BodyValue,
  type Header,
  type MessageName,
  type NdmpVersion,
} from '../../src/protocol';
import { encodeRecord } from '../../src/xdr';
import { RecordCutter } from './recordCutter';

/** A message of the server, decoded for the version of the connection. */
export interface Received<B = BodyValue> {
  header: Header;
  name: string;
  body: B;
  /** What does not fit the protocol's layout to the last byte; must be empty. */
  problems: string[];
  /** Error of the header, else of the body, by its name: 'NO_ERR', 'ILLEGAL_ARGS'. */
  error: string;
  /** Whether the reply is a bare header with an error. */
  bare: boolean;
}

type Or<T> = [T] extends [never] ? unknown : T;
/** All fields that the replies of any version have: a test knows which version it speaks. */
export type ReplyBody<N extends MessageName> = Or<BodyOf<N, 2, 'reply'>> &
  Or<BodyOf<N, 3, 'reply'>> &
  Or<BodyOf<N, 4, 'reply'>>;
export type PostBody<N extends MessageName> = Or<BodyOf<N, 2, 'post'>> &
  Or<BodyOf<N, 3, 'post'>> &
  Or<BodyOf<N, 4, 'post'>>;

export type AuthKind = 'none' | 'text' | 'md5';

export interface ClientOptions {
  port: number;
  host?: string;
  /** Local address to come from. */
  from?: string;
  tls?: ConnectionOptions;
  /** Is told each line of the key log of a TLS connection. */
  onKeyLog?: (line: Buffer) => void;
  /** Opened at once with this version; left out: only the greeting is awaited. */
  version?: NdmpVersion;
  login?: { user: string; password: string; kind?: AuthKind };
}

/** Milliseconds that a message of the server may take before a test gives up. */
const PATIENCE = 15_000;

const names = new Map<number, string>(Object.entries(ErrorCode).map(([name, code]) => [code, name]));
export const nameOfError = (error: number): string => names.get(error) ?? `0x${error.toString(16)}`;

/** A DMA for tests: sends any request, well-formed or not, and keeps apart what the server answers and what it posts. */
export class NdmpClient {
  /** Decides the layouts of bodies; CONNECT_OPEN sets it. */
  version: NdmpVersion = 4;
  /** Posts that nobody has asked for yet, in order of arrival. */
  readonly posts: Received[] = [];
  /** Every message of the server in order of arrival. */
  readonly received: Received[] = [];
  /** Settles when the connection is gone, for whatever reason. */
  readonly closed: Promise<void>;
  isClosed = false;
  private sequence = 0;
  private readonly cutter = new RecordCutter();
  private readonly waiting = new Map<number, (reply: Received | undefined) => void>();
  private wake: (() => void)[] = [];

  private constructor(readonly socket: Socket) {
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      for (const payload of this.cutter.push(bytes)) this.take(payload);
    });
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.isClosed = true;
        for (const answer of this.waiting.values()) answer(undefined);
        this.waiting.clear();
        this.wakeAll();
        resolve();
      });
    });
  }

  /** Connects and waits for the greeting; with a version it is opened, with a login it is logged in. */
  static async connect(options: ClientOptions): Promise<NdmpClient> {
    const client = await NdmpClient.dial(options);
    try {
      const { body } = await client.post('NDMP_NOTIFY_CONNECTION_STATUS');
      assert.equal(body.reason, 0, `refused: ${body.text_reason}`);
      if (options.version) await client.open(options.version);
      if (options.login) await client.login(options.login.user, options.login.password, options.login.kind);
    } catch (error) {
      client.destroy();
      throw error;
    }
    return client;
  }

  /** Connects only; what the server says first stands in {@link posts}. */
  static async dial({ port, host = '127.0.0.1', from, tls, onKeyLog }: ClientOptions): Promise<NdmpClient> {
    const socket = tls ? connectTls({ port, host, ...tls }) : connect({ port, host, localAddress: from });
    socket.setNoDelay(true);
    if (onKeyLog) socket.on('keylog', onKeyLog);
    const client = new NdmpClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once(tls ? 'secureConnect' : 'connect', resolve);
      socket.once('error', reject);
    });
    return client;
  }

  async open(version: NdmpVersion): Promise<void> {
    await this.expect('NDMP_CONNECT_OPEN', { protocol_version: version });
    this.version = version;
  }

  async login(user: string, password: string, kind: AuthKind = 'md5'): Promise<void> {
    await this.expect('NDMP_CONNECT_CLIENT_AUTH', { auth_data: await this.authData(user, password, kind) });
  }

  /** What CONNECT_CLIENT_AUTH sends; for MD5 a challenge is asked for first. */
  async authData(user: string, password: string, kind: AuthKind): Promise<BodyValue> {
    if (kind === 'none') return { type: 0 };
    if (kind === 'text') return { type: 1, auth_id: user, auth_password: password };
    const { server_attr: attributes } = await this.expect('NDMP_CONFIG_GET_AUTH_ATTR', { auth_type: 2 });
    assert.ok(attributes.type === 2);
    return { type: 2, auth_id: user, auth_digest: md5Digest(password, attributes.challenge) };
  }

  /** Sends a request and waits for its reply. Fields that are left out are zero or empty. */
  request<N extends MessageName>(name: N, body: BodyValue = {}): Promise<Received<ReplyBody<N>>> {
    const code = findCode(name);
    assert.ok(code !== undefined, name);
    return this.ask(code, this.encodeBody(code, body));
  }

  /** Sends a request and demands this error of the answer, by default none. */
  async expect<N extends MessageName>(name: N, body: BodyValue = {}, error = 'NO_ERR'): Promise<ReplyBody<N>> {
    const reply = await this.request(name, body);
    assert.equal(reply.error, error, `${name} ${JSON.stringify(body, plain)}`);
    assert.deepEqual(reply.problems, [], `reply to ${name}`);
    return reply.body;
  }

  /** Sends a request of any code with any body bytes. */
  async ask(code: number, body: Uint8Array = new Uint8Array(0), header: Partial<Header> = {}): Promise<Received> {
    const sequence = this.send(code, body, header);
    const reply = await within(
      new Promise<Received | undefined>((resolve) => {
        if (this.isClosed) resolve(undefined);
        else this.waiting.set(sequence, resolve);
      }),
      `the reply to ${messageName(code, this.version)}`,
    );
    if (!reply) throw new Error(`the connection was closed instead of a reply to ${messageName(code, this.version)}`);
    assert.equal(reply.header.code, code, 'a reply has the code of its request');
    return reply;
  }

  /** Sends a request without waiting. @returns its sequence number */
  send(code: number, body: Uint8Array = new Uint8Array(0), header: Partial<Header> = {}): number {
    const full: Header = { ...this.nextHeader(code), ...header };
    const context = { code: 0x900, kind: 'reply', version: 4, headerError: 1 } as const;
    const head = encodeMessage(full, {}, context);
    this.sendRaw(encodeRecord(Buffer.concat([head, body])));
    return full.sequence;
  }

  sendRaw(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  /** The bytes of a body for the version of the connection. */
  encodeBody(code: number, body: BodyValue): Uint8Array {
    const [layout] = layoutsOf(code, this.version, 'request');
    assert.ok(layout, `no request 0x${code.toString(16)}`);
    const context = { code, kind: 'request', version: this.version, headerError: 0 } as const;
    const header = { sequence: 0, timeStamp: 0, messageType: 0, code, replySequence: 0, error: 0 };
    return encodeMessage(header, filledBody(layout.schema, body), context).subarray(24);
  }

  /** The next post of this name, taken out of {@link posts}; others stay. */
  async post<N extends MessageName>(
    name: N,
    where: (body: PostBody<N>) => boolean = () => true,
  ): Promise<Received<PostBody<N>>> {
    const code = findCode(name);
    const find = (): Received<PostBody<N>> | undefined => {
      const index = this.posts.findIndex((post) => post.header.code === code && where(post.body));
      const found: unknown = index < 0 ? undefined : this.posts.splice(index, 1)[0];
      return found as Received<PostBody<N>> | undefined;
    };
    const until = Date.now() + PATIENCE;
    for (let found = find(); ; found = find()) {
      if (found) return found;
      if (this.isClosed) throw new Error(`the connection was closed before ${name} came`);
      await within(new Promise<void>((resolve) => this.wake.push(resolve)), name, until - Date.now());
    }
  }

  /** Asks for the state until it is the wanted one. */
  async until<N extends MessageName>(name: N, reached: (body: ReplyBody<N>) => boolean): Promise<ReplyBody<N>> {
    const end = Date.now() + PATIENCE;
    for (;;) {
      const body = await this.expect(name);
      if (reached(body)) return body;
      assert.ok(Date.now() < end, `${name} never became what was waited for`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Ends the session in order: the server closes, and everything is free by then. */
  async close(): Promise<void> {
    if (!this.isClosed) this.send(0x902);
    await within(this.closed, 'the end of the connection');
  }

  destroy(): void {
    this.socket.destroy();
  }

  private nextHeader(code: number): Header {
    this.sequence += 1;
    const timeStamp = Math.floor(Date.now() / 1000);
    return { sequence: this.sequence, timeStamp, messageType: 0, code, replySequence: 0, error: 0 };
  }

  private take(payload: Uint8Array): void {
    const header = decodeHeader(payload);
    assert.ok(header, 'the server sent a record that is shorter than a header');
    const kind = header.messageType === 1 ? 'reply' : 'post';
    const { value, problems } = decodeMessage(payload, {
      code: header.code,
      kind,
      version: this.version,
      headerError: header.error,
    });
    const bodyError = typeof value.error === 'number' ? value.error : 0;
    const message: Received = {
      header,
      name: messageName(header.code, this.version),
      body: value,
      problems: problems.map(({ text }) => text),
      error: nameOfError(header.error || bodyError),
      bare: header.error !== 0,
    };
    this.received.push(message);
    if (kind === 'reply') {
      const answer = this.waiting.get(header.replySequence);
      this.waiting.delete(header.replySequence);
      answer?.(message);
    } else this.posts.push(message);
    this.wakeAll();
  }

  private wakeAll(): void {
    const sleepers = this.wake;
    this.wake = [];
    for (const wake of sleepers) wake();
  }
}

/** The digest of protocol facts: MD5 over password, zeros, challenge, zeros and password in 128 bytes. */
export function md5Digest(password: string, challenge: Uint8Array): Uint8Array {
  const secret = Buffer.from(password).subarray(0, 32);
  const message = Buffer.alloc(128);
  message.set(secret, 0);
  message.set(challenge, 64 - secret.length);
  message.set(secret, 128 - secret.length);
  return createHash('md5').update(message).digest();
}

const plain = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);

/** Rejects when `promise` takes too long. */
export async function within<T>(promise: Promise<T>, what: string, milliseconds = PATIENCE): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`waited too long for ${what}`)), Math.max(0, milliseconds));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
