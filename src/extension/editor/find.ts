import type { Work } from '../scheduler';
import type { CaptureModel } from './captureModel';
import { isFailed } from './result';
import type { VisibleRows } from './visibleRows';

/** Position of the next row with an error (or any problem) after `position`, -1 when there is none. */
export function* findNext(
  model: CaptureModel,
  visible: VisibleRows,
  position: number,
  forward: boolean,
  what: 'error' | 'problem',
  exchanges: boolean,
): Work<number> {
  const { index } = model;
  const test = (row: number) => isFailed(index, row) || (what === 'problem' && index.hasProblem(row));
  const step = forward ? 1 : -1;
  let steps = 0;
  for (let at = position + step; at >= 0 && at < visible.length; at += step) {
    const row = visible.rowAt(at);
    if (test(row)) return at;
    const reply = exchanges && index.kind(row) === 'request' ? index.pair(row) : -1;
    if (reply >= 0 && test(reply)) return at;
    if (++steps % 256 === 0) yield;
  }
  return -1;
}

/** Where a message stands in the list, or its nearest neighbour. */
export function locateRow(
  model: CaptureModel,
  visible: VisibleRows,
  row: number,
  exchanges: boolean,
): { index: number; exact: boolean } {
  if (visible.length === 0) return { index: -1, exact: false };
  const { index } = model;
  // a folded reply stands in its request's row
  const folded = exchanges && index.kind(row) === 'reply' && index.pair(row) >= 0;
  const wanted = folded && !visible.contains(row) ? index.pair(row) : row;
  const position = visible.positionOf(wanted);
  if (position < visible.length && visible.rowAt(position) === wanted) return { index: position, exact: true };
  return { index: Math.min(position, visible.length - 1), exact: false };
}
