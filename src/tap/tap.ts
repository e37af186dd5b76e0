import { connect, createServer, isIP, type AddressInfo, type Server, type Socket } from 'node:net';
import { AllowedClients } from './allowed';
import { preciseNow } from './clock';
import { Link } from './forward/link';
import type { HostAndPort, TapOptions } from './options';
import { Rates } from './rates';
import type { ConnectionStatus, EachWay, TapStatus } from './status';

const CONNECTIONS = 500;
const CONNECT_SECONDS = 30;
/** Closed connections and warnings that the status still tells of. */
const REMEMBERED = 50;

/** Listens, and leads every connection on to the target. */
export class Tap {
  private readonly servers: Server[] = [];
  private readonly links = new Map<number, Link>();
  private readonly past: ConnectionStatus[] = [];
  private readonly waiting = new Set<Socket>();
  private readonly warnings: string[] = [];
  private readonly since = preciseNow();
  private readonly pastBytes: EachWay = { toTarget: 0, toClient: 0 };
  private readonly rates = new Rates(() => this.total());
  private readonly allowed: AllowedClients;
  private count = 0;
  private forgotten = 0;
  private refused = 0;

  private constructor(readonly options: TapOptions) {
    this.allowed = new AllowedClients(options.allow);
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

  /** Where it listens, in the order of the options. */
  get addresses(): HostAndPort[] {
    return this.servers.map((server) => {
      const { address, port } = server.address() as AddressInfo;
      return { host: address, port };
    });
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
      },
      refused: this.refused,
      rate: this.rates.now(),
      connections: [...this.past, ...[...this.links.values()].map((link) => link.status())],
      forgotten: this.forgotten,
      rewriting: false,
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

  warn(text: string): void {
    this.warnings.push(text);
    if (this.warnings.length > REMEMBERED) this.warnings.shift();
    this.options.watcher?.warning?.(text);
  }

  /** Takes no more connections, breaks those off that are there, and ends the recording. */
  async stop(): Promise<void> {
    this.rates.stop();
    const closed = this.servers.map((server) => new Promise((resolve) => server.close(resolve)));
    for (const socket of this.waiting) socket.destroy();
    for (const link of this.links.values()) link.cut('rst', 'the tap stopped');
    await Promise.all(closed);
    await this.options.recording?.close();
  }

  private async listen({ host, port }: HostAndPort): Promise<void> {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (socket) =>
      this.join(socket),
    );
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        server.on('error', (error) => this.warn(`A client could not be taken: ${error.message}.`));
        resolve();
      });
    });
    this.servers.push(server);
  }

  /** A client has come. */
  private join(client: Socket): void {
    const from = { address: plainAddress(client.remoteAddress), port: client.remotePort ?? 0 };
    client.on('error', () => undefined);
    if (client.remoteAddress === undefined) return void client.destroy();
    const name = addressText({ host: from.address, port: from.port });
    const why = this.objection(from.address);
    if (why !== undefined) return this.refuse(client, name, why);
    this.waiting.add(client);
    const { target } = this.options;
    const socket = connect({ ...target, allowHalfOpen: true, noDelay: true, timeout: CONNECT_SECONDS * 1000 });
    const failed = (why: string): void => {
      socket.destroy();
      this.waiting.delete(client);
      this.refuse(client, name, `the target ${addressText(target)} ${why}`);
    };
    const onError = (error: Error): void => failed(whyUnreachable(error));
    const onTimeout = (): void => failed(`did not answer within ${CONNECT_SECONDS} seconds`);
    client.once('close', () => socket.connecting && socket.destroy());
    socket.once('error', onError);
    socket.once('timeout', onTimeout);
    socket.once('connect', () => {
      socket.off('error', onError);
      socket.off('timeout', onTimeout);
      socket.setTimeout(0);
      this.waiting.delete(client);
      this.joined(client, socket);
    });
  }

  private joined(client: Socket, target: Socket): void {
    const { recording, faults, watcher } = this.options;
    const addresses = {
      client: { address: plainAddress(client.remoteAddress), port: client.remotePort ?? 0 },
      target: { address: plainAddress(target.remoteAddress), port: target.remotePort ?? 0 },
    };
    for (const socket of [client, target]) socket.setKeepAlive(true, 60_000);
    const link = new Link({
      id: ++this.count,
      client: { socket: client, raw: client },
      target: { socket: target, raw: target },
      addresses,
      names: { client: nameOf(addresses.client), target: nameOf(addresses.target) },
      kind: 'unknown',
      tls: {},
      gate: faults,
      recorded: recording?.connection(addresses.client, addresses.target),
      seen: (message) => watcher?.message?.(message),
      closed: (each) => this.leave(each),
    });
    this.links.set(link.id, link);
    watcher?.opened?.(link.status());
    client.resume();
  }

  private leave(link: Link): void {
    this.links.delete(link.id);
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

  private refuse(client: Socket, name: string, why: string): void {
    this.refused++;
    client.resetAndDestroy();
    this.options.watcher?.refused?.(name, why);
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

function whyUnreachable(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ECONNREFUSED':
      return 'refuses connections: nothing listens there';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'is no name that is known';
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'cannot be reached';
    default:
      return `cannot be connected to: ${error.message}`;
  }
}
