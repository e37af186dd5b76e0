/**
 * Where rows stand in a list that may be taller than an element can be. Browsers clamp element heights (Chromium at some
 * 33 million pixels, others lower), so beyond MAX_HEIGHT the scroll bar's range is squeezed: `top` (in list pixels) is
 * the truth, and the scroll bar is mapped to it and back. Small moves are made on `top`, so every row can be reached.
 */
export const MAX_HEIGHT = 8_000_000;

export class VirtualScroll {
  private rows = 0;
  private view = 0;
  private position = 0;

  constructor(
    readonly rowHeight: number,
    private readonly maxHeight: number = MAX_HEIGHT,
  ) {}

  get count(): number {
    return this.rows;
  }

  get viewport(): number {
    return this.view;
  }

  /** Pixels of the list above the viewport. */
  get top(): number {
    return this.position;
  }

  /** Height of all rows, if an element could be that tall. */
  get listHeight(): number {
    return this.rows * this.rowHeight;
  }

  /** Height to give the element that makes the scroll bar. */
  get elementHeight(): number {
    return Math.min(this.listHeight, this.maxHeight);
  }

  get squeezed(): boolean {
    return this.listHeight > this.maxHeight;
  }

  get maxTop(): number {
    return Math.max(0, this.listHeight - this.view);
  }

  /** The scroll bar's position for `top`. */
  get scrollTop(): number {
    if (!this.squeezed) return this.position;
    const range = Math.max(0, this.elementHeight - this.view);
    return this.maxTop === 0 ? 0 : (this.position / this.maxTop) * range;
  }

  resize(rows: number, viewport: number): void {
    this.rows = Math.max(0, rows);
    this.view = Math.max(0, viewport);
    this.moveTo(this.position);
  }

  /** Moves to a list pixel; returns whether anything changed. */
  moveTo(top: number): boolean {
    const next = Math.min(Math.max(0, top), this.maxTop);
    if (next === this.position) return false;
    this.position = next;
    return true;
  }

  moveBy(pixels: number): boolean {
    return this.moveTo(this.position + pixels);
  }

  /**
   * Takes over a position the user gave the scroll bar. Moves shorter than a page (touch, the bar's arrow buttons) are
   * taken as list pixels, longer ones (dragging the bar) as a share of the whole list.
   */
  scrolledTo(scrollTop: number): boolean {
    if (!this.squeezed) return this.moveTo(scrollTop);
    const range = Math.max(1, this.elementHeight - this.view);
    const moved = scrollTop - this.scrollTop;
    if (scrollTop <= 0) return this.moveTo(0);
    if (scrollTop >= range - 0.5) return this.moveTo(this.maxTop);
    if (Math.abs(moved) < Math.min(this.view, 120)) return this.moveBy(moved);
    return this.moveTo((scrollTop / range) * this.maxTop);
  }

  /** First row that is at least partly visible. */
  get firstVisible(): number {
    return Math.min(Math.floor(this.position / this.rowHeight), Math.max(0, this.rows - 1));
  }

  /** One more than the last row that is at least partly visible. */
  get endVisible(): number {
    return Math.min(this.rows, Math.ceil((this.position + this.view) / this.rowHeight));
  }

  /** Whole rows that fit the viewport, at least 1. */
  get pageRows(): number {
    return Math.max(1, Math.floor(this.view / this.rowHeight));
  }

  /** Pixels from the viewport's top edge to a row's. */
  offsetOf(row: number): number {
    return row * this.rowHeight - this.position;
  }

  /** Moves as little as needed to show a row in full, or puts it at the top or in the middle. */
  reveal(row: number, place: 'nearest' | 'top' | 'middle' = 'nearest'): boolean {
    const top = row * this.rowHeight;
    if (place === 'top' || this.view < this.rowHeight) return this.moveTo(top);
    const seen = top >= this.position && top + this.rowHeight <= this.position + this.view;
    if (seen) return false;
    if (place === 'middle') return this.moveTo(top - (this.view - this.rowHeight) / 2);
    return this.moveTo(top < this.position ? top : top + this.rowHeight - this.view);
  }
}
