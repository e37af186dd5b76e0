import { escapeText } from '../../protocol';
import type { SetRecord } from '../catalog/model';
import { DmaFailure } from '../connection/failures';

/** The state of a source that a moment asks for: the newest complete set begun no later. Undefined when there is none. */
export function setAt(sets: readonly SetRecord[], at: number | undefined): SetRecord | undefined {
  const usable = sets.filter(({ state, started }) => state === 'complete' && (at === undefined || started <= at));
  return usable.reduce<SetRecord | undefined>(
    (best, set) =>
      !best || set.started > best.started || (set.started === best.started && set.id > best.id) ? set : best,
    undefined,
  );
}

/** Sets of one source each: what a server has at one path. */
export function bySource(sets: readonly SetRecord[]): SetRecord[][] {
  const sources = new Map<string, SetRecord[]>();
  for (const set of sets) {
    const source = JSON.stringify([set.serverIdentity, set.path]);
    const list = sources.get(source);
    if (list) list.push(set);
    else sources.set(source, [set]);
  }
  return [...sources.values()];
}

/**
 * The sets to be restored, one for each source, and what is not there at that moment.
 * @param what what the sets belong to, for people: 'the job "nightly"'
 * @throws DmaFailure that says what there is, when there is nothing for that moment
 */
export function setsAt(
  sets: readonly SetRecord[],
  at: number | undefined,
  what: string,
): { sets: SetRecord[]; warnings: string[] } {
  const found: SetRecord[] = [];
  const warnings: string[] = [];
  for (const own of bySource(sets)) {
    const set = setAt(own, at);
    if (set) found.push(set);
    else warnings.push(`${escapeText(own[0].path)} is left out: ${whyNone(own, at)}`);
  }
  if (found.length > 0) return { sets: found, warnings };
  const why = sets.length === 0 ? 'the catalog has no backup of it' : whyNone(sets, at);
  throw new DmaFailure(`There is no backup to use of ${what}: ${why}. "ndmp catalog list" shows what there is.`);
}

function whyNone(sets: readonly SetRecord[], at: number | undefined): string {
  const complete = sets.filter(({ state }) => state === 'complete').map(({ started }) => started);
  if (complete.length === 0) return 'none of its backups is complete';
  const first = new Date(Math.min(...complete)).toISOString();
  return at === undefined
    ? 'none of its backups is complete'
    : `its first complete backup is of ${first}, which is later`;
}

/** Why a chain cannot be restored, or undefined: it has to begin with a full backup, and each builds on the one before. */
export function brokenChain(chain: readonly SetRecord[]): string | undefined {
  const [first] = chain;
  if (!first) return 'the catalog does not say what it is made of';
  if (first.base !== undefined) return `the backup that set ${first.id} builds on is not in the catalog any more`;
  for (const [index, set] of chain.entries()) {
    if (set.state !== 'complete') return `set ${set.id}, which the chain needs, is not complete`;
    if (index > 0 && set.base !== chain[index - 1].id)
      return `set ${set.id} does not build on set ${chain[index - 1].id}`;
  }
  return undefined;
}
