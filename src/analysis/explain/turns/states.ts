import type { WrongTurn } from '../model';
import { nameAt, turn, type TurnContext } from './context';

/** Where messages do not go with the state table, as far as no error in a reply says the same. */
export function stateTurns(context: TurnContext): WrongTurn[] {
  const { analysis, rows } = context;
  const { index } = analysis.source;
  const own = new Set(rows);
  const turns: WrongTurn[] = [];
  for (const { kind, machine, row, otherRow, state, detail } of analysis.examination.issues) {
    if (!own.has(row)) continue;
    const who = machine === 'data' ? 'data server' : 'mover';
    const both = otherRow < 0 ? [row] : [row, otherRow];
    if (kind === 'illegal-accepted')
      turns.push(
        turn(
          context,
          'state',
          'oddity',
          both,
          `${nameAt(context, row)} is not allowed while the ${who} is ${state}, but the server did it.`,
        ),
      );
    else if (kind === 'contradiction')
      turns.push(
        turn(
          context,
          'state',
          'oddity',
          both,
          `${nameAt(context, row)} tells ${detail || 'a state'}, which the ${who} cannot have come to from ${state}.`,
        ),
      );
    else if (kind === 'not-told' && index.kind(row) !== 'post')
      turns.push(
        turn(
          context,
          'state',
          'oddity',
          both,
          `The ${who} is ${state} in ${nameAt(context, row)}, and no post told it.`,
        ),
      );
  }
  return turns;
}
