import { createServer, isIPv6, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Certificate, TrafficRecorder } from '../transport';
import { createDataEngine, type DataEngine } from './data/engine/engine';
import { DEFAULT_LIMITS, type ServerLimits } from './limits';
import type { ServerLog } from './log';
import { ControlSession } from './session/controlSession';
import type { Endpoint } from './session/session';
import type { ServedSystem } from './system';

/** An address to listen on. */
export interface ListenAddress {
  host: string;
  /** 0: any free one. */
  port: number;
  /** TLS from the first byte (ndmps). */
  secure?: boolean;
}

export interface ServerOptions {
  system: ServedSystem;
  listen: readonly ListenAddress[];
  limits?: Partial<ServerLimits>;
  /** Needed for secure addresses. */
  certificate?: Certificate;
  log: ServerLog;
  /** Records every control connection. */
  recorder?: TrafficRecorder;
  /** Numbers for control connections, where several servers share devices, which tell their users apart by them. */
  nextId?: () => number;
}

/** A server that listens. */
export interface NdmpServer {
  /** Where it listens, in the order of the options, with the ports that were taken. */
  readonly addresses: readonly (ListenAddress & { host: string })[];
  /** Control connections at present. */
  readonly connections: number;
  /**
   * Takes no more connections, tells the clients, and settles when all are closed; what is still open after the grace
   * is cut off.
   * @param graceSeconds for operations under way; 0 ends them at once
   */
  stop(graceSeconds?: number): Promise<void>;
}

/** Starts to listen. Rejects with Node's error (EADDRINUSE, EACCES, EADDRNOTAVAIL) when an address cannot be had. */
export async function startServer(options: ServerOptions): Promise<NdmpServer> {
  const server = new RunningServer(options);
  try {
    for (const address of options.listen) await server.listen(address);
  } catch (error) {
    await server.stop(0);
    throw error;
  }
  return server;
}

/** Seconds that a TLS handshake may take. */
const HANDSHAKE_SECONDS = 20;

class RunningServer implements NdmpServer {
  readonly addresses: ListenAddress[] = [];
  private readonly listeners: Server[] = [];
  /** Every open socket, greeted or not, with its session. */
  private readonly open = new Map<Socket, ControlSession | undefined>();
  private readonly limits: ServerLimits;
  private readonly engine: DataEngine;
  private readonly emptied: (() => void)[] = [];
  private lastId = 0;
  private isStopping = false;

  constructor(private readonly options: ServerOptions) {
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.engine = createDataEngine({ limits: this.limits, log: options.log });
  }

  get connections(): number {
    return this.open.size;
  }

  async listen({ host, port, secure = false }: ListenAddress): Promise<void> {
    const listener = secure
      ? this.secureListener()
      : createServer({ allowHalfOpen: true }, (socket) => this.accept(socket, false));
    listener.maxConnections = this.limits.connections;
    listener.on('drop', (dropped) => {
      const from = dropped?.remoteAddress ?? 'somewhere';
      this.options.log.write('warning', `a connection from ${from} was dropped: ${this.limits.connections} are open`);
    });
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject);
      listener.listen({ host, port, exclusive: true }, () => {
        listener.off('error', reject);
        listener.on('error', (error) => this.options.log.write('error', `listening failed: ${error.message}`));
        resolve();
      });
    });
    this.listeners.push(listener);
    this.addresses.push({ host, port: (listener.address() as AddressInfo).port, secure });
  }

  async stop(graceSeconds = 0): Promise<void> {
    this.isStopping = true;
    for (const listener of this.listeners) listener.close();
    await this.waitUntilIdle(graceSeconds);
    for (const [socket, session] of this.open) {
      if (session) session.shutDown('the server is stopping');
      else socket.destroy();
    }
    const cut = setTimeout(() => {
      for (const socket of this.open.keys()) socket.destroy();
    }, 1000);
    while (this.open.size > 0) await new Promise<void>((resolve) => this.emptied.push(resolve));
    clearTimeout(cut);
    await this.engine.close();
  }

  /** Operations under way get their time. */
  private async waitUntilIdle(graceSeconds: number): Promise<void> {
    const end = Date.now() + graceSeconds * 1000;
    while (Date.now() < end && [...this.open.values()].some((session) => session?.isWorking))
      await new Promise((resolve) => setTimeout(resolve, 100));
  }

  private secureListener(): Server {
    const { certificate } = this.options;
    if (!certificate) throw new Error('a secure address needs a certificate');
    const { cert, key } = certificate;
    const listener = createTlsServer({
      cert,
      key,
      minVersion: 'TLSv1.2',
      handshakeTimeout: HANDSHAKE_SECONDS * 1000,
      allowHalfOpen: true,
    });
    listener.on('secureConnection', (socket) => this.accept(socket, true));
    listener.on('tlsClientError', (error, socket) => {
      this.options.log.write('warning', `no TLS with ${socket.remoteAddress ?? 'a client'}: ${error.message}`);
      socket.destroy();
    });
    return listener;
  }

  private accept(socket: Socket, secure: boolean): void {
    const client = endpoint(socket.remoteAddress, socket.remotePort);
    const server = endpoint(socket.localAddress, socket.localPort);
    if (client === undefined || server === undefined || this.isStopping) {
      socket.destroy();
      return;
    }
    const id = this.options.nextId?.() ?? ++this.lastId;
    const log = this.options.log.child(`[${id}] `);
    // each listener counts its own alone
    if (this.open.size >= this.limits.connections) {
      log.write('warning', `a connection from ${client.address} was dropped: ${this.limits.connections} are open`);
      socket.destroy();
      return;
    }
    if (this.countFrom(client.address) >= this.limits.connectionsPerAddress) {
      log.write('warning', `${client.address} has ${this.limits.connectionsPerAddress} connections already: dropped`);
      socket.destroy();
      return;
    }
    this.open.set(socket, undefined);
    socket.on('close', () => {
      if (this.open.get(socket) === undefined) this.forget(socket);
    });
    log.write('info', `connection from ${client.address}:${client.port} to ${server.address}:${server.port}`);
    const { system, recorder } = this.options;
    const ended = (): void => this.forget(socket);
    const session = ControlSession.start({
      socket,
      id,
      client,
      server,
      secure,
      system,
      limits: this.limits,
      log,
      engine: this.engine,
      recorder,
      ended,
    });
    if (session) this.open.set(socket, session);
  }

  private forget(socket: Socket): void {
    this.open.delete(socket);
    for (const resolve of this.emptied.splice(0)) resolve();
  }

  private countFrom(address: string): number {
    let count = 0;
    for (const socket of this.open.keys()) {
      if (endpoint(socket.remoteAddress, socket.remotePort)?.address === address) count++;
    }
    return count;
  }
}

/** An IPv4 address that came over an IPv6 socket is written as IPv4. */
function endpoint(address: string | undefined, port: number | undefined): Endpoint | undefined {
  if (address === undefined || port === undefined) return undefined;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  return { address: mapped && isIPv6(address) ? mapped[1] : address, port };
}
