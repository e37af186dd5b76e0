import type { WrongTurn } from '../model';
import { brokenConnections } from './connections';
import type { TurnContext } from './context';
import { findingTurns } from './findings';
import { badPosts } from './posts';
import { refusedRequests } from './replies';

export { turnContext, type TurnContext } from './context';

const MAX_OTHERS = 40;

export interface WrongTurns {
  first: WrongTurn | undefined;
  others: WrongTurn[];
  dropped: number;
}

/**
 * The first wrong turn of a job and what came with it: the earliest failure, or for a job that did not succeed and has none
 * the earliest oddity. Repetitions of the same thing are joined.
 */
export function wrongTurns(context: TurnContext): WrongTurns {
  const seen = [...refusedRequests(context), ...badPosts(context), ...brokenConnections(context)];
  const all = joined([...seen, ...findingTurns(context, seen)].sort((a, b) => a.row - b.row));
  const failure = all.find(({ weight }) => weight === 'failure');
  const first = failure ?? (context.job.outcome === 'successful' ? undefined : all[0]);
  const others = all.filter((each) => each !== first);
  return { first, others: others.slice(0, MAX_OTHERS), dropped: Math.max(0, others.length - MAX_OTHERS) };
}

/** Turns with the same words count once, at the first. */
function joined(turns: readonly WrongTurn[]): WrongTurn[] {
  const byText = new Map<string, WrongTurn>();
  for (const turn of turns) {
    const key = `${turn.kind} ${turn.text}`;
    const known = byText.get(key);
    if (known === undefined) byText.set(key, turn);
    else {
      known.times++;
      if (known.rows.length < 20) known.rows.push(turn.row);
    }
  }
  return [...byText.values()];
}
