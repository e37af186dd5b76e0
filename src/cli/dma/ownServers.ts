import { networkInterfaces } from 'node:os';
import type { OwnServer } from '../../dma/connection/connector';
import type { ServerBook, ServerDefinition } from '../../dma/servers/model';
import { isInNetworks } from '../../dma/servers/networks';
import type { ServerLog } from '../../server/log';
import { startOwnTapeServer, type OwnTapeServer } from './ownTapeServer';

/** The servers that are this very machine: each is started when the first run needs it. */
export class OwnServers {
  private readonly started = new Map<string, Promise<OwnTapeServer>>();

  constructor(
    private readonly book: ServerBook,
    private readonly warn: (text: string) => void,
  ) {}

  /** @throws DmaFailure that names the library or device and says what to do */
  async start(definition: ServerDefinition): Promise<OwnServer> {
    const { name, thisMachine } = definition;
    if (!thisMachine) return { definition, password: '' };
    const starting =
      this.started.get(name) ??
      startOwnTapeServer({ name, drives: thisMachine, log: this.log(), dataAddresses: this.dataAddresses(definition) });
    this.started.set(name, starting);
    try {
      const { host, port, user, password } = await starting;
      return { definition: { ...definition, host, port, user, addresses: [], tls: undefined, auth: 'md5' }, password };
    } catch (error) {
      this.started.delete(name);
      throw error;
    }
  }

  async stop(): Promise<void> {
    for (const starting of this.started.values()) await (await starting.catch(() => undefined))?.stop();
  }

  /**
   * Where its mover can be reached: at the addresses that the user names; else at those that lie in its data networks;
   * else, when all servers are on this machine, on loopback alone; else at all addresses of this machine.
   */
  private dataAddresses({ addresses, dataNetworks }: ServerDefinition): string[] {
    if (addresses.length > 0) return [...addresses];
    const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    const chosen = all.filter(({ address }) => isInNetworks(address, dataNetworks));
    if (chosen.length > 0) return chosen.map(({ address }) => address);
    const isAlone = this.book.all.every(
      ({ host, thisMachine }) => thisMachine || /^(127\.|localhost$|::1$)/.test(host),
    );
    const outer = all.filter(({ internal, address }) => !internal && !address.startsWith('fe80:'));
    return isAlone ? [] : outer.map(({ address }) => address);
  }

  private log(): ServerLog {
    return {
      write: (level, text) => {
        if (level === 'error') this.warn(text);
      },
      child: () => this.log(),
    };
  }
}
