import { identityOf, isSameHost, type HostFacts } from './identity';

/** What tells a server from others, as far as it told. */
export interface Sighting {
  host: HostFacts;
  vendor: string;
  product: string;
  /** Its file systems by name and size. */
  volumes: readonly string[];
  /** Whether it is a cluster that speaks through several nodes (it offers Cluster Aware Backup). */
  isCluster: boolean;
}

/** What is known of a server from before. */
export interface KnownServer {
  /** What it is known by in the catalog: the host that was met first. */
  identity: string;
  /** Identities of all hosts that have spoken for it: nodes of a cluster, a partner after a switchover. */
  hosts: readonly string[];
  kind: string;
  volumes: readonly string[];
  /** When the volumes were listed, in milliseconds since 1970. */
  seen: number;
}

export type Recognition = 'same' | 'other-node' | 'another';

/** Whether a host has spoken for the server before. */
export function isKnownHost(known: Pick<KnownServer, 'identity' | 'hosts'>, host: HostFacts): boolean {
  const identity = identityOf(host);
  return [known.identity, ...known.hosts].some((each) => isSameHost(each, identity));
}

/** The make of a server; another node of a cluster is of the same. */
export function kindOf({ host, vendor, product }: Sighting): string {
  return [vendor, product, host.osType].join('/');
}

/**
 * Whether a server is the one that is known. The address says nothing: after a LIF failover or a MetroCluster switchover
 * another node answers, with a host id of its own, and it is the same server when it has the same volumes.
 * @param isMeant whether the user says that the server has several addresses
 */
export function recognise(known: KnownServer, now: Sighting, isMeant: boolean): Recognition {
  if (isKnownHost(known, now.host)) return 'same';
  if (!(now.isCluster || isMeant) || kindOf(now) !== known.kind) return 'another';
  return shareVolumes(known.volumes, now.volumes) ? 'other-node' : 'another';
}

/** At least half of the shorter list is in the other one. */
function shareVolumes(a: readonly string[], b: readonly string[]): boolean {
  const all = new Set(a);
  const common = new Set(b.filter((volume) => all.has(volume))).size;
  return common > 0 && common * 2 >= Math.min(all.size, new Set(b).size);
}
