import type { DiffItem } from './model';

/**
 * Marks requests that both sides sent in another order: those outside the longest row of steps that come in the same order
 * on both sides. Only what a DMA sends one after the other has an order that means something; posts of two servers cross.
 */
export function markMoved(items: readonly DiffItem[]): void {
  const requests = items.filter(
    ({ a, b, direction, name }) =>
      a !== undefined && b !== undefined && direction === 'request' && name !== 'status requests',
  );
  requests.sort((one, other) => (one.a?.row ?? 0) - (other.a?.row ?? 0));
  const kept = longestRise(requests.map(({ b }) => b?.row ?? 0));
  requests.forEach((item, at) => {
    item.moved = !kept.has(at);
  });
}

/** Places of a longest increasing run of numbers. */
function longestRise(values: readonly number[]): Set<number> {
  const tails: number[] = [];
  const before = new Int32Array(values.length).fill(-1);
  for (let at = 0; at < values.length; at++) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[tails[middle]] < values[at]) low = middle + 1;
      else high = middle;
    }
    if (low > 0) before[at] = tails[low - 1];
    tails[low] = at;
  }
  const kept = new Set<number>();
  for (let at = tails.at(-1) ?? -1; at >= 0; at = before[at]) kept.add(at);
  return kept;
}
