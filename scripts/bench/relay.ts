import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { decodeHeader, messageName } from '../../src/protocol';
import { RecordCutter } from '../../test/support/recordCutter';

const VERSION = 4;

/** A message that passed. */
export interface Seen {
  name: string;
  way: 'request' | 'reply' | 'post';
  /** Milliseconds by performance.now(). */
  at: number;
}

/** Forwards the bytes of control connections as they come, and notes behind that which messages they were. */
export class ObservingRelay {
  /** What has passed since it was emptied last. */
  readonly seen: Seen[] = [];

  private constructor(
    private readonly server: Server,
    private readonly target: number,
  ) {}

  static async start(target: number): Promise<ObservingRelay> {
    const server = createServer({ noDelay: true });
    const relay = new ObservingRelay(server, target);
    server.on('connection', (socket) => relay.join(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return relay;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server.close();
    await once(this.server, 'close');
  }

  private join(dma: Socket): void {
    const server = connect({ port: this.target, host: '127.0.0.1', noDelay: true });
    this.forward(dma, server, false);
    this.forward(server, dma, true);
  }

  private forward(from: Socket, to: Socket, isFromServer: boolean): void {
    const cutter = new RecordCutter();
    from.on('data', (bytes: Buffer) => {
      if (!to.write(bytes)) {
        from.pause();
        to.once('drain', () => from.resume());
      }
      const at = performance.now();
      for (const payload of cutter.push(bytes)) this.note(payload, isFromServer, at);
    });
    from.on('error', () => undefined);
    from.on('end', () => to.end());
    from.on('close', () => to.destroy());
  }

  private note(payload: Uint8Array, isFromServer: boolean, at: number): void {
    const header = decodeHeader(payload);
    if (!header) return;
    const way = header.messageType === 1 ? 'reply' : isFromServer ? 'post' : 'request';
    this.seen.push({ name: messageName(header.code, VERSION), way, at });
  }
}
