import { createServer, isIP, type AddressInfo, type Server, type Socket } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { SocketAddress } from '../transport/dataAddress';
import { messageOf } from '../transport/messageOf';
import { AllowedClients } from './allowed';
import { preciseNow } from './clock';
import { reset, type End } from './forward/end';
import { Link } from './forward/link';
import { agreedOn, connectTarget, HopFailure, secureClient, secureTarget } from './hops';
import type { ConnectionKind, Mark } from './model';
import type { HostAndPort, ListenAddress, TapOptions, TargetTls } from './options';
import { Rates } from './rates';
import { Doors } from './rewrite/doors';
import { AddressRewriter } from './rewrite/rewriter';
import type { ConnectionStatus, EachWay, TapStatus } from './status';

const CONNECTIONS = 500;
/** Closed connections and warnings that the status still tells of. */
const REMEMBERED = 50;

/** Listens, and leads every connection on to the target. */
export class Tap {
  /** Where it listens, in the order of the options. */
  readonly addresses: HostAndPort[] = [];
  private readonly servers: Server[] = [];
  private readonly links = new Map<number, Link>();
  private readonly past: ConnectionStatus[] = [];
  private readonly waiting = new Set<Socket>();
  private readonly warnings: string[] = [];
  private readonly since = preciseNow();
  private readonly pastBytes: EachWay = { toTarget: 0, toClient: 0 };
  private readonly rates = new Rates(() => this.total());
  private readonly allowed: AllowedClients;
  private readonly doors: Doors;
  private readonly rewriter: AddressRewriter | undefined;
  private readonly stopping = new AbortController();
  private count = 0;
  private forgotten = 0;
  private refused = 0;

  private constructor(readonly options: TapOptions) {
    this.allowed = new AllowedClients(options.allow);
    const warn = (text: string): void => this.warn(text);
    this.doors = new Doors((socket, there) => this.enter(socket, there), warn);
    this.rewriter = options.rewrite && new AddressRewriter(this.doors, options.rewrite.own, warn);
  }

  /** Listens on all addresses. @throws Node's error when one of them cannot be listened on; Error for a wrong network */
  static async start(options: TapOptions): Promise<Tap> {
    const tap = new Tap(options);
    try {
      for (const address of options.listen) await tap.listen(address);
    } catch (error) {
      await tap.stop();
      throw error;
    }
    return tap;
  }

  status(): TapStatus {
    const { recording, faults } = this.options;
    return {
      listen: this.addresses.map(addressText),
      target: addressText(this.options.target),
      since: this.since,
      recording: recording && {
        path: recording.path,
        bytes: recording.bytes,
        files: [...recording.files],
        isOpen: recording.isOpen,
        hasFailed: recording.hasFailed,
      },
      refused: this.refused,
      rate: this.rates.now(),
      connections: [...this.past, ...[...this.links.values()].map((link) => link.status())],
      forgotten: this.forgotten,
      rewriting: this.rewriter !== undefined,
      faults: faults?.list() ?? [],
      warnings: [...this.warnings],
    };
  }

  /** Cuts a connection. @returns whether there is one of that number */
  cut(id: number, how: 'fin' | 'rst'): boolean {
    const link = this.links.get(id);
    link?.cut(how, 'cut by hand');
    return link !== undefined;
  }

  /** Notes what was done to a connection and to no message of it. */
  mark({ connection, text }: Mark): void {
    this.links.get(connection)?.note(text);
    this.options.watcher?.noted?.(connection, text);
  }

  warn(text: string): void {
    this.warnings.push(text);
    if (this.warnings.length > REMEMBERED) this.warnings.shift();
    this.options.watcher?.warning?.(text);
  }

  /** Takes no more connections, breaks those off that are there, and ends the recording. */
  async stop(): Promise<void> {
    this.rates.stop();
    const closed = this.servers.map((server) => new Promise((resolve) => server.close(resolve)));
    this.stopping.abort();
    for (const socket of this.waiting) socket.destroy();
    this.doors.closeAll();
    for (const link of this.links.values()) link.cut('rst', 'the tap stopped');
    await Promise.all(closed);
    await this.options.recording?.close();
  }

