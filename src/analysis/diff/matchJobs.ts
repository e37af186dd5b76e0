import type { Job } from '../jobs/model';

/** Jobs in larger captures are matched one after the other. */
const MAX_MATRIX = 4_000_000;

/** Pairs of jobs that did the same thing, in the order of both captures; -1 where one has no counterpart. */
export function matchJobs(a: readonly Job[], b: readonly Job[]): [a: number, b: number][] {
  if (a.length === 1 && b.length === 1) return [[0, 0]];
  if (a.length * b.length > MAX_MATRIX) return inOrder(a.length, b.length);
  const width = b.length + 1;
  const score = new Float64Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const likeness = likenessOf(a[i], b[j]);
      const matched = likeness > 0 ? likeness + score[(i + 1) * width + j + 1] : 0;
      score[i * width + j] = Math.max(matched, score[(i + 1) * width + j], score[i * width + j + 1]);
    }
  const pairs: [number, number][] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const here = score[i * width + j];
    const likeness = likenessOf(a[i], b[j]);
    if (likeness > 0 && here === likeness + score[(i + 1) * width + j + 1]) pairs.push([i++, j++]);
    else if (here === score[(i + 1) * width + j]) pairs.push([i++, -1]);
    else pairs.push([-1, j++]);
  }
  while (i < a.length) pairs.push([i++, -1]);
  while (j < b.length) pairs.push([-1, j++]);
  return pairs;
}

/** How much two jobs are the same job; 0: not at all. */
function likenessOf(a: Job, b: Job): number {
  if (a.operation !== b.operation || (a.operation === 'session' && servedBy(a) !== servedBy(b))) return 0;
  const same = (one: string, other: string) => one !== '' && one === other;
  return (
    2 +
    (a.title === b.title ? 3 : 0) +
    (same(a.path, b.path) ? 2 : 0) +
    (same(a.type, b.type) ? 1 : 0) +
    (same(a.level, b.level) ? 1 : 0) +
    (a.topology === b.topology ? 1 : 0) +
    (a.outcome === b.outcome ? 0.5 : 0)
  );
}

/** Which servers a session turned to: one that only asks has nothing in common with one that drives a changer. */
function servedBy({ dataConnection, tapeConnection, changerConnection }: Job): string {
  return [dataConnection, tapeConnection, changerConnection].map((id) => id >= 0).join(' ');
}

function inOrder(a: number, b: number): [number, number][] {
  return Array.from({ length: Math.max(a, b) }, (_unused, at) => [at < a ? at : -1, at < b ? at : -1]);
}
