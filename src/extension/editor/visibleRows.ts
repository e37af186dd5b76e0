import type { MessageIndex } from '../../session/messageIndex';
import { relativeSeconds } from '../../session/messageTimes';
import type { Work } from '../scheduler';
import { RowList } from './rowList';
import { TimeHistogram } from './timeHistogram';

export interface RowFilter {
  matches(row: number): boolean;
  /** True when `matches` decodes bodies, so that one row can cost a millisecond. */
  slow: boolean;
}

/**
 * The rows a view shows: all of them, or those that pass a filter. The list grows with the index while it is being
 * made; a new filter is a new list.
 */
export class VisibleRows {
  /** The listed messages over time, when there is a filter. Times as of `relativeSeconds`. */
  readonly histogram = new TimeHistogram(1);
  private readonly list: RowList | undefined;
  private scannedRows = 0;

  constructor(
    private readonly index: MessageIndex,
    private readonly filter?: RowFilter,
  ) {
    this.list = filter && new RowList();
  }

  get length(): number {
    return this.list ? this.list.length : this.index.count;
  }

  /** Rows of the index that have been looked at. */
  get scanned(): number {
    return this.list ? this.scannedRows : this.index.count;
  }

  get filtered(): boolean {
    return this.list !== undefined;
  }

  /** The row of the index at `position` of the list. */
  rowAt(position: number): number {
    return this.list ? this.list.at(position) : position;
  }

  /** The position of `row`, or of the first visible row after it; `length` when there is none. */
  positionOf(row: number): number {
    return this.list ? this.list.lowerBound(row) : Math.min(row, this.index.count);
  }

  contains(row: number): boolean {
    const position = this.positionOf(row);
    return position < this.length && this.rowAt(position) === row;
  }

  /** Looks at the rows that were added to the index since. */
  *extend(): Work<void> {
    const { list, filter, index } = this;
    if (!list || !filter) return;
    const stride = filter.slow ? 1 : 256;
    while (this.scannedRows < index.count) {
      const to = Math.min(index.count, this.scannedRows + stride);
      for (let row = this.scannedRows; row < to; row++) if (filter.matches(row)) this.add(list, row);
      this.scannedRows = to;
      yield;
    }
  }

  private add(list: RowList, row: number): void {
    list.push(row);
    this.histogram.series[0][this.histogram.bucket(relativeSeconds(this.index, row))]++;
  }
}
