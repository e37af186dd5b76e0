import { DmaFailure } from '../connection/failures';
import { ConnectionPool } from '../connection/pool';
import type { Job } from '../job/model';
import type { Library } from '../media/library';
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
  house: MediaHouse<Library>;
  /** Sees the plan before it is carried out. */
  planned?: (plan: BackupPlan) => void;
  /** Called when the run needs drives and servers no more, while the catalog may still be at work. */
  unloaded?: () => Promise<void>;
}

/** Runs a job: planned afresh, then carried out. A job that cannot be planned, or is refused, is a failed run. */
export async function runJob({ job, wish, surroundings, house, planned, unloaded }: JobOrder): Promise<RunReport> {
  return withRun(surroundings, { kind: 'backup', job: job.name }, async ({ id }) => {
    const pool = new ConnectionPool((server, purpose) => surroundings.connect(server, purpose));
    const library = house.library.bind(house);
    try {
      const plan = planBackup(await gatherInputs(job, surroundings, wish, { pool, library }));
      if (plan.refusals.length > 0) throw new DmaFailure(plan.refusals.join(' '));
      planned?.(plan);
      return await backUpAll(plan, pooled(surroundings, pool), house, id, unloaded);
    } finally {
      await pool.close();
    }
  });
}

/** The same surroundings, in which connections that the plan was made over are used again. */
function pooled(surroundings: Surroundings, pool: ConnectionPool): Surroundings {
  const connect: Surroundings['connect'] = (server, purpose) => pool.connect(server, purpose);
  return Object.create(surroundings, { connect: { value: connect, enumerable: true } }) as Surroundings;
}

/** Drives that the plan can use, for all of its sources. */
export function drivesIn({ sources }: Pick<BackupPlan, 'sources'>): number {
  return new Set(sources.flatMap(({ drives }) => drives.map(({ device }) => device))).size;
}
