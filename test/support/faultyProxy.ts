import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import {
  decodeHeader,
  decodeProper,
  encodeBody,
  encodeHeader,
  encodeMessage,
  ErrorCode,
  findCode,
  messageName,
  type BodyValue,
  type Header,
  type MessageName,
} from '../../src/protocol';
import { encodeRecord } from '../../src/xdr';
import { RecordCutter } from './recordCutter';

type ErrorName = keyof typeof ErrorCode;
export type Passing = 'request' | 'reply' | 'post';

/**
 * What happens to a message on its way. `cut`: both connections are reset in place of it; `cut-after`: behind it. `drop`: it
 * is lost. `delay`: it, and all behind it, come later. `twice`: a post comes once more. An error answers a request in
 * place of the server, which never sees it. `edit`: its body is another one. `inject`: behind it the server gets this
 * request without a body too, of which the DMA learns nothing.
 */
export type FaultAction =
  | 'cut'
  | 'cut-after'
  | 'drop'
  | 'twice'
  | { delay: number }
  | { error: ErrorName }
  | { edit: (body: BodyValue) => BodyValue }
  | { inject: MessageName };

export interface Fault {
  message: MessageName;
  /** By default the request. */
  way?: Passing;
  /** Times that the message passes unharmed before; default 0. */
  after?: number;
  /** How many are struck; default 1. */
  times?: number;
  action: FaultAction;
}

const KINDS: readonly Passing[] = ['request', 'reply'];
const VERSION = 4;
/** Sequence of injected requests: no DMA gets there. */
const FOREIGN = 0x7fff0000;

/** Stands between a DMA and an NDMP server, lets v4 messages pass, and does harm where it is told to. */
export class FaultyProxy {
  readonly faults: Fault[] = [];
  /** What has passed, or was to: 'NDMP_DATA_ABORT request'. */
  readonly seen: string[] = [];
  /** Called for each message before its fault. */
  passing: (name: string, way: Passing) => void = () => undefined;
  private readonly sockets = new Set<Socket>();
  private foreign = FOREIGN;
  private readonly counts = new Map<Fault, number>();

  private constructor(
    private readonly server: Server,
    private readonly target: number,
  ) {}

  static async start(target: number, ...faults: Fault[]): Promise<FaultyProxy> {
    const server = createServer();
    const proxy = new FaultyProxy(server, target);
    proxy.faults.push(...faults);
    server.on('connection', (socket) => proxy.join(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Breaks every connection and takes no more: the server is gone. */
  vanish(): void {
    this.server.close();
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  async stop(): Promise<void> {
    this.vanish();
    if (this.server.listening) await once(this.server, 'close');
  }

  private join(dma: Socket): void {
    const server = connect(this.target, '127.0.0.1');
    const breakOff = (): void => [dma, server].forEach((socket) => socket.resetAndDestroy());
    for (const [from, to] of [
      [dma, server],
      [server, dma],
    ]) {
      this.sockets.add(from);
      from.on('error', () => undefined).on('close', () => this.sockets.delete(from));
      from.on('end', () => to.end());
      from.on('close', () => to.destroy());
      const cutter = new RecordCutter();
      let before = Promise.resolve();
      from.on('data', (bytes: Buffer) => {
        for (const payload of cutter.push(bytes))
          before = before.then(() => this.pass(payload, from, to, breakOff)).catch(() => undefined);
      });
    }
  }

  private async pass(payload: Uint8Array, from: Socket, to: Socket, breakOff: () => void): Promise<void> {
    const header = decodeHeader(payload);
    if (!header) return;
    const isFromServer = from.remotePort === this.target;
    const way = isFromServer && header.messageType === 0 ? 'post' : KINDS[header.messageType];
    const name = messageName(header.code, VERSION);
    if (way === 'reply' && header.replySequence >= FOREIGN) return;
    this.seen.push(`${name} ${way}`);
    this.passing(name, way);
    const action = this.actionFor(name, way);
    if (action === 'drop') return;
    if (action === 'cut') return breakOff();
    if (typeof action === 'object' && 'delay' in action)
      await new Promise((resolve) => setTimeout(resolve, action.delay));
    if (typeof action === 'object' && 'error' in action)
      return void from.write(encodeRecord(refusalOf(header.sequence, header.code, action.error)));
    const isEdit = typeof action === 'object' && 'edit' in action;
    to.write(encodeRecord(isEdit ? edited(payload, header, way, action.edit) : payload));
    if (typeof action === 'object' && 'inject' in action)
      to.write(encodeRecord(injected(action.inject, this.foreign++)));
    if (action === 'twice') to.write(encodeRecord(payload));
    if (action === 'cut-after') to.write('', breakOff);
  }

  private actionFor(name: string, way: Passing): FaultAction | undefined {
    for (const fault of this.faults) {
      if (fault.message !== name || (fault.way ?? 'request') !== way) continue;
      const { after = 0, times = 1, action } = fault;
      const count = this.counts.get(fault) ?? 0;
      this.counts.set(fault, count + 1);
      if (count >= after && count < after + times) return action;
    }
    return undefined;
  }
}

function edited(payload: Uint8Array, header: Header, way: Passing, edit: (body: BodyValue) => BodyValue): Uint8Array {
  const context = { code: header.code, kind: way, version: VERSION, headerError: header.error } as const;
  const body = decodeProper(payload, context);
  return body ? encodeMessage(header, edit(body), context) : payload;
}

function injected(name: MessageName, sequence: number): Uint8Array {
  const code = findCode(name) ?? 0;
  return encodeHeader({ sequence, timeStamp: 0, messageType: 0, code, replySequence: 0, error: 0 });
}

/** The reply of a server that refuses. */
function refusalOf(replySequence: number, code: number, error: ErrorName): Uint8Array {
  const header = encodeHeader({ sequence: 1, timeStamp: 0, messageType: 1, code, replySequence, error: 0 });
  return Buffer.concat([header, encodeBody(code, VERSION, 'reply', { error: ErrorCode[error] })]);
}
