import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { TapOptions } from '../../src/tap/options';
import { TapRecording, type RecordingOptions } from '../../src/tap/recording/recording';
import { Tap } from '../../src/tap/tap';

const PATIENCE = 20_000;

/** Waits until something is so. */
export async function until(isSo: () => boolean, what: string, state: () => unknown = () => ''): Promise<void> {
  const end = Date.now() + PATIENCE;
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`in vain: ${what} ${inspect(state(), { depth: 5 })}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Taps, servers and sockets of a test, all gone behind it. */
export class TapBench {
  readonly folder = mkdtempSync(join(tmpdir(), 'ndmp-tap-'));
  readonly warnings: string[] = [];
  readonly refused: string[] = [];
  private readonly taps: Tap[] = [];
  private readonly servers: Server[] = [];
  private readonly sockets = new Set<Socket>();

  /** A server that hands its connections to `serve`. */
  async server(serve: (socket: Socket) => void): Promise<number> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.keep(socket);
      serve(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.servers.push(server);
    return (server.address() as AddressInfo).port;
  }

  async tap(port: number, options: Partial<TapOptions> = {}): Promise<Tap> {
    const tap = await Tap.start({
      listen: [{ host: '127.0.0.1', port: 0 }],
      target: { host: '127.0.0.1', port },
      watcher: {
        warning: (text) => this.warnings.push(text),
        refused: (client, why) => this.refused.push(why),
      },
      ...options,
    });
    this.taps.push(tap);
    return tap;
  }

  recording(options: Partial<RecordingOptions> = {}): TapRecording {
    return new TapRecording({
      path: join(this.folder, 'recording.pcapng'),
      comment: 'A test.',
      data: 'headers',
      keepPasswords: false,
      warn: (text) => this.warnings.push(text),
      ...options,
    });
  }

  /** Ends a tap, so that all of its recording is in the file. */
  async recorded(tap: Tap): Promise<void> {
    await until(
      () => tap.status().connections.every(({ closed }) => closed !== undefined),
      'all connections are closed',
    );
    await tap.stop();
  }

  /** A client that is connected. */
  async dial(tap: Tap | number): Promise<Socket> {
    const port = typeof tap === 'number' ? tap : tap.addresses[0].port;
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    this.keep(socket);
    await once(socket, 'connect');
    return socket;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    for (const server of this.servers) server.close();
    await Promise.all(this.taps.map((tap) => tap.stop()));
    rmSync(this.folder, { recursive: true, force: true });
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
  }
}

/** A random but repeatable lot of bytes. */
export function noise(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed >>> 0 || 1;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}
