import type { TapeRecord } from '../catalog/model';
import { useOf } from '../media/pools';
import type { PlanInputs } from './model';

/** The most reasons against tapes that a plan lists. */
const MAX_NOTES = 8;

/** Tapes that will be written, in their order, and what there is to know about them. */
export function tapesFor({ job, tapes, now }: PlanInputs): { tapes: TapeRecord[]; notes: string[]; why: string } {
  const { pool, append } = job.target;
  const open = tapes.filter(({ refusal }) => refusal === undefined);
  const fitting = append ? open : open.filter(({ tape }) => useOf(tape, now) === 'fresh');
  const within = fitting.filter(({ element }) => element !== undefined);
  const chosen = [...within, ...fitting.filter(({ element }) => element === undefined)].map(({ tape }) => tape);
  const refused = tapes.filter(({ refusal }) => refusal !== undefined);
  const notes: string[] = [];
  if (chosen.length === 0)
    notes.push(
      `No tape of pool ${pool} can be written now: the run will ask for one. Label tapes for the pool with ndmp media label, or bring one into the library.`,
    );
  else if (within.length === 0 && tapes.some(({ element }) => element !== undefined))
    notes.push(`Every tape of pool ${pool} that can be written is outside of the library: the run will ask for one.`);
  if (chosen.length === 0)
    notes.push(...refused.slice(0, MAX_NOTES).map(({ tape, refusal }) => `Tape ${tape.barcode}: ${refusal}`));
  const why = append
    ? `Tapes of pool ${pool} that have room, in the order in which they are filled.`
    : `Fresh tapes of pool ${pool} only: the job does not append.`;
  return { tapes: chosen, notes, why };
}