  private async listen({ host, port, secure }: ListenAddress): Promise<void> {
    const { certificate } = this.options;
    const context = secure ? createSecureContext({ ...certificate, minVersion: 'TLSv1.2' }) : undefined;
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (socket) => {
      void this.join(socket, context);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        server.on('error', (error) => this.warn(`A client could not be taken: ${error.message}.`));
        resolve();
      });
    });
    const bound = server.address() as AddressInfo;
    this.addresses.push({ host: bound.address, port: bound.port });
    this.servers.push(server);
  }

  /** A client has come. Never rejects. */
  private async join(raw: Socket, context: SecureContext | undefined): Promise<void> {
    raw.on('error', () => undefined);
    if (raw.remoteAddress === undefined) return void raw.destroy();
    const from = addressOf(raw);
    const why = this.objection(from.address);
    if (why !== undefined) return this.refuse(raw, from, why);
    const { target, targetTls } = this.options;
    const { signal } = this.stopping;
    this.waiting.add(raw);
    try {
      const client = context ? await secureClient(raw, context, signal) : raw;
      const there = await this.toTarget(target, targetTls);
      if (raw.destroyed || client.destroyed) return reset(there);
      this.joined({ socket: client, raw }, there, from, 'unknown');
    } catch (problem) {
      this.refuse(raw, from, messageOf(problem));
    } finally {
      this.waiting.delete(raw);
    }
  }

  private async toTarget(target: HostAndPort, tls: TargetTls | undefined): Promise<End> {
    const { signal } = this.stopping;
    try {
      const raw = await connectTarget(target, signal);
      return { raw, socket: tls ? await secureTarget(raw, target.host, tls, signal) : raw };
    } catch (problem) {
      throw new HopFailure(`the target ${addressText(target)} ${messageOf(problem)}`);
    }
  }

  private joined(client: End, target: End, from: SocketAddress, kind: ConnectionKind): void {
    const { recording, faults, watcher } = this.options;
    const { rewriter } = this;
    const near = plainAddress(target.raw.localAddress);
    const addresses = { client: from, target: addressOf(target.raw) };
    for (const { raw } of [client, target]) raw.setKeepAlive(true, 60_000);
    const link = new Link({
      id: ++this.count,
      client,
      target,
      names: { client: nameOf(addresses.client), target: nameOf(addresses.target) },
      targetAddress: addresses.target.address,
      kind,
      tls: { client: agreedOn(client), target: agreedOn(target) },
      gate: faults,
      rewrite: rewriter && ((link, record) => rewriter.rewrite({ id: link.id, version: link.version, near }, record)),
      recorded: recording?.connection(addresses.client, addresses.target),
      seen: (message) => watcher?.message?.(message),
      closed: (each) => this.leave(each),
    });
    this.links.set(link.id, link);
    watcher?.opened?.(link.status());
    client.socket.resume();
  }

  /** Somebody has come to a port that stands for the address of a data connection. */
  private enter(raw: Socket, there: SocketAddress): boolean {
    if (raw.remoteAddress === undefined) return false;
    const from = addressOf(raw);
    const isTarget = [...this.links.values()].some((link) => link.targetAddress === from.address);
    const why = isTarget ? undefined : this.objection(from.address);
    if (why !== undefined) {
      this.refuse(raw, from, `its data connection: ${why}`);
      return false;
    }
    void this.joinData(raw, from, { host: there.address, port: there.port });
    return true;
  }

  private async joinData(raw: Socket, from: SocketAddress, there: HostAndPort): Promise<void> {
    this.waiting.add(raw);
    try {
      const target = await this.toTarget(there, undefined);
      if (raw.destroyed) return reset(target);
      this.joined({ socket: raw, raw }, target, from, 'data');
    } catch (problem) {
      this.refuse(raw, from, `its data connection: ${messageOf(problem)}`);
    } finally {
      this.waiting.delete(raw);
    }
  }

  private leave(link: Link): void {
    this.links.delete(link.id);
    this.doors.closeOf(link.id);
    this.options.faults?.closed(link.id);
    const status = link.status();
    this.pastBytes.toTarget += status.bytes.toTarget;
    this.pastBytes.toClient += status.bytes.toClient;
    this.past.push(status);
    if (this.past.length > REMEMBERED) {
      this.past.shift();
      this.forgotten++;
    }
    this.options.watcher?.closed?.(status);
  }

  private objection(address: string): string | undefined {
    const { connections = CONNECTIONS } = this.options;
    if (!this.allowed.has(address)) return 'it is not among the clients that are allowed';
    if (this.links.size + this.waiting.size >= connections) return `${connections} connections are open already`;
    return undefined;
  }

  private refuse(client: Socket, from: SocketAddress, why: string): void {
    this.refused++;
    client.resetAndDestroy();
    this.options.watcher?.refused?.(nameOf(from), why);
  }

  private total(): EachWay {
    let { toTarget, toClient } = this.pastBytes;
    for (const { bytes } of this.links.values()) {
      toTarget += bytes.client;
      toClient += bytes.target;
    }
    return { toTarget, toClient };
  }
}

/** 'HOST:PORT', IPv6 addresses in brackets. */
export function addressText({ host, port }: HostAndPort): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

function nameOf({ address, port }: { address: string; port: number }): string {
  return addressText({ host: address, port });
}

function plainAddress(address = ''): string {
  return address.replace(/^::ffff:(?=\d+\.)/, '');
}

/** The other side of a connection. */
function addressOf({ remoteAddress = '', remotePort = 0 }: Socket): SocketAddress {
  return { address: plainAddress(remoteAddress), port: remotePort };
}
