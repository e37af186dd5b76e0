import { ErrorCode } from '../../protocol';
import type { Certificate, TrafficRecorder } from '../../transport';
import { RequestFailure } from '../failure';
import type { ServerLimits } from '../limits';
import type { ServerLog } from '../log';
import { startServer, type ListenAddress, type NdmpServer } from '../server';
import type { LifAddress } from './addresses';
import type { ServedSystem } from '../system';
import type { LabLif } from './model';
import { LAB_PROFILE } from './profile';
import { LabView } from './view';
import type { LabWorld } from './world';

export interface LifServerOptions {
  world: LabWorld;
  addresses: ReadonlyMap<string, LifAddress>;
  /** Port of ndmps at every LIF with an address of its own; undefined: no TLS. */
  securePort: number | undefined;
  certificate: Certificate | undefined;
  limits: Partial<ServerLimits>;
  recorder: TrafficRecorder | undefined;
  log: ServerLog;
}

/** A server for each LIF, so that one that goes takes its sessions with it, and no others. */
export class LifServers {
  private readonly running = new Map<string, NdmpServer>();
  private readonly taken = new Map<string, ListenAddress[]>();
  private turn: Promise<void> = Promise.resolve();

  constructor(private readonly options: LifServerOptions) {}

  /** Listens at all LIFs whose nodes are up. Rejects with Node's error when an address cannot be had. */
  async startAll(lifs: readonly LabLif[]): Promise<void> {
    for (const lif of lifs) await this.start(lif);
  }

  /** Cuts a LIF's sessions off and listens again where its node is up. */
  restart(lif: LabLif): Promise<void> {
    this.turn = this.turn.then(async () => {
      await this.stop(lif.name);
      await this.start(lif).catch((error: Error) =>
        this.options.log.write('error', `LIF ${lif.name} cannot listen again: ${error.message}`),
      );
    });
    return this.turn;
  }

  async stopAll(graceSeconds: number): Promise<void> {
    await this.turn;
    await Promise.all([...this.running.values()].map((server) => server.stop(graceSeconds)));
    this.running.clear();
  }

  /** Where a LIF listens or listened; empty before the first start. */
  addressesOf(lif: string): readonly ListenAddress[] {
    return this.taken.get(lif) ?? [];
  }

  private async start(lif: LabLif): Promise<void> {
    const { world, limits, certificate, recorder, log } = this.options;
    if (world.cluster.hostOf(lif) === undefined) return;
    const system: ServedSystem = {
      connect: (connection) => {
        const { sessions, limits } = world;
        if (sessions.count >= limits.sessions)
          return new RequestFailure(ErrorCode.NOT_AUTHORIZED, LAB_PROFILE.texts.tooManySessions(limits.sessions));
        return new LabView(world, lif, connection);
      },
    };
    const listen = this.taken.get(lif.name) ?? this.wanted(lif);
    const server = await startServer({
      system,
      listen,
      limits,
      certificate,
      recorder,
      log: log.child(`${lif.name} `),
      nextId: () => world.sessions.nextId(),
    });
    this.running.set(lif.name, server);
    this.taken.set(lif.name, [...server.addresses]);
  }

  private async stop(lif: string): Promise<void> {
    const server = this.running.get(lif);
    this.running.delete(lif);
    await server?.stop(0);
  }

  private wanted(lif: LabLif): ListenAddress[] {
    const { addresses, securePort, world } = this.options;
    const address = addresses.get(lif.name) ?? { host: '127.0.0.1', port: 0 };
    const listen: ListenAddress[] = [address];
    // IPv6 has one loopback address, which is the cluster's
    if (lif.type === 'cluster-management' && world.hasIpv6) listen.push({ host: '::1', port: address.port });
    if (securePort !== undefined)
      listen.push({ host: address.host, port: this.securePortOf(address, securePort), secure: true });
    return listen;
  }

  /** LIFs that share an address have ports one after the other. */
  private securePortOf({ host }: LifAddress, port: number): number {
    const sharing = [...this.options.addresses.values()].filter((each) => each.host === host).length > 1;
    return sharing && port !== 0 ? port + this.taken.size : port;
  }
}
