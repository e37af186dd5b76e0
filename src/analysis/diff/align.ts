/** A step of an alignment: places in both lists, -1 where only the other one has it. */
export type Aligned = readonly [a: number, b: number];

/** Differences that are searched for at once; beyond it the way found so far is taken, so that time stays bounded. */
const MAX_EDITS = 800;

/**
 * Aligns two lists of numbers with few insertions and deletions (Myers, "An O(ND) Difference Algorithm"). Lists that are
 * all different cost no more than about MAX_EDITS steps an element: then the result is good and not the best.
 */
export function align(a: Int32Array, b: Int32Array): Aligned[] {
  const aligned: Aligned[] = [];
  let x = 0;
  let y = 0;
  let endA = a.length;
  let endB = b.length;
  while (endA > 0 && endB > 0 && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  while (x < endA || y < endB) {
    while (x < endA && y < endB && a[x] === b[y]) aligned.push([x++, y++]);
    if (x >= endA || y >= endB) break;
    for (const step of stretch(a.subarray(x, endA), b.subarray(y, endB)))
      aligned.push([step[0] < 0 ? -1 : step[0] + x, step[1] < 0 ? -1 : step[1] + y]);
    const [lastA, lastB] = reached(aligned);
    x = Math.max(x, lastA);
    y = Math.max(y, lastB);
  }
  while (x < endA) aligned.push([x++, -1]);
  while (y < endB) aligned.push([-1, y++]);
  while (x < a.length) aligned.push([x++, y++]);
  return aligned;
}

/** The places behind the last ones that are aligned. */
function reached(aligned: readonly Aligned[]): [number, number] {
  let a = -1;
  let b = -1;
  for (let at = aligned.length - 1; at >= 0 && (a < 0 || b < 0); at--) {
    if (a < 0) a = aligned[at][0];
    if (b < 0) b = aligned[at][1];
  }
  return [a + 1, b + 1];
}

/** Aligns as much as MAX_EDITS differences allow. */
function stretch(a: Int32Array, b: Int32Array): Aligned[] {
  const limit = Math.min(MAX_EDITS, a.length + b.length);
  const offset = limit + 1;
  const furthest = new Int32Array(2 * limit + 3);
  const trace: Int32Array[] = [];
  let best = { edits: 0, diagonal: 0, sum: -1 };
  for (let edits = 0; edits <= limit; edits++) {
    trace.push(furthest.slice(offset - edits - 1, offset + edits + 2));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const down =
        diagonal === -edits ||
        (diagonal !== edits && furthest[offset + diagonal - 1] < furthest[offset + diagonal + 1]);
      let x = down ? furthest[offset + diagonal + 1] : furthest[offset + diagonal - 1] + 1;
      let y = x - diagonal;
      if (x > a.length || y > b.length) {
        furthest[offset + diagonal] = x;
        continue;
      }
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x++;
        y++;
      }
      furthest[offset + diagonal] = x;
      if (x + y > best.sum) best = { edits, diagonal, sum: x + y };
      if (x === a.length && y === b.length) return backtrack(trace, edits, diagonal, x);
    }
  }
  return backtrack(trace, best.edits, best.diagonal, (best.sum + best.diagonal) / 2);
}

/** The way that led to `x` on a diagonal. */
function backtrack(trace: readonly Int32Array[], edits: number, diagonal: number, x: number): Aligned[] {
  const way: Aligned[] = [];
  let y = x - diagonal;
  for (; edits > 0; edits--) {
    const before = trace[edits];
    const at = (wanted: number): number => before[wanted + edits + 1];
    const down = diagonal === -edits || (diagonal !== edits && at(diagonal - 1) < at(diagonal + 1));
    const previous = down ? diagonal + 1 : diagonal - 1;
    const fromX = at(previous);
    const fromY = fromX - previous;
    while (x > fromX && y > fromY) way.push([--x, --y]);
    if (down) way.push([-1, --y]);
    else way.push([--x, -1]);
    diagonal = previous;
  }
  while (x > 0 && y > 0) way.push([--x, --y]);
  return way.reverse();
}
