import type { SetRecord } from '../catalog/model';
import type { Source } from '../job/model';
import { isSameHost } from '../servers/identity';
import type { PlanInputs } from './model';

/** Restore points of a source that hang together: a full one and all that builds on it. */
export interface Cycle {
  full: SetRecord;
  /** Oldest first, the full one among them. */
  sets: readonly SetRecord[];
}

/** The latest cycle of a source, or why there is none to go on with. */
export function cycleOf(inputs: PlanInputs, source: Source): Cycle | { none: string } {
  const own = setsOf(inputs, source);
  const last = own.at(-1);
  if (last === undefined) return { none: whyNoSets(inputs, source) };
  const byId = new Map(own.map((each) => [each.id, each]));
  const chain = chainOf(last, byId);
  if (chain === undefined) return { none: `The backups that the last one builds on are not all in the catalog.` };
  const broken = chain.find(({ id }) => inputs.lost.has(id));
  if (broken) return { none: `The tapes of the ${nameOf(broken)} do not hold all of it any more.` };
  const expired = chain.find(({ expires }) => expires !== undefined && expires <= inputs.now);
  if (expired) return { none: `The ${nameOf(expired)}, which an increment would build on, has expired.` };
  const [full] = chain;
  return { full, sets: own.filter((each) => chainOf(each, byId)?.[0] === full) };
}

/** Complete sets of a source by this job, data server and type, oldest first. */
function setsOf({ job, data, sets }: PlanInputs, source: Source): SetRecord[] {
  return sets
    .filter(
      (each) =>
        each.path === source.path &&
        each.job === job.name &&
        isSameHost(each.serverIdentity, data.identity) &&
        each.type === job.type &&
        each.state === 'complete',
    )
    .sort((a, b) => a.started - b.started || a.id - b.id);
}

/** Why a chain cannot go on although backups may be there: of another type, or of another server by that name. */
function whyNoSets({ job, data, sets }: PlanInputs, source: Source): string {
  const others = sets.filter((each) => each.path === source.path && each.job === job.name);
  if (others.some(({ serverIdentity }) => isSameHost(serverIdentity, data.identity)))
    return `The backups of before are not of type ${job.type}.`;
  if (others.length > 0) return `The backups of before are of another server, not of this ${data.server}.`;
  return 'There is no backup of it yet.';
}

/** The sets that one needs, the full one first; undefined when one of them is missing. */
export function chainOf(set: SetRecord, byId: ReadonlyMap<number, SetRecord>): SetRecord[] | undefined {
  const chain = [set];
  for (let at: SetRecord = set; at.base !== undefined;) {
    const base = byId.get(at.base);
    if (base === undefined || chain.includes(base)) return undefined;
    chain.unshift(base);
    at = base;
  }
  return chain;
}

/** `backup of 2026-11-21, level 0`. */
export function nameOf({ started, level }: SetRecord): string {
  return `backup of ${dayOf(started)}, level ${level}`;
}

/** 2026-11-21, in UTC; what is no time is said so. */
function dayOf(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? 'an unknown day' : date.toISOString().slice(0, 10);
}
