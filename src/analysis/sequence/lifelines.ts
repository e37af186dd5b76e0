import { endpointText } from '../messageView';
import type { Analysis, AnalysisSource } from '../analysis';
import type { ConnectionFacts, Role } from '../connections';
import type { Job, Party } from '../jobs/model';
import type { Machine } from '../states/model';
import { escapeText } from '../../protocol';
import { clusterNodes, type ClusterNodes } from './clusterNodes';
import type { Lifeline } from './model';

/** The vertical lines of a job and where its connections end. */
export interface Lifelines {
  list: Lifeline[];
  /** Lifeline of the server of each connection that takes part. */
  serverOf: ReadonlyMap<number, number>;
  /** Ends of the data connection: data server's side, mover's side; -1 where nothing is known of one. */
  link: { data: number; mover: number };
}

export const DMA = 0;

interface Server {
  party: Party | undefined;
  address: string;
  roles: Role[];
  connections: number[];
  /** More than nothing where it stands for servers that have no lifeline of their own. */
  others?: number;
}

/** Lifelines that a reader can follow; the last one takes all servers beyond. */
const MAX_SERVERS = 12;

const titles: Readonly<Record<Role, string>> = {
  'data server': 'Data server',
  'tape server': 'Tape server',
  changer: 'Changer',
};
const order: readonly Role[] = ['data server', 'tape server', 'changer'];

/**
 * A lifeline for the DMA and for each server by what is done over its connections: a server's changer stands beside its
 * tape server when it has a connection of its own, and data and tape share a lifeline when they share a connection.
 */
export function lifelinesOf(analysis: Analysis, job: Job): Lifelines {
  const { source } = analysis;
  const servers = serversOf(source, analysis.connections, job);
  const dma = job.parties.find((party) => party.dma);
  const list: Lifeline[] = [dmaLine(source, job, dma), ...servers.map((server) => serverLine(source, server))];
  const serverOf = new Map<number, number>();
  servers.forEach((server, place) => server.connections.forEach((each) => serverOf.set(each, place + 1)));
  const link = linkEnds(job, list, serverOf);
  const nodes = job.operation === 'session' ? undefined : clusterNodes(analysis, job);
  return nodes === undefined ? { list, serverOf, link } : withNodes({ list, serverOf, link }, nodes);
}

/** Puts a cluster's nodes between the servers that speak for them; the data connection ends at the nodes. */
function withNodes({ list, serverOf, link }: Lifelines, { data, mover }: ClusterNodes): Lifelines {
  const wider: Lifeline[] = [];
  const movedTo = list.map((lifeline, place) => {
    const apart = link.data !== link.mover;
    if (mover && mover !== data && apart && place === link.mover) wider.push(mover);
    const at = wider.push(lifeline) - 1;
    if (data && place === link.data) wider.push(data);
    if (mover && mover !== data && !apart && place === link.mover) wider.push(mover);
    return at;
  });
  const end = (node: Lifeline | undefined, place: number): number =>
    node === undefined ? (movedTo[place] ?? -1) : wider.indexOf(node);
  return {
    list: wider,
    serverOf: new Map([...serverOf].map(([connection, place]) => [connection, movedTo[place]])),
    link: { data: end(data, link.data), mover: end(mover, link.mover) },
  };
}

function serversOf({ index }: AnalysisSource, facts: readonly ConnectionFacts[], job: Job): Server[] {
  const servers: Server[] = [];
  for (const connection of new Set(job.spans.map((span) => span.connection))) {
    const each = index.connections[connection];
    if (each === undefined) continue;
    const party = job.parties.find((one) => !one.dma && one.connections.includes(connection));
    const address = party?.address ?? endpointText(each.server);
    const roles = rolesOf(facts, job, connection);
    const known = servers.find((one) => one.address === address && sameRoles(one.roles, roles));
    const full = servers.length >= MAX_SERVERS ? servers[MAX_SERVERS - 1] : undefined;
    if (known) known.connections.push(connection);
    else if (full) full.others = full.connections.push(connection);
    else servers.push({ party, address, roles, connections: [connection] });
  }
  return servers.sort((a, b) => rank(a) - rank(b));
}

