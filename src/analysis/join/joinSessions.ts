import type { MessageSource } from '../messageView';
import { candidatesOf, type Candidate } from './candidates';
import { aheadOf, clockOf, type ClockSample } from './clock';
import { rowsByConnection } from './matchRows';
import type { ConnectionPair, SessionJoin } from './model';

/** Times of one session by two clocks differ by the same amount, give or take this many seconds. */
const CLOCK_WINDOW = 2;
const FINER_WINDOWS = [0.5, 0.1, 0.02, 0.004];
/** A finer window must hold nearly as much as the coarser one. */
const KEPT_WEIGHT = 0.95;

interface Window {
  weight: number;
  clock: number;
  /** What its first and last candidate say. */
  from: number;
  to: number;
}

/**
 * Finds the messages of one record of a session in another record of the same session. Connections are told by their
 * addresses and ports where both records know them, else by sequence numbers, errors and values; of several that are
 * alike, that one counts with which all clocks agree.
 * @returns undefined when the two have no connection in common
 */
export function joinSessions(a: MessageSource, b: MessageSource): SessionJoin | undefined {
  const rowsA = rowsByConnection(a.index);
  const rowsB = rowsByConnection(b.index);
  const chosen = choose(candidatesOf(a, rowsA, b, rowsB));
  if (chosen.length === 0) return undefined;
  const toB = new Int32Array(a.index.count).fill(-1);
  const toA = new Int32Array(b.index.count).fill(-1);
  const samples: ClockSample[] = [];
  const pairs: ConnectionPair[] = [];
  for (const { a: one, b: other, how } of chosen) {
    let matched = 0;
    for (const row of rowsA[one].rows) {
      const found = rowsB[other].find(a.index, row);
      if (found < 0 || toA[found] >= 0) continue;
      toB[row] = found;
      toA[found] = row;
      matched++;
      samples.push({ at: a.index.seconds(row), ahead: aheadOf(a.index, row, b.index, found) });
    }
    const onlyA = rowsA[one].rows.length - matched;
    pairs.push({ a: one, b: other, how, matched, onlyA, onlyB: rowsB[other].rows.length - matched });
  }
  const matched = pairs.reduce((sum, pair) => sum + pair.matched, 0);
  return { pairs, toB, toA, matched, clock: clockOf(samples) };
}

/** Each connection is at most one of the other record: the likeliest, where clocks go together. */
function choose(candidates: readonly Candidate[]): Candidate[] {
  const clock = agreedClock(candidates);
  const ranked = [...candidates].sort(
    (x, y) => y.score - x.score || Math.abs(x.ahead - clock) - Math.abs(y.ahead - clock) || x.a - y.a || x.b - y.b,
  );
  const takenA = new Set<number>();
  const takenB = new Set<number>();
  const chosen: Candidate[] = [];
  for (const candidate of ranked) {
    const fits = candidate.how === 'addresses and ports' || Math.abs(candidate.ahead - clock) <= CLOCK_WINDOW;
    if (!fits || takenA.has(candidate.a) || takenB.has(candidate.b)) continue;
    takenA.add(candidate.a);
    takenB.add(candidate.b);
    chosen.push(candidate);
  }
  return chosen.sort((x, y) => x.a - y.a);
}

/**
 * The difference of clocks for which most speaks: looked for coarsely, then as finely as the records' times allow, since
 * connections that are alike are only told by it.
 */
function agreedClock(candidates: readonly Candidate[]): number {
  const weights = new Map<number, number>();
  for (const { a, score } of candidates) weights.set(a, Math.max(weights.get(a) ?? 0, Math.min(score, 1000)));
  let sorted = [...candidates].sort((x, y) => x.ahead - y.ahead);
  let best = densest(sorted, CLOCK_WINDOW, weights);
  for (const window of FINER_WINDOWS) {
    const { from, to } = best;
    sorted = sorted.filter(({ ahead }) => ahead >= from - window && ahead <= to + window);
    const finer = densest(sorted, window, weights);
    if (finer.weight < KEPT_WEIGHT * best.weight) break;
    best = finer;
  }
  return best.clock;
}

/** The window that holds most, connections of A counted once, by the best that speaks for them. */
function densest(sorted: readonly Candidate[], window: number, weights: ReadonlyMap<number, number>): Window {
  let best: Window = { weight: -1, clock: 0, from: 0, to: 0 };
  let first = 0;
  let weight = 0;
  const inWindow = new Map<number, number>();
  const change = ({ a, score }: Candidate, by: 1 | -1): void => {
    const count = (inWindow.get(a) ?? 0) + by;
    inWindow.set(a, count);
    // a little for each candidate, so that of two windows the fuller one wins
    weight += by * Math.max(1, score) * 1e-3;
    if (count === (by === 1 ? 1 : 0)) weight += by * (weights.get(a) ?? 0);
  };
  sorted.forEach((candidate, last) => {
    change(candidate, 1);
    while (candidate.ahead - sorted[first].ahead > window) change(sorted[first++], -1);
    if (weight <= best.weight) return;
    best = { weight, clock: sorted[(first + last) >> 1].ahead, from: sorted[first].ahead, to: candidate.ahead };
  });
  return best;
}
