import { DmaFailure } from '../connection/failures';
import { openLibrary, type Library } from '../media/library';
import type { BackupPlan } from '../plan/model';
import { messageOfSources, withRun, type RunOutcome } from '../run/runBook';
import type { RunReport, SourceResult, Surroundings } from '../run/model';
import { MediaHouse } from '../schedule/house';
import { backUpSource } from './source';

/** Drives, cartridges and libraries for the runs in these surroundings. */
export function mediaHouse(surroundings: Surroundings): MediaHouse<Library> {
  return new MediaHouse((target, report) => openLibrary(surroundings, { ...target, report }));
}

/**
 * Carries out a plan: its sources in their order, as many at a time as the job allows, each on a drive of its own.
 * @param house what is shared with other runs of this program; left out: nothing is
 * @throws DmaFailure for a plan that is refused; how the run went otherwise is in the report
 */
export async function runBackup(plan: BackupPlan, surroundings: Surroundings, house?: MediaHouse): Promise<RunReport> {
  if (plan.refusals.length > 0) throw new DmaFailure(plan.refusals.join(' '));
  const media = house ?? mediaHouse(surroundings);
  try {
    return await withRun(surroundings, { kind: 'backup', job: plan.job.name }, ({ id }) =>
      backUpAll(plan, surroundings, media, id),
    );
  } finally {
    if (!house) await media.close();
  }
}

/**
 * All sources of a plan, within a run.
 * @param unloaded called when drives and servers are not needed any more, while the catalog may still be at work
 */
export async function backUpAll(
  plan: BackupPlan,
  surroundings: Surroundings,
  house: MediaHouse,
  run: number,
  unloaded?: () => Promise<void>,
): Promise<RunOutcome> {
  for (const warning of plan.warnings) surroundings.events.message?.('warning', warning);
  const results: Promise<SourceResult>[] = [];
  const indexes = plan.sources.keys();
  const work = async (): Promise<void> => {
    for (const index of indexes) {
      const { unloaded: isUnloaded, result } = backUpSource({ run, plan, index, surroundings, house });
      results[index] = result;
      await isUnloaded;
    }
  };
  const workers = Math.max(1, Math.min(plan.job.parallel, plan.sources.length));
  await Promise.all(Array.from({ length: workers }, work));
  const [sources] = await Promise.all([Promise.all(results), unloaded?.()]);
  return { sources, message: messageOfSources(sources) };
}
