import { setsAt } from '../../dma/restore/moment';
import type { Surroundings } from '../../dma/run/model';
import { clip, escapeText } from '../../protocol';
import { UsageError } from '../failure';

/** How a command names the sets that it works on. */
export interface SetChoice {
  /** The newest complete backup of every source of this job, in place of numbers. */
  job?: string;
  /** With each set the ones that it builds on. */
  chain?: boolean;
}

/**
 * The sets that are meant, each once, full ones before what builds on them. Sources of a job that have no complete backup
 * are told of.
 * @throws DmaFailure when there is none
 */
export async function chosenSets(
  { catalog, events }: Pick<Surroundings, 'catalog' | 'events'>,
  numbers: readonly number[],
  { job, chain }: SetChoice,
): Promise<number[]> {
  let found = numbers;
  if (job !== undefined) {
    const newest = setsAt(await catalog.sets({ job }), undefined, `the job "${escapeText(clip(job, 100))}"`);
    for (const warning of newest.warnings) events.message?.('warning', warning);
    found = newest.sets.map(({ id }) => id);
  }
  const wanted: number[] = [];
  for (const id of found) {
    if (chain) wanted.push(...(await catalog.chain(id)).map((set) => set.id));
    else wanted.push(id);
  }
  return [...new Set(wanted)];
}

/** @throws UsageError */
export function setNumber(value: string): number {
  if (!/^\d{1,15}$/.test(value)) throw new UsageError(`${escapeText(clip(value, 60))} is no number of a set.`);
  return Number(value);
}
