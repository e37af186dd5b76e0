import { clip, escapeText } from '../../protocol';
import type { AnalysisSource } from '../analysis';
import { describeConnections, type ConnectionFacts, type Role } from '../connections';
import { endpointText } from '../messageView';
import { findGroups, type Group } from './groups';
import { findLandmarks, type Landmarks } from './landmarks';
import { describeLink, Flows, topologyOf } from './link';
import type { Job, Operation, Party } from './model';
import { judge } from './outcome';
import { subjectOf, titleOf } from './title';

export type * from './model';

/** No path and no word of real jobs is longer. */
const MAX_PATH = 4096;
const MAX_WORD = 200;

/**
 * What the connections of a capture did together, in the order of the first rows. Every connection with a message is in
 * some job. Roles are told from the messages and never from ports.
 * @param facts of all connections, where they are known already
 */
export function findJobs(source: AnalysisSource, facts: ConnectionFacts[] = describeConnections(source)): Job[] {
  const landmarks = findLandmarks(source.index);
  const flows = new Flows(source);
  return findGroups(source, landmarks).map((group, id) => describe(source, group, id, landmarks, facts, flows));
}

function describe(
  source: AnalysisSource,
  group: Group,
  id: number,
  landmarks: readonly Landmarks[],
  facts: readonly ConnectionFacts[],
  flows: Flows,
): Job {
  const [operation] = group.operations;
  const what: Operation = isCopy(group) ? 'copy' : (operation?.operation ?? 'session');
  const link = describeLink(source, group, landmarks, flows);
  const { topology, why } = topologyOf(source, group, link);
  const subject = subjectOf(source, group, landmarks);
  const verdict = judge(source, group, landmarks, facts);
  const data = operation ?? group.spans.find(({ connection }) => landmarks[connection].requests.data > 0);
  return {
    id,
    operation: what,
    title: titleOf(source, group, landmarks, facts, what, topology, subject),
    topology,
    topologyWhy: why,
    type: escapeText(clip(subject.type, MAX_WORD)),
    path: escapeText(clip(subject.path, MAX_PATH)),
    level: escapeText(clip(subject.level, MAX_WORD)),
    outcome: verdict.outcome,
    outcomeWhy: verdict.why,
    parties: partiesOf(source, group, facts),
    spans: group.spans,
    firstRow: Math.min(...group.spans.map(({ fromRow }) => fromRow)),
    lastRow: Math.max(...group.spans.map(({ toRow }) => toRow)),
    startRow: operation?.startRow ?? -1,
    endRow: operation?.endRow ?? -1,
    dataConnection: data?.connection ?? -1,
    tapeConnection: tapeConnectionOf(group, landmarks),
    changerConnection: changerConnectionOf(group, landmarks),
    link,
    startSeen: startSeen(source, group, landmarks),
    endSeen: operation ? operation.refused || operation.endRow >= 0 : allEnded(source, group),
  };
}

function isCopy({ operations, source }: Group): boolean {
  return operations.length > 1 || source !== undefined;
}

/** Of a local job whose beginning is missing, the tape side is told by its requests alone. */
function tapeConnectionOf({ tapeConnection, spans }: Group, landmarks: readonly Landmarks[]): number {
  if (tapeConnection >= 0) return tapeConnection;
  return spans.find(({ connection }) => landmarks[connection].requests.tape > 0)?.connection ?? -1;
}

function changerConnectionOf({ changerConnection, spans }: Group, landmarks: readonly Landmarks[]): number {
  if (changerConnection >= 0) return changerConnection;
  return spans.find(({ connection }) => landmarks[connection].requests.scsi > 0)?.connection ?? -1;
}

function startSeen({ index }: AnalysisSource, { spans }: Group, landmarks: readonly Landmarks[]): boolean {
  return spans.every(
    ({ connection, fromRow }) =>
      index.connections[connection].started === 'seen' || fromRow > landmarks[connection].firstRow,
  );
}

function allEnded({ index }: AnalysisSource, { spans }: Group): boolean {
  return spans.every(({ connection }) => index.connections[connection].ended !== 'open');
}

/** The DMA, then the servers in the order in which it turned to them; one at each address. */
function partiesOf({ index, info }: AnalysisSource, group: Group, facts: readonly ConnectionFacts[]): Party[] {
  const connections = [...new Set(group.spans.map(({ connection }) => connection))];
  const { client } = index.connections[connections[0]];
  const nameOf = (address: string) => escapeIf(info.names.get(address));
  const dma: Party = { roles: [], dma: true, name: nameOf(client.address), address: client.address, connections };
  const servers = new Map<string, Party>();
  for (const id of connections) {
    const { connection, roles, hostName } = facts[id];
    const address = endpointText(connection.server);
    const name = escapeIf(hostName) ?? nameOf(connection.server.address);
    const party: Party = servers.get(address) ?? { roles: [], dma: false, name, address, connections: [] };
    party.name ??= name;
    party.roles = [...new Set<Role>([...party.roles, ...roles])];
    party.connections.push(id);
    servers.set(address, party);
  }
  return [dma, ...servers.values()];
}

function escapeIf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : escapeText(text);
}
