import type { SetRecord } from '../catalog/model';
import type { Source } from '../job/model';
import { chainOf, cycleOf, nameOf, type Cycle } from './chain';
import { makesIncrements } from './backupType';
import { isSameHost } from '../servers/identity';
import type { PlanInputs } from './model';
import { variableOf } from './variables';

/** What a run backs up of a source: all, or what has changed since another backup. */
export interface LevelChoice {
  level: number;
  base: SetRecord | undefined;
  /** Ids, the full one first. */
  chain: readonly number[];
  why: string;
}

type Outcome = LevelChoice | { refusals: string[] };

/** Chooses full or increment, and what an increment builds on: by the wish of this run, the job, the policy. */
export function levelOf(inputs: PlanInputs, source: Source, exclude: string | undefined): Outcome {
  const { job, wish } = inputs;
  if (wish.full) return full('A full backup is asked for.');
  const asked = wish.level ?? (job.level === 'auto' ? undefined : job.level);
  if (asked === 0) return full(wish.level === 0 ? 'Level 0 is asked for.' : 'The job says level 0.');
  const impossible = whyNoIncrements(inputs);
  if (impossible !== undefined) return wish.level === undefined ? full(impossible) : { refusals: [impossible] };
  const cycle = cycleOf(inputs, source);
  if ('none' in cycle)
    return wish.level === undefined ? full(cycle.none) : refusedLevel(source, wish.level, cycle.none);
  const changed = whyNotAlike(cycle, exclude);
  if (changed !== undefined) return full(changed);
  const { restorePoints } = job.policy;
  const count = cycle.sets.length;
  if (wish.level === undefined && count >= restorePoints)
    return full(`The chain has ${count} of ${restorePoints} restore points: the next run is a full backup.`);
  return asked === undefined ? byPolicy(inputs, source, cycle) : fixed(inputs, source, cycle, asked);
}

function full(why: string): LevelChoice {
  return { level: 0, base: undefined, chain: [], why };
}

function refusedLevel(source: Source, level: number, why: string): { refusals: string[] } {
  return { refusals: [`${source.path} cannot be backed up at level ${level}. ${why} Run it in full first.`] };
}

/** Backup types and jobs that make full backups only. */
function whyNoIncrements({ job, data }: PlanInputs): string | undefined {
  if (!makesIncrements(data, job.type)) return `${data.server} makes no increments with type ${job.type}.`;
  const update = job.environment.UPDATE;
  if (job.policy.incremental === 'level' && update !== undefined && /^[nf]/i.test(update))
    return 'The job sets UPDATE to no, so the server keeps no record that an increment could build on.';
  return undefined;
}

/** What was left out before and is wanted now would be missing from an increment. */
function whyNotAlike({ full: first }: Cycle, exclude: string | undefined): string | undefined {
  const before = variableOf(first.environment, 'EXCLUDE') ?? '';
  return before === '' || before === exclude
    ? undefined
    : 'What the job leaves out is not the same as in the full backup.';
}

function byPolicy(inputs: PlanInputs, source: Source, cycle: Cycle): LevelChoice {
  const { restorePoints, incremental } = inputs.job.policy;
  const count = cycle.sets.length;
  const last = cycle.sets[count - 1];
  const number = `This is restore point ${count + 1} of ${restorePoints}`;
  if (incremental === 'date') return byDate(last, cycle, count, number);
  return onServersRecord(inputs, source, cycle, Math.min(9, last.level + 1), number);
}

function fixed(inputs: PlanInputs, source: Source, cycle: Cycle, level: number): LevelChoice {
  const why = `Level ${level} is asked for`;
  if (inputs.job.policy.incremental === 'level') return onServersRecord(inputs, source, cycle, level, why);
  const base = cycle.sets.findLast((each) => each.level < level) ?? cycle.full;
  return byDate(base, cycle, level, why);
}

/** Date-based: the base is named by its own token. */
function byDate(base: SetRecord, cycle: Cycle, level: number, why: string): LevelChoice {
  const date = variableOf(base.environment, 'DUMP_DATE');
  if (date === undefined || date === '')
    return full(`The server gave the ${nameOf(base)} no DUMP_DATE that an increment could build on.`);
  return increment(base, cycle, Math.min(9, level), `${why}, with what has changed since the ${nameOf(base)}`);
}

/**
 * LEVEL n means "since the latest backup of a lower level", and the server's own record says which that is. A backup
 * that failed on our side may be in that record, so a level is taken below which the latest one is in the catalog.
 */
function onServersRecord(
  { failed, job, data }: PlanInputs,
  source: Source,
  cycle: Cycle,
  wanted: number,
  why: string,
): LevelChoice {
  const unfinished = failed.filter(
    (each) => each.path === source.path && each.type === job.type && isSameHost(each.serverIdentity, data.identity),
  );
  for (let level = wanted; level > 0; level--) {
    const base = cycle.sets.findLast((each) => each.level < level);
    if (base === undefined) break;
    if (unfinished.some((each) => each.level < level && each.started > base.started)) continue;
    const lowered =
      level < wanted ? `, not ${wanted}: a run in between failed, and the server may have noted it as made` : '';
    return increment(base, cycle, level, `${why}: level ${level}${lowered}, based on the ${nameOf(base)}`);
  }
  return full('A full backup failed after the last good one, and the server may have noted it as made.');
}

function increment(base: SetRecord, cycle: Cycle, level: number, why: string): LevelChoice {
  const byId = new Map(cycle.sets.map((each) => [each.id, each]));
  const chain = (chainOf(base, byId) ?? [base]).map(({ id }) => id);
  return { level: Math.max(1, level), base, chain, why: `${why}.` };
}
