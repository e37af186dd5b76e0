import type { Analysis } from '../analysis';
import type { Job } from '../jobs/model';
import { nanosBetween } from '../../session/messageTimes';
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

function factsOf({ source }: Analysis, job: Job, rows: readonly number[]): JobFacts {
  const { index } = source;
  const [first] = rows;
  const nanos = rows.length === 0 ? 0 : nanosBetween(index, first, rows[rows.length - 1]);
  return {
    job: job.id,
    title: job.title,
    outcome: job.outcome,
    messages: rows.length,
    seconds: nanos < 0 ? undefined : nanos / 1e9,
    firstRow: first ?? -1,
  };
}
