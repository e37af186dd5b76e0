import { DmaFailure } from '../connection/failures';
import type { Job } from '../job/model';
import { gatherInputs } from '../plan/gather';
import type { BackupPlan, PlanInputs } from '../plan/model';
import { planBackup } from '../plan/plan';
import { withRun } from '../run/runBook';
import type { RunReport, Surroundings } from '../run/model';
import type { MediaHouse } from '../schedule/house';
import { backUpAll } from './backup';

export interface JobOrder {
  job: Job;
  wish: PlanInputs['wish'];
  surroundings: Surroundings;
  house: MediaHouse;
  /** Sees the plan before it is carried out. */
  planned?: (plan: BackupPlan) => void;
}

/** Runs a job: planned afresh, then carried out. A job that cannot be planned, or is refused, is a failed run. */
export async function runJob({ job, wish, surroundings, house, planned }: JobOrder): Promise<RunReport> {
  return withRun(surroundings, { kind: 'backup', job: job.name }, async ({ id }) => {
    const plan = planBackup(await gatherInputs(job, surroundings, wish));
    if (plan.refusals.length > 0) throw new DmaFailure(plan.refusals.join(' '));
    planned?.(plan);
    return backUpAll(plan, surroundings, house, id);
  });
}

/** Drives that the plan can use, for all of its sources. */
export function drivesIn({ sources }: Pick<BackupPlan, 'sources'>): number {
  return new Set(sources.flatMap(({ drives }) => drives.map(({ device }) => device))).size;
}
