import type { Damage, MessageIndex } from '../../session/messageIndex';

/** How far around a damaged place a message of the same connection is looked for. */
const REACH = 20_000;

/** First row that ends in packet `frame` or later; the index's count when there is none. Rows are in packet order. */
export function rowAtFrame(index: MessageIndex, frame: number): number {
  let low = 0;
  let high = index.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (index.frame(middle) < frame) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The messages next to a damaged place: the last one before and the first one after it, of its connection. */
export function rowsAround(index: MessageIndex, damage: Damage): { before?: number; after?: number } {
  const at = rowAtFrame(index, damage.frame);
  const belongs = (row: number) => damage.connection === undefined || index.connection(row) === damage.connection;
  let before: number | undefined;
  let after: number | undefined;
  for (let row = at - 1; row >= Math.max(0, at - REACH) && before === undefined; row--) if (belongs(row)) before = row;
  for (let row = at; row < Math.min(index.count, at + REACH) && after === undefined; row++)
    if (belongs(row)) after = row;
  return { before, after };
}

/** The message to show for a damaged place. */
export function nearestRow(index: MessageIndex, damage: Damage): number | undefined {
  const { before, after } = rowsAround(index, damage);
  return after ?? before;
}
