import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import {
  decodeHeader,
  decodeMessage,
  encodeBody,
  ErrorCode,
  findCode,
  messageName,
  type BodyValue,
  type MessageName,
  type NdmpVersion,
} from '../../src/protocol';
import { ControlConnection } from '../../src/transport';

type ErrorName = keyof typeof ErrorCode;

/** What a fake server does with a request: a body to reply with, an error, or nothing at all. */
export type FakeAnswer = BodyValue | { headerError: ErrorName } | { raw: Uint8Array } | 'silence' | 'hang up';

export interface FakeOptions {
  /** What it announces in the greeting; undefined: it does not greet. */
  version?: number;
  /** Reason of the greeting: 0 connected, 2 refused. */
  reason?: number;
  /** Answers by request; what is not in it is answered with NO_ERR and empty fields. */
  answers?: Partial<Record<MessageName, (body: BodyValue, connection: FakeConnection) => FakeAnswer>>;
  /** Called before anything is sent. */
  accepted?: (socket: Socket) => void;
}

export interface FakeConnection {
  readonly socket: Socket;
  /** Requests by name, in order. */
  readonly requests: string[];
  /** What is spoken; CONNECT_OPEN sets it. */
  version: NdmpVersion;
  post(name: MessageName, body?: BodyValue): void;
}

/** An NDMP server that does what a test says, well-behaved or not. Greets, and answers NO_ERR to everything, by default. */
export class FakeServer {
  readonly connections: FakeConnection[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async start(options: FakeOptions = {}): Promise<FakeServer> {
    const server = createServer();
    const fake = new FakeServer(server);
    server.on('connection', (socket) => fake.accept(socket, options));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return fake;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Names of all requests of all connections. */
  get requests(): string[] {
    return this.connections.flatMap((connection) => connection.requests);
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private accept(socket: Socket, options: FakeOptions): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
    options.accepted?.(socket);
    const control: ControlConnection = new ControlConnection(
      socket,
      { record: (payload) => this.serve(payload, control, connection, options), closed: () => undefined },
      { recordBytes: 1 << 20, recordSeconds: 10 },
    );
    const connection: FakeConnection = {
      socket,
      requests: [],
      version: 4,
      post: (name, body = {}) => {
        const code = codeOf(name);
        control.send({ code, messageType: 0, body: encodeBody(code, connection.version, 'post', body) });
      },
    };
    this.connections.push(connection);
    const { version, reason = 0 } = { version: 4, ...options };
    if (version !== undefined)
      connection.post('NDMP_NOTIFY_CONNECTION_STATUS', { reason, protocol_version: version, text_reason: 'Hello' });
  }

  private serve(
    payload: Uint8Array,
    control: ControlConnection,
    connection: FakeConnection,
    { answers = {} }: FakeOptions,
  ): void {
    const header = decodeHeader(payload);
    if (!header) return;
    const { code, sequence: replySequence } = header;
    const name = messageName(code, connection.version) as MessageName;
    connection.requests.push(name);
    if (name === 'NDMP_CONNECT_CLOSE') return control.end();
    const context = { code, kind: 'request', version: connection.version, headerError: 0 } as const;
    const { value } = decodeMessage(payload, context);
    const answer = answers[name]?.(value, connection) ?? {};
    if (answer === 'silence') return;
    if (answer === 'hang up') return void connection.socket.destroy();
    if (isHeaderError(answer)) {
      control.send({ code, messageType: 1, replySequence, error: ErrorCode[answer.headerError] });
      return;
    }
    const body =
      'raw' in answer && answer.raw instanceof Uint8Array
        ? answer.raw
        : encodeBody(code, connection.version, 'reply', answer);
    control.send({ code, messageType: 1, replySequence, body });
    if (name === 'NDMP_CONNECT_OPEN' && (answer as BodyValue).error === undefined)
      connection.version = value.protocol_version as NdmpVersion;
  }
}

function isHeaderError(answer: FakeAnswer): answer is { headerError: ErrorName } {
  return typeof answer === 'object' && 'headerError' in answer;
}

function codeOf(name: MessageName): number {
  const code = findCode(name);
  if (code === undefined) throw new Error(name);
  return code;
}

/** A reply that says no. */
export function refused(error: ErrorName): BodyValue {
  return { error: ErrorCode[error] };
}
