import { escapeText, clip } from '../../protocol';
import { nanosBetween } from '../../session/messageTimes';
import type { AnalysisSource } from '../analysis';
import type { Job } from '../jobs/model';
import { MessageView } from '../messageView';
import { align } from './align';
import type { DiffCounts, DiffItem, DiffSide, JobDiff, JobFacts, ValueDifference } from './model';
import { markMoved } from './order';
import { timingOf } from './timing';
import { streamsOf, type Stream, type Unit } from './units';
import { differencesOf, type Side } from './values';

const MAX_SUMMARY = 160;

/** One of the two jobs that are compared. */
export interface JobSide {
  source: AnalysisSource;
  job: Job;
  rows: readonly number[];
}

/** Compares two jobs step by step. */
export function diffJob(a: JobSide, factsA: JobFacts, b: JobSide, factsB: JobFacts): JobDiff {
  const streamsA = new Map(streamsOf(a.source, a.job, a.rows).map((stream) => [stream.key, stream]));
  const streamsB = new Map(streamsOf(b.source, b.job, b.rows).map((stream) => [stream.key, stream]));
  const comparison = new JobComparison(a, b);
  for (const key of new Set([...streamsA.keys(), ...streamsB.keys()]))
    comparison.compare(streamsA.get(key), streamsB.get(key));
  const items = comparison.inOrder();
  const facts = factDifferences(a.job, b.job);
  const counts = countItems(items);
  return {
    a: factsA,
    b: factsB,
    same: counts.changed + counts.onlyA + counts.onlyB + counts.moved === 0 && facts.every(({ expected }) => expected),
    counts,
    facts,
    items,
    timing: timingOf(items),
  };
}

class JobComparison {
  private readonly items: DiffItem[] = [];
  private readonly sideA: Side;
  private readonly sideB: Side;

  constructor(
    private readonly a: JobSide,
    private readonly b: JobSide,
  ) {
    this.sideA = { source: a.source, names: hostNames(a) };
    this.sideB = { source: b.source, names: hostNames(b) };
  }

  compare(left: Stream | undefined, right: Stream | undefined): void {
    const unitsA = left?.units ?? [];
    const unitsB = right?.units ?? [];
    const { service, direction } = (left ?? right) as Stream;
    const [a, b] = tokens(unitsA, unitsB);
    const settled = settleErrors(align(a, b), unitsA, this.a, unitsB, this.b);
    const steps = direction === 'request' ? this.joinMoved(settled, unitsA, unitsB) : settled;
    for (const [atA, atB] of steps)
      this.items.push(
        this.itemOf(service, direction, atA < 0 ? undefined : unitsA[atA], atB < 0 ? undefined : unitsB[atB]),
      );
  }

  /** All steps in the order of side A; what only B has stands behind what it came after there. */
  inOrder(): DiffItem[] {
    const place = placesOf(this.items);
    const ordered = this.items.map((item, at) => ({ item, at, place: place(item) }));
    ordered.sort((one, other) => one.place - other.place || one.at - other.at);
    const items = ordered.map(({ item }) => item);
    markMoved(items);
    return items;
  }

  /** The same request on both sides, with the same values and result, is one step though others come between. */
  private joinMoved(
    steps: readonly [number, number][],
    unitsA: readonly Unit[],
    unitsB: readonly Unit[],
  ): [number, number][] {
    const waiting = new Map<string, number[]>();
    for (const [atA, atB] of steps) {
      if (atA >= 0 || unitsB[atB].fold !== undefined) continue;
      const list = waiting.get(unitsB[atB].token) ?? [];
      list.push(atB);
      waiting.set(unitsB[atB].token, list);
    }
    const taken = new Set<number>();
    const joined = steps.map(([atA, atB]): [number, number] => {
      if (atB >= 0) return [atA, atB];
      const [other] = waiting.get(unitsA[atA].token) ?? [];
      if (other === undefined || !this.isSame(unitsA[atA], unitsB[other])) return [atA, atB];
      waiting.get(unitsA[atA].token)?.shift();
      taken.add(other);
      return [atA, other];
    });
    return joined.filter(([atA, atB]) => atA >= 0 || !taken.has(atB));
  }

  private isSame(a: Unit, b: Unit): boolean {
    if (resultOf(this.a, a) !== resultOf(this.b, b)) return false;
    return differencesOf(this.sideA, a, this.sideB, b).every(({ expected }) => expected);
  }

  private itemOf(
    service: string,
    direction: 'request' | 'post',
    unitA: Unit | undefined,
    unitB: Unit | undefined,
  ): DiffItem {
    const both = unitA !== undefined && unitB !== undefined;
    const differences = both ? differencesOf(this.sideA, unitA, this.sideB, unitB) : [];
    const { name, fold } = (unitA ?? unitB) as Unit;
    const isChanged = differences.some(({ expected }) => !expected);
    return {
      kind: both ? (isChanged ? 'changed' : 'same') : unitA ? 'onlyA' : 'onlyB',
      minor: !both && fold === 'status',
      moved: false,
      name,
      service,
      direction,
      a: unitA && sideOf(this.a, unitA),
      b: unitB && sideOf(this.b, unitB),
      differences,
    };
  }
}

