import { escapeText } from '../../protocol';
import { nanosBetween } from '../../session/messageTimes';
import { endpointText } from '../messageView';
import type { Analysis } from '../analysis';
import type { Job } from '../jobs/model';
import { diffJob } from './diffJob';
import { matchJobs } from './matchJobs';
import type { JobFacts, SessionDiff } from './model';
import { rowsByJob } from './units';

/**
 * Compares two sessions by what they mean: jobs with jobs, then each service's requests and posts in their order, then
 * field by field. What must differ from run to run (sequence numbers, times, ports, challenges) counts for nothing.
 */
export function diffSessions(a: Analysis, b: Analysis): SessionDiff {
  const rowsA = rowsByJob(a.source, a.jobs);
  const rowsB = rowsByJob(b.source, b.jobs);
  const diff: SessionDiff = { same: true, jobs: [], onlyA: [], onlyB: [] };
  for (const [jobA, jobB] of matchJobs(a.jobs, b.jobs)) {
    if (jobB < 0) diff.onlyA.push(factsOf(a, a.jobs[jobA], rowsA[jobA]));
    else if (jobA < 0) diff.onlyB.push(factsOf(b, b.jobs[jobB], rowsB[jobB]));
    else {
      const left = { source: a.source, job: a.jobs[jobA], rows: rowsA[jobA] };
      const right = { source: b.source, job: b.jobs[jobB], rows: rowsB[jobB] };
      diff.jobs.push(diffJob(left, factsOf(a, left.job, left.rows), right, factsOf(b, right.job, right.rows)));
    }
  }
  diff.same = diff.onlyA.length === 0 && diff.onlyB.length === 0 && diff.jobs.every(({ same }) => same);
  return diff;
}

/** Connections of two captures that are compared with each other. */
export interface ConnectionPairs {
  pairs: readonly { a: number; b: number }[];
}

/**
 * Compares two records of the same session, or a session and its replay, connection by connection: a server's log knows
 * only its own connections, so what its jobs are is no question for it.
 */
export function diffJoined(a: Analysis, b: Analysis, join: ConnectionPairs): SessionDiff {
  const rowsA = rowsByConnection(a);
  const rowsB = rowsByConnection(b);
  const diff: SessionDiff = { same: true, jobs: [], onlyA: [], onlyB: [] };
  for (const pair of join.pairs) {
    const left = { source: a.source, job: connectionJob(a, pair.a), rows: rowsA[pair.a] };
    const right = { source: b.source, job: connectionJob(b, pair.b), rows: rowsB[pair.b] };
    diff.jobs.push(diffJob(left, factsOf(a, left.job, left.rows), right, factsOf(b, right.job, right.rows)));
  }
  diff.same = diff.jobs.every(({ same }) => same);
  return diff;
}

function rowsByConnection({ source: { index } }: Analysis): number[][] {
  const rows = index.connections.map((): number[] => []);
  for (let row = 0; row < index.count; row++) rows[index.connection(row)]?.push(row);
  return rows;
}

/** A connection in the place of a job. */
function connectionJob({ source }: Analysis, connection: number): Job {
  const { client, server } = source.index.connections[connection];
  const title = `${endpointText(client)} → ${endpointText(server)}`;
  return {
    id: connection,
    operation: 'session',
    title: escapeText(title),
    topology: 'none',
    topologyWhy: NOTHING,
    type: '',
    path: '',
    level: '',
    outcome: 'not seen',
    outcomeWhy: NOTHING,
    parties: [],
    spans: [],
    firstRow: -1,
    lastRow: -1,
    startRow: -1,
    endRow: -1,
    dataConnection: -1,
    tapeConnection: -1,
    changerConnection: -1,
    link: undefined,
    startSeen: true,
    endSeen: true,
  };
}

const NOTHING = { text: '', rows: [] };

function factsOf({ source }: Analysis, job: Job, rows: readonly number[]): JobFacts {
  const { index } = source;
  const [first] = rows;
  const nanos = rows.length === 0 ? 0 : nanosBetween(index, first, rows[rows.length - 1]);
  return {
    job: job.id,
    title: job.title,
    outcome: job.spans.length === 0 ? '' : job.outcome,
    messages: rows.length,
    seconds: nanos < 0 ? undefined : nanos / 1e9,
    firstRow: first ?? -1,
  };
}
