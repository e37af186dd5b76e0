import { escapeText } from '../../protocol';
import { describeConnections } from '../connections';
import { endpointText } from '../messageView';
import type { AnalysisSource } from '../analysis';
import type { Job, Party, Span } from './model';
import { findOperations, type DataOperation } from './operations';

export type * from './model';

/** The jobs of a capture in the order of their first rows. */
export function findJobs(source: AnalysisSource): Job[] {
  return findOperations(source).map((operation, id) => jobOf(source, operation, id));
}

function jobOf(source: AnalysisSource, operation: DataOperation, id: number): Job {
  const connections = [...new Set([operation.dataConnection, operation.tapeConnection].filter((each) => each >= 0))];
  const facts = describeConnections(source);
  const spans = connections.map((connection): Span => ({
    connection,
    fromRow: facts[connection].firstRow,
    toRow: facts[connection].lastRow,
  }));
  const servers = connections.map((each): Party => {
    const { roles, hostName, connection } = facts[each];
    return {
      roles,
      dma: false,
      name: hostName && escapeText(hostName),
      address: endpointText(connection.server),
      connections: [each],
    };
  });
  const { client } = facts[operation.dataConnection].connection;
  return {
    id,
    operation: operation.operation,
    title: escapeText(`${operation.operation} of ${operation.path}`),
    topology: operation.layout,
    topologyWhy: { text: '', rows: [] },
    type: escapeText(operation.type),
    path: escapeText(operation.path),
    level: escapeText(operation.level),
    outcome: operation.outcome,
    outcomeWhy: { text: '', rows: operation.endRow < 0 ? [] : [operation.endRow] },
    parties: [{ roles: [], dma: true, name: undefined, address: client.address, connections }, ...servers],
    spans,
    firstRow: Math.min(...spans.map(({ fromRow }) => fromRow)),
    lastRow: Math.max(...spans.map(({ toRow }) => toRow)),
    startRow: operation.startRow,
    endRow: operation.endRow,
    dataConnection: operation.dataConnection,
    tapeConnection: operation.tapeConnection,
    changerConnection: -1,
    link: undefined,
    startSeen: true,
    endSeen: operation.endRow >= 0,
  };
}
