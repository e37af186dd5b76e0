import type { SequenceOutline } from '../../analysis/sequence/model';

/** Lines from which to which a lifeline carries states, apart from each other and in order: `[from, to, from, to]`. */
type Stretches = number[];

const known = new WeakMap<SequenceOutline, readonly Stretches[]>();

/** Whether a state's bar stands on a lifeline at a line, so that no text may lie over it there. */
export function isBarred(outline: SequenceOutline, lifeline: number, line: number): boolean {
  const stretches = stretchesOf(outline)[lifeline] ?? [];
  let low = 0;
  let high = stretches.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (stretches[2 * middle + 1] < line) low = middle + 1;
    else high = middle;
  }
  return 2 * low < stretches.length && stretches[2 * low] <= line;
}

function stretchesOf(outline: SequenceOutline): readonly Stretches[] {
  const found = known.get(outline);
  if (found) return found;
  const made = outline.lifelines.map((): Stretches => []);
  const bars = [...outline.states].sort((a, b) => a.fromLine - b.fromLine);
  for (const { lifeline, fromLine, toLine } of bars) {
    const stretches = made[lifeline];
    const end = stretches.length - 1;
    if (end > 0 && fromLine <= stretches[end] + 1) stretches[end] = Math.max(stretches[end], toLine);
    else stretches.push(fromLine, toLine);
  }
  known.set(outline, made);
  return made;
}
