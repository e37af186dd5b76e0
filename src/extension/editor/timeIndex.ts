import type { MessageIndex } from '../../session/messageIndex';
import { relativeSeconds } from '../../session/messageTimes';
import type { Work } from '../scheduler';

const BLOCK_BITS = 10;
const BLOCK = 1 << BLOCK_BITS;

/**
 * Where in time the rows stand. Rows are ordered as captured, which is nearly but not strictly by time (clock steps,
 * merged captures), so blocks of rows keep their earliest and latest time and searches skip blocks.
 * All times are seconds since the first message of the capture.
 */
export class TimeIndex {
  private earliest = new Float64Array(64);
  private latest = new Float64Array(64);
  /** Like `earliest`, but a reply counts from its request: when the first bar of the block begins. */
  private barStart = new Float64Array(64);
  private rows = 0;
  /** Earliest and latest time of all rows so far; 0 when there are none. */
  start = 0;
  end = 0;

  constructor(private readonly index: MessageIndex) {}

  /** Rows known here; the rest of the index follows with the next `extend`. */
  get count(): number {
    return this.rows;
  }

  /** Takes in the rows that were added to the index since. */
  *extend(): Work<void> {
    while (this.rows < this.index.count) {
      const to = Math.min(this.index.count, this.rows + 256);
      for (let row = this.rows; row < to; row++) this.add(row);
      this.rows = to;
      yield;
    }
  }

  private add(row: number): void {
    const block = row >>> BLOCK_BITS;
    if (block === this.earliest.length) this.grow();
    const time = relativeSeconds(this.index, row);
    const begin = this.barBegin(row, time);
    if ((row & (BLOCK - 1)) === 0) {
      this.earliest[block] = time;
      this.latest[block] = time;
      this.barStart[block] = begin;
    } else {
      if (time < this.earliest[block]) this.earliest[block] = time;
      if (time > this.latest[block]) this.latest[block] = time;
      if (begin < this.barStart[block]) this.barStart[block] = begin;
    }
    if (row === 0 || time < this.start) this.start = time;
    if (row === 0 || time > this.end) this.end = time;
  }

  /** When the exchange that ends with `row` began: its request's time for a reply, else its own. */
  private barBegin(row: number, time: number): number {
    if (this.index.kind(row) !== 'reply') return time;
    const pair = this.index.pair(row);
    return pair < 0 ? time : Math.min(time, relativeSeconds(this.index, pair));
  }

  private grow(): void {
    for (const name of ['earliest', 'latest', 'barStart'] as const) {
      const larger = new Float64Array(this[name].length * 2);
      larger.set(this[name]);
      this[name] = larger;
    }
  }

  /** Ranges of rows [from, to) in which messages, or exchanges when `bars`, between the two times can stand. */
  *blocksBetween(from: number, to: number, bars: boolean): Generator<[number, number], void, void> {
    const first = bars ? this.barStart : this.earliest;
    for (let start = 0; start < this.rows; start += BLOCK) {
      const block = start >>> BLOCK_BITS;
      if (first[block] <= to && this.latest[block] >= from) yield [start, Math.min(start + BLOCK, this.rows)];
    }
  }

  /** The row whose time is nearest to `time`; -1 when there are no rows. */
  nearestRow(time: number): number {
    let best = -1;
    let distance = Infinity;
    for (let start = 0; start < this.rows; start += BLOCK) {
      const block = start >>> BLOCK_BITS;
      const away = Math.max(this.earliest[block] - time, time - this.latest[block], 0);
      if (away >= distance) continue;
      const to = Math.min(start + BLOCK, this.rows);
      for (let row = start; row < to; row++) {
        const d = Math.abs(relativeSeconds(this.index, row) - time);
        if (d < distance) {
          distance = d;
          best = row;
        }
      }
    }
    return best;
  }
}
