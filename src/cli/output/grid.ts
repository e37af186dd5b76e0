import { cellWidth, fit, padEnd, padStart } from '../terminal/text';

export interface GridColumn {
  title: string;
  align: 'left' | 'right';
  /** Cells it takes at least; it grows when a wider value comes, for the rows from then on. */
  width: number;
  /** It may be left out where the terminal is narrow; higher goes first. */
  spare?: number;
  /** Its values may be cut where the terminal is narrow and nothing is left to leave out. */
  shrinks?: boolean;
}

export interface GridCell {
  /** Safe to show: already escaped. */
  text: string;
  paint?: (text: string) => string;
}

const gap = '  ';
/** Others are left out so that the last column has its width, but not for more than this. */
const lastAtMost = 40;
/** A column that shrinks keeps this much. */
const leastWidth = 8;

/**
 * Lines of columns for a stream of rows whose widths are not known beforehand. The last column takes what is left of
 * the terminal's width and is cut there; without a width nothing is cut.
 */
export class Grid {
  private readonly widths: number[];
  private readonly shown: number[];
  /** Cells at which the values of a column are cut. */
  private readonly limits = new Map<number, number>();

  constructor(
    private readonly columns: readonly GridColumn[],
    private readonly width: number | undefined,
  ) {
    this.widths = columns.map(({ title, width }) => Math.max(width, cellWidth(title)));
    this.shown = this.fitting();
    this.shrink();
  }

  /** Room that the last column should have. */
  private get lastWidth(): number {
    return Math.min(lastAtMost, this.widths[this.widths.length - 1]);
  }

  /** Which columns there is room for. */
  private fitting(): number[] {
    let shown = this.columns.map((_, i) => i);
    const spare = shown.filter((i) => this.columns[i].spare !== undefined);
    spare.sort((a, b) => (this.columns[b].spare ?? 0) - (this.columns[a].spare ?? 0));
    for (const leaveOut of spare) {
      const taken = shown.slice(0, -1).reduce((sum, i) => sum + this.widths[i] + gap.length, 0);
      const last = shown.at(-1) ?? 0;
      const needed = last === this.columns.length - 1 ? this.lastWidth : Math.min(this.widths[last], lastAtMost);
      if (this.width === undefined || this.width - taken >= needed) {
        break;
      }
      shown = shown.filter((i) => i !== leaveOut);
    }
    return shown;
  }

  private shrink(): void {
    const shrinking = this.shown.filter((i) => this.columns[i].shrinks === true);
    if (this.width === undefined || shrinking.length === 0) {
      return;
    }
    const taken = this.shown.slice(0, -1).reduce((sum, i) => sum + this.widths[i] + gap.length, 0);
    const missing = Math.max(0, taken + this.lastWidth - this.width);
    for (const i of shrinking) {
      this.widths[i] = Math.max(leastWidth, this.widths[i] - Math.ceil(missing / shrinking.length));
      this.limits.set(i, this.widths[i]);
    }
  }

  head(): string {
    return this.row(this.columns.map(({ title }) => ({ text: title })));
  }

  row(cells: readonly GridCell[]): string {
    let taken = 0;
    const parts = this.shown.map((i, place) => {
      const { align } = this.columns[i];
      const { text: whole, paint = (plain: string): string => plain } = cells[i];
      const text = fit(whole, this.limits.get(i) ?? Infinity);
      const last = place === this.shown.length - 1;
      if (!last) {
        this.widths[i] = Math.max(this.widths[i], cellWidth(text));
        taken += this.widths[i] + gap.length;
      }
      const room = last && this.width !== undefined ? Math.max(1, this.width - taken) : undefined;
      const cut = room === undefined ? text : fit(text, room);
      const padded = align === 'right' ? padStart(cut, this.widths[i]) : last ? cut : padEnd(cut, this.widths[i]);
      return padded.replace(cut, () => paint(cut));
    });
    return parts.join(gap).trimEnd();
  }
}
