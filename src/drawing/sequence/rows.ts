import type { SequenceOutline } from '../../analysis/sequence/model';

export const ROW_HEIGHT = 26;
/** Before each phase but the first. */
const PHASE_GAP = 8;
/** Within a row: base line of the label, and the arrow below it. */
export const BASE_LINE = 13;
export const ARROW = 19;

/** Heights of lines: all rows are equal, with a gap before each phase, so that any line's place is found at once. */
export class Rows {
  private readonly starts: number[];

  constructor(private readonly outline: Pick<SequenceOutline, 'phases' | 'lines'>) {
    this.starts = outline.phases.map(({ fromLine }) => fromLine);
  }

  /** Top of a line, from the top of the first one. */
  top(line: number): number {
    return line * ROW_HEIGHT + Math.max(0, this.phaseOf(line)) * PHASE_GAP;
  }

  get height(): number {
    return this.outline.lines === 0 ? 0 : this.top(this.outline.lines - 1) + ROW_HEIGHT;
  }

  /** The line at a height, within what there is. */
  at(y: number): number {
    let low = 0;
    let high = this.outline.lines - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.top(middle) <= y) low = middle;
      else high = middle - 1;
    }
    return Math.max(0, low);
  }

  /** Place of the phase that holds a line. */
  phaseOf(line: number): number {
    const { starts } = this;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (starts[middle] <= line) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
