import type { LabStatus } from './status';

/** A place to log in at, as the DMA's list of servers describes it (docs/manual/servers.md). */
interface Server {
  host: string;
  port: number;
  user: string;
  /** Where data connections of the whole cluster may come from and go to. */
  dataNetworks: string[];
}

/**
 * The lab's places by names to use in jobs: the cluster by its own name, nodes and SVMs by theirs. The text of an
 * ndmp-servers.json; passwords are not in it.
 */
export function serversText({ cluster, scope, nodes, lifs }: LabStatus): string {
  const places = lifs.flatMap((lif) => {
    const place = placeOf(lif.addresses[0]);
    return place ? [{ ...lif, ...place }] : [];
  });
  const dataNetworks = [...new Set(places.map(({ host }) => (host.includes(':') ? `${host}/128` : `${host}/32`)))];
  const servers: Record<string, Server> = {};
  const add = (name: string, user: string, place: { host: string; port: number } | undefined): void => {
    if (place) servers[name] = { host: place.host, port: place.port, user, dataNetworks };
  };
  const cab = places.find(({ type }) => type === 'cluster-management');
  if (scope === 'svm') add(cluster, 'backup', cab);
  for (const { name } of nodes) {
    const node = places.find(({ type, node: at }) => type === 'node-management' && at === name);
    add(name, scope === 'svm' ? 'backup' : 'root', node);
  }
  if (scope === 'svm')
    for (const lif of places.filter(({ type }) => type === 'data'))
      if (!(lif.svm in servers)) add(lif.svm, 'vsadmin-backup', lif);
  return `${JSON.stringify({ servers }, null, 2)}\n`;
}

/** `127.0.0.1:10000`, `[::1]:10000`, of a control connection without TLS. */
function placeOf(address: string | undefined): { host: string; port: number } | undefined {
  const match = /^\[?(.+?)\]?:(\d+)$/.exec(address ?? '');
  return match ? { host: match[1], port: Number(match[2]) } : undefined;
}
