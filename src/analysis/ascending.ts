/**
 * How many elements of a list lie before `value`, by a key that ascends along the list: the place of the first that does
 * not. Takes logarithmic time, so that asking every job of a long connection costs no pass over the connection each.
 */
export function countBefore<T>(list: readonly T[], value: number, key: (element: T) => number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (key(list[middle]) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

const itself = (row: number): number => row;

/** How many of the rows, which ascend, come before `row`. */
export function rowsBefore(rows: readonly number[], row: number): number {
  return countBefore(rows, row, itself);
}

/** Those of the rows, which ascend, from `from` to `to`, both included. */
export function rowsWithin(rows: readonly number[], from: number, to: number): number[] {
  return rows.slice(rowsBefore(rows, from), rowsBefore(rows, to + 1));
}

/** The first of the rows, which ascend, from `from` to `to` that passes; -1 when none does. */
export function findRow(rows: readonly number[], from: number, to: number, test: (row: number) => boolean): number {
  for (let at = rowsBefore(rows, from); at < rows.length && rows[at] <= to; at++) if (test(rows[at])) return rows[at];
  return -1;
}

/** The last of the rows, which ascend, before `row`; -1 when there is none. */
export function lastBefore(rows: readonly number[], row: number): number {
  return rows[rowsBefore(rows, row) - 1] ?? -1;
}

/** The first of the rows, which ascend, after `row`; -1 when there is none. */
export function firstAfter(rows: readonly number[], row: number): number {
  return rows[rowsBefore(rows, row + 1)] ?? -1;
}
