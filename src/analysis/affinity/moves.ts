import { AFTER_MOVE } from '../../protocol';
import { quoted } from './say';
import type { Sighting, Systems, Thing } from './systems';

/** A volume or device that was on one node and later on another. */
export interface Move {
  thing: Thing;
  /** Last listing that shows the old affinity, first one that shows the new. */
  before: Sighting;
  after: Sighting;
}

const MAX_MOVES = 1000;

/** Changes of affinity from one listing to a later one; an item that only lacks its affinity has not moved. */
export function findMoves({ things }: Systems): Move[] {
  const moves: Move[] = [];
  for (const thing of things) {
    let last: Sighting | undefined;
    for (const sighting of thing.sightings) {
      if (sighting.node === undefined) continue;
      if (last !== undefined && last.node !== sighting.node && moves.length < MAX_MOVES)
        moves.push({ thing, before: last, after: sighting });
      last = sighting;
    }
  }
  return moves.sort((a, b) => a.after.row - b.after.row);
}

/** What a move means for the next run of the policy. */
export function moveText({ thing }: Move, cab: boolean): string {
  const what =
    thing.kind === 'volumes'
      ? `The affinity of ${quoted(thing.name)} has changed: it was moved.`
      : `The affinity of ${quoted(thing.name)} has changed.`;
  return thing.kind === 'volumes' ? `${what} ${AFTER_MOVE[cab ? 'cab' : 'none']}` : what;
}
