import type { Analysis } from '../analysis';
import { NO_SETTINGS, affinityOfCapture, type AffinityAnswer, type NodeView } from '../affinity';
import type { Job } from '../jobs/model';
import { Code } from './messageClass';
import type { Lifeline } from './model';

/** Nodes between which the data of a job with Cluster Aware Backup run; one is undefined where the capture does not tell. */
export interface ClusterNodes {
  data: Lifeline | undefined;
  /** The same object as `data` where volume and drive are on one node. */
  mover: Lifeline | undefined;
}

/**
 * The nodes of a job whose data connection was prepared for a volume (CAB_DATA_CONN_PREPARE): the volume's and the
 * drive's, as equal affinities tell them; undefined for other jobs.
 */
export function clusterNodes(analysis: Analysis, job: Job): ClusterNodes | undefined {
  if (!prepared(analysis, job)) return undefined;
  const { nodes, pair } = affinityOfCapture(analysis, { settings: NO_SETTINGS, job: job.id });
  if (pair === undefined) return undefined;
  const volume = nodeOf(nodes, pair.volume.id);
  const drive = nodeOf(nodes, pair.drive.id);
  if (volume !== undefined && volume === drive) {
    const both = nodeLine(volume, `${pair.volume.name} and ${pair.drive.name}`);
    return { data: both, mover: both };
  }
  return {
    data: volume && nodeLine(volume, pair.volume.name),
    mover: drive && nodeLine(drive, pair.drive.name),
  };
}

function prepared({ source: { index } }: Analysis, job: Job): boolean {
  for (const { connection, fromRow, toRow } of job.spans) {
    if (connection !== job.dataConnection || index.connections[connection]?.version !== 4) continue;
    for (let row = fromRow; row <= toRow; row++) {
      if (index.connection(row) !== connection || index.code(row) !== Code.CAB_PREPARE) continue;
      if (index.kind(row) === 'reply' && index.headerError(row) === 0 && index.bodyError(row) <= 0) return true;
    }
  }
  return false;
}

function nodeOf(nodes: AffinityAnswer['nodes'], thing: number): NodeView | undefined {
  return nodes.find(({ key, things }) => key !== undefined && things.some(({ id }) => id === thing));
}

function nodeLine({ title }: NodeView, holds: string): Lifeline {
  return { kind: 'node', title, detail: `${holds}, by affinity`, connections: [], machines: [] };
}