/** Where a step stands in the order of side A: its row there, or that of what comes before it on side B. */
function placesOf(items: readonly DiffItem[]): (item: DiffItem) => number {
  const both = items.flatMap(({ a, b }) => (a && b ? [{ a: a.row, b: b.row }] : [])).sort((x, y) => x.b - y.b);
  return ({ a, b }) => {
    if (a !== undefined || b === undefined) return a?.row ?? -1;
    let low = 0;
    let high = both.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (both[middle].b < b.row) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? -1 : both[low - 1].a + 0.5;
  };
}

/** The same numbers for the same tokens. */
function tokens(a: readonly Unit[], b: readonly Unit[]): [Int32Array, Int32Array] {
  const numbers = new Map<string, number>();
  const numberOf = ({ token }: Unit): number => {
    const known = numbers.get(token);
    if (known !== undefined) return known;
    numbers.set(token, numbers.size);
    return numbers.size - 1;
  };
  return [Int32Array.from(a, numberOf), Int32Array.from(b, numberOf)];
}

/**
 * Of a step that one side repeats, the one with the same result is the counterpart: a drive that was busy twice is opened
 * at the third try.
 */
function settleErrors(
  aligned: readonly (readonly [number, number])[],
  unitsA: readonly Unit[],
  a: JobSide,
  unitsB: readonly Unit[],
  b: JobSide,
): [number, number][] {
  const steps = aligned.map(([left, right]): [number, number] => [left, right]);
  for (let at = 0; at < steps.length; at++) {
    const [left, right] = steps[at];
    if (left < 0 || right < 0 || resultOf(a, unitsA[left]) === resultOf(b, unitsB[right])) continue;
    for (let next = at + 1; next < steps.length; next++) {
      const [otherA, otherB] = steps[next];
      if (otherA >= 0 && otherB >= 0) break;
      const isB = otherA < 0;
      if (
        isB &&
        unitsB[otherB].token === unitsB[right].token &&
        resultOf(b, unitsB[otherB]) === resultOf(a, unitsA[left])
      ) {
        steps[at] = [-1, right];
        steps[next] = [left, otherB];
        break;
      }
      if (
        !isB &&
        unitsA[otherA].token === unitsA[left].token &&
        resultOf(a, unitsA[otherA]) === resultOf(b, unitsB[right])
      ) {
        steps[at] = [left, -1];
        steps[next] = [otherA, right];
        break;
      }
    }
  }
  return steps;
}

function resultOf({ source: { index } }: JobSide, { reply }: Unit): number {
  if (reply < 0) return -1;
  return index.headerError(reply) !== 0 ? index.headerError(reply) : Math.max(0, index.bodyError(reply));
}

function sideOf({ source, rows }: JobSide, unit: Unit): DiffSide {
  const { index } = source;
  const until = unit.rows.length > 1 ? unit.lastRow : unit.reply;
  const took = until < 0 ? undefined : nanosBetween(index, unit.row, until) / 1e9;
  return {
    row: unit.row,
    reply: unit.reply,
    count: unit.rows.length,
    at: nanosBetween(index, rows[0], unit.row) / 1e9,
    took: took !== undefined && took < 0 ? undefined : took,
    summary: unit.fold === undefined ? clip(escapeText(new MessageView(source, unit.row).summary), MAX_SUMMARY) : '',
  };
}

/** Addresses of the job's hosts, by the part they play. */
function hostNames({ source, job }: JobSide): Map<string, string> {
  const names = new Map<string, string>();
  const { connections } = source.index;
  const name = (address: string | undefined, part: string): void => {
    if (address !== undefined && !names.has(address)) names.set(address, part);
  };
  name(connections[job.dataConnection]?.server.address, 'the data server');
  name(connections[job.tapeConnection]?.server.address, 'the tape server');
  name(connections[job.changerConnection]?.server.address, 'the changer');
  // a connection in the place of a job
  if (job.spans.length === 0) name(connections[job.id]?.server.address, 'the server');
  return names;
}

function factDifferences(a: Job, b: Job): ValueDifference[] {
  const facts: readonly (keyof Job & ('topology' | 'outcome' | 'type' | 'path' | 'level'))[] = [
    'outcome',
    'topology',
    'type',
    'path',
    'level',
  ];
  return facts
    .filter((fact) => a[fact] !== b[fact])
    .map((fact) => ({ path: fact, a: a[fact], b: b[fact], expected: a[fact] === 'unknown' || b[fact] === 'unknown' }));
}

function countItems(items: readonly DiffItem[]): DiffCounts {
  const counts: DiffCounts = { same: 0, changed: 0, onlyA: 0, onlyB: 0, moved: 0, minor: 0 };
  for (const { kind, minor, moved } of items) {
    if (minor) counts.minor++;
    else counts[kind]++;
    if (moved) counts.moved++;
  }
  return counts;
}
