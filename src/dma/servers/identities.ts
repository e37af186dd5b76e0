import { escapeText } from '../../protocol';
import type { Catalog } from '../catalog/model';
import { DmaFailure } from '../connection/failures';
import { identityOf, type HostFacts } from './identity';
import { JsonFile } from './jsonFile';
import type { ServerDefinition } from './model';
import { isKnownHost, kindOf, recognise, type KnownServer, type Sighting } from './recognition';

/** Lists of volumes are asked for again after this many milliseconds: they grow. */
const FRESH = 24 * 3600 * 1000;
const MOST_HOSTS = 64;
const MOST_VOLUMES = 2000;

type KnownServers = Record<string, KnownServer>;

/** A server that answers, and how to learn more of it. */
export interface Met {
  definition: ServerDefinition;
  address: string;
  host: HostFacts;
  /** Asks what takes more requests, with Cluster Aware Backup in force where the server has it. */
  look(): Promise<Sighting>;
}

/**
 * Knows servers again, whatever address they are reached at: by the host that answers, and for clusters by their volumes.
 * What is known beside the catalog stands in a file, such as identities.json in the home of the DMA.
 */
export class Identities {
  private readonly store: JsonFile<KnownServers>;
  private readonly forgotten = new Set<string>();

  constructor(
    private readonly file: string,
    private readonly catalog: Pick<Catalog, 'serverIdentity' | 'rememberServer'>,
    private readonly now: () => number = Date.now,
  ) {
    this.store = new JsonFile<KnownServers>(
      file,
      (value) => this.knownIn(value),
      () => ({}),
    );
  }

  /**
   * @returns what the server is known by in the catalog; a new one is remembered
   * @throws DmaFailure when another server answers than before
   */
  async confirm(met: Met): Promise<string> {
    const { name } = met.definition;
    if (this.forgotten.delete(name)) return this.remember(met, identityOf(met.host), []);
    const first = await this.catalog.serverIdentity(name);
    const all = await this.store.read();
    const kept = Object.hasOwn(all, name) ? all[name] : undefined;
    const known = kept ?? (first === undefined ? undefined : bare(first));
    if (!known) return this.remember(met, identityOf(met.host), []);
    const identity = first ?? known.identity;
    if (isKnownHost({ identity, hosts: known.hosts }, met.host)) {
      if (this.now() - known.seen > FRESH) await this.remember(met, identity, known.hosts);
      return identity;
    }
    const sighting = await met.look();
    if (recognise({ ...known, identity }, sighting, met.definition.addresses.length > 0) === 'another')
      throw new DmaFailure(otherServer(met, identity));
    await this.keep(met, sighting, identity, known.hosts);
    return identity;
  }

  /** Takes whoever answers for the server the next time as the server; sets of the old one keep their identity. */
  forget(server: string): void {
    this.forgotten.add(server);
  }

  private async remember(met: Met, identity: string, hosts: readonly string[]): Promise<string> {
    await this.keep(met, await met.look(), identity, hosts);
    return identity;
  }

  private async keep(met: Met, sighting: Sighting, identity: string, hosts: readonly string[]): Promise<void> {
    const { name } = met.definition;
    const all = [...new Set([...hosts, identityOf(met.host)])].slice(-MOST_HOSTS);
    const volumes = sighting.volumes.slice(0, MOST_VOLUMES);
    const known = { identity, hosts: all, kind: kindOf(sighting), volumes, seen: this.now() };
    await this.catalog.rememberServer(name, identity, met.address);
    await this.store.change((servers) => ({ ...servers, [name]: known }));
  }

  private knownIn(value: unknown): KnownServers {
    const entries = isObject(value) ? Object.entries(value) : [[]];
    if (entries.every(([, known]) => isKnown(known))) return value as KnownServers;
    throw new DmaFailure(
      `${escapeText(this.file)} is no list of known servers. Move it away, and they are known by their hosts alone.`,
    );
  }
}

function bare(identity: string): KnownServer {
  return { identity, hosts: [], kind: '', volumes: [], seen: 0 };
}

function otherServer({ definition: { name }, address, host }: Met, known: string): string {
  const now = identityOf(host);
  return escapeText(
    `Another server answers for ${name} at ${address}: it says it is ${now}, and ${name} is known as ${known}. If the server was replaced, accept the new one with ndmp query ${name} --forget; if not, mend its addresses.`,
  );
}

function isKnown(value: unknown): value is KnownServer {
  if (!isObject(value)) return false;
  const { identity, hosts, kind, volumes, seen } = value;
  return (
    [identity, kind].every((each) => typeof each === 'string') &&
    [hosts, volumes].every((list) => Array.isArray(list) && list.every((each) => typeof each === 'string')) &&
    typeof seen === 'number'
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