/** What a connection serves in this job; where the job does not say, what its requests say. */
function rolesOf(facts: readonly ConnectionFacts[], job: Job, connection: number): Role[] {
  const roles = new Set<Role>();
  if (job.dataConnection === connection) roles.add('data server');
  if (job.tapeConnection === connection) roles.add('tape server');
  if (job.changerConnection === connection) roles.add('changer');
  if (roles.size === 0) facts[connection]?.roles.forEach((role) => roles.add(role));
  return order.filter((role) => roles.has(role));
}

function sameRoles(a: readonly Role[], b: readonly Role[]): boolean {
  return a.join() === b.join();
}

function rank({ roles }: Server): number {
  return roles.length === 0 ? order.length : order.indexOf(roles[0]);
}

function dmaLine({ index, info }: AnalysisSource, job: Job, dma: Party | undefined): Lifeline {
  const connections = [...new Set(job.spans.map((span) => span.connection))];
  const addresses = new Set(connections.map((each) => index.connections[each]?.client.address ?? ''));
  const address = dma?.address ?? [...addresses].slice(0, 3).join(', ');
  const name = dma?.name ?? nameOf(info.names, [...addresses][0]);
  return { kind: 'dma', title: 'DMA', detail: joined(name, escapeText(address)), connections, machines: [] };
}

function serverLine({ info }: AnalysisSource, { party, address, roles, connections, others }: Server): Lifeline {
  if (others !== undefined) {
    const detail = `${others} connections to several servers`;
    return { kind: 'server', title: 'Other servers', detail, connections, machines: [] };
  }
  const name = party?.name ?? nameOf(info.names, address.replace(/:\d+$/, ''));
  const machines: Machine[] = [];
  if (roles.includes('data server')) machines.push('data');
  if (roles.includes('tape server')) machines.push('mover');
  return { kind: 'server', title: titleOf(roles), detail: joined(name, escapeText(address)), connections, machines };
}

function nameOf(names: ReadonlyMap<string, string>, address: string | undefined): string | undefined {
  const name = address === undefined ? undefined : names.get(address);
  return name === undefined ? undefined : escapeText(name);
}

function joined(name: string | undefined, address: string): string {
  return name === undefined || name === '' ? address : `${name}, ${address}`;
}

/** `Data and tape server`, `Tape server and changer`. */
function titleOf(roles: readonly Role[]): string {
  if (roles.length === 0) return 'Server';
  if (roles.includes('data server') && roles.includes('tape server')) {
    return roles.includes('changer') ? 'Data and tape server with changer' : 'Data and tape server';
  }
  return roles.map((role, i) => (i === 0 ? titles[role] : titles[role].toLowerCase())).join(' and ');
}

/** Where the data connection ends; adds a lifeline for an end that has no control connection. */
function linkEnds(job: Job, list: Lifeline[], serverOf: ReadonlyMap<number, number>): Lifelines['link'] {
  let data = serverOf.get(job.dataConnection) ?? -1;
  let mover = serverOf.get(job.tapeConnection) ?? -1;
  const known = job.operation !== 'session' && (data >= 0 || mover >= 0);
  if (!known || (data >= 0 && mover >= 0)) return { data, mover };
  if (job.topology === 'indirect') return { data: data < 0 ? DMA : data, mover: mover < 0 ? DMA : mover };
  const other = list.length;
  list.push({
    kind: 'outside',
    title: data < 0 ? 'Other end of the data connection' : 'Mover, not in the capture',
    detail: job.link?.address === undefined ? 'no control connection seen' : escapeText(job.link.address),
    connections: [],
    machines: [],
  });
  if (data < 0) data = other;
  else mover = other;
  return { data, mover };
}
