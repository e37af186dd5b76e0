import type { Inventory } from './inventory';
import { shown } from './say';
import type { AffinitySettings } from './settings';
import { sortSystems, type Sighting, type Thing } from './systems';

/** A volume or device whose affinity in a later capture is another one than in an earlier. Plain data. */
export interface MoveBetween {
  name: string;
  from: string;
  to: string;
  /** Row in the earlier capture, and row in the later one. */
  beforeRow: number;
  afterRow: number;
}

/** What moved from one capture to a later one; `shared` is false where no affinity says that both are of one cluster. */
export interface MovesBetween {
  shared: boolean;
  moves: MoveBetween[];
}

const MAX_MOVES = 1000;

/** Compares the last affinities of an earlier capture with the first of a later one, item by item. */
export function movesBetween(earlier: Inventory, later: Inventory, settings: AffinitySettings): MovesBetween {
  const [before, after] = [earlier, later].map((inventory) => sortSystems(inventory, settings).things.filter(isPlaced));
  const known = new Set(before.flatMap(({ sightings }) => sightings.map(({ node }) => node)));
  // tokens of another cluster are other tokens; without one in common a difference says nothing
  const shared = after.some(({ sightings }) => sightings.some(({ node }) => node !== undefined && known.has(node)));
  if (!shared) return { shared, moves: [] };
  const last = new Map(before.map((thing) => [identity(thing), placed(thing).at(-1)]));
  const moves = after.flatMap((thing): MoveBetween[] => {
    const [first] = placed(thing);
    const old = last.get(identity(thing));
    if (old === undefined || old.node === first.node) return [];
    const [from, to] = [old, first].map(({ node }) => shown((node ?? '').replaceAll('\u0000', ', '), 120));
    return [{ name: shown(thing.name, 120), from, to, beforeRow: old.row, afterRow: first.row }];
  });
  return { shared, moves: moves.slice(0, MAX_MOVES) };
}

function placed({ sightings }: Thing): Sighting[] {
  return sightings.filter(({ node }) => node !== undefined);
}

function isPlaced(thing: Thing): boolean {
  return placed(thing).length > 0;
}

function identity({ kind, name }: Thing): string {
  return `${kind} ${name}`;
}
