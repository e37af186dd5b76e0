import assert from 'node:assert/strict';
import { runBackup } from '../../src/dma/backup/backup';
import { readJob } from '../../src/dma/job/read';
import { gatherInputs } from '../../src/dma/plan/gather';
import { planBackup } from '../../src/dma/plan/plan';
import { gatherRestore } from '../../src/dma/restore/gather';
import type { RestorePlan, RestoreReport, RestoreRequest } from '../../src/dma/restore/model';
import { planRestore } from '../../src/dma/restore/plan';
import { runRestore } from '../../src/dma/restore/run';
import type { RunReport, Surroundings } from '../../src/dma/run/model';

/** Runs a job to its end, and demands that it went well. */
export async function backUpJob(
  surroundings: Surroundings,
  job: object,
  wish: { full?: boolean; level?: number } = {},
): Promise<RunReport> {
  const read = readJob(JSON.stringify({ name: 'test', ...job }), 'test.ndmpjob.json');
  const plan = planBackup(await gatherInputs(read, surroundings, wish));
  assert.deepEqual(plan.refusals, []);
  const report = await runBackup(plan, surroundings);
  assert.equal(report.state, 'done', report.message);
  return report;
}

/** A request with nothing special in it: the newest state of the job "test". */
export function restoreRequest(change: Partial<RestoreRequest> = {}): RestoreRequest {
  return {
    from: { kind: 'job', job: 'test' },
    at: undefined,
    wanted: [],
    renames: [],
    to: undefined,
    server: undefined,
    tape: { server: undefined, changer: undefined, drives: [] },
    topology: 'auto',
    listen: 'auto',
    family: 'auto',
    direct: true,
    environment: {},
    ...change,
  };
}

export async function restore(
  surroundings: Surroundings,
  change: Partial<RestoreRequest> = {},
): Promise<{ plan: RestorePlan; report: RestoreReport }> {
  const plan = planRestore(await gatherRestore(restoreRequest(change), surroundings));
  assert.deepEqual(plan.refusals, []);
  return { plan, report: await runRestore(plan, surroundings) };
}

/** Restores, and demands that it went well. */
export async function restoreWell(
  surroundings: Surroundings,
  change: Partial<RestoreRequest> = {},
): Promise<{ plan: RestorePlan; report: RestoreReport }> {
  const done = await restore(surroundings, change);
  assert.equal(done.report.state, 'done', done.report.message);
  return done;
}
