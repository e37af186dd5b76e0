import { element, oncePerFrame } from '../dom';
import { VirtualScroll } from '../table/virtualScroll';

export interface VirtualListOptions {
  rowHeight: number;
  /** Makes an empty row; rows are used again for other indices. */
  create(): HTMLElement;
  /** Fills a row for an index. */
  update(row: HTMLElement, index: number): void;
  /** The user has scrolled, by bar, wheel or finger. */
  onScroll?(): void;
  /** After rows were placed. */
  onRender?(first: number, end: number): void;
  /** Stands above the rows, scrolls sideways with them but not up and down. */
  header?: HTMLElement;
}

/**
 * A list that draws only the rows one can see, of any length. Rows stand in a layer that sticks to the viewport; the
 * scroller holds only an empty element as tall as the list (or as tall as elements may be).
 */
export class VirtualList {
  readonly scroll: VirtualScroll;
  readonly scroller = element('div', { class: 'vlist' });
  private readonly layer = element('div', { class: 'vlist-layer', role: 'presentation' });
  private readonly spacer = element('div', { class: 'vlist-spacer', role: 'presentation' });
  private readonly pool: HTMLElement[] = [];
  private readonly draw: () => void;
  private headerHeight = 0;
  private ownScrollTop = 0;

  constructor(private readonly options: VirtualListOptions) {
    this.scroll = new VirtualScroll(options.rowHeight);
    if (options.header) this.scroller.append(options.header);
    this.scroller.append(this.layer, this.spacer);
    this.draw = oncePerFrame(() => this.render());
    this.scroller.addEventListener('scroll', () => this.onScroll(), { passive: true });
    this.scroller.addEventListener('wheel', (event) => this.onWheel(event), { passive: false });
    new ResizeObserver(() => this.measure()).observe(this.scroller);
  }

  get count(): number {
    return this.scroll.count;
  }

  setCount(count: number): void {
    this.scroll.resize(count, this.scroll.viewport);
    this.spacer.style.height = `${this.scroll.elementHeight}px`;
    this.syncScrollBar();
    this.draw();
  }

  /** Draws again what is visible. */
  refresh(): void {
    this.draw();
  }

  reveal(index: number, place: 'nearest' | 'top' | 'middle' = 'nearest'): void {
    this.scroll.reveal(index, place);
    this.syncScrollBar();
    this.draw();
  }

  /** Whether the last row is in sight. */
  get isAtEnd(): boolean {
    return this.scroll.top >= this.scroll.maxTop - this.options.rowHeight / 2;
  }

  revealEnd(): void {
    this.scroll.moveTo(this.scroll.maxTop);
    this.syncScrollBar();
    this.draw();
  }

  /** Scrolls by whole rows. */
  scrollRows(rows: number): void {
    this.scroll.moveBy(rows * this.options.rowHeight);
    this.syncScrollBar();
    this.draw();
  }

  /** The drawn row of an index, if it is drawn. */
  rowElement(index: number): HTMLElement | undefined {
    return this.pool.find((row) => !row.hidden && row.dataset['index'] === String(index));
  }

  /** The index of the row that holds a node. */
  indexOf(node: EventTarget | null): number | undefined {
    const row = node instanceof Element ? node.closest<HTMLElement>('[data-index]') : null;
    return row && this.layer.contains(row) ? Number(row.dataset['index']) : undefined;
  }

  measure(): void {
    this.headerHeight = this.options.header?.offsetHeight ?? 0;
    this.layer.style.top = `${this.headerHeight}px`;
    const height = Math.max(0, this.scroller.clientHeight - this.headerHeight);
    this.layer.style.height = `${height}px`;
    this.spacer.style.marginTop = `${-height}px`;
    this.scroll.resize(this.scroll.count, height);
    this.spacer.style.height = `${this.scroll.elementHeight}px`;
    this.syncScrollBar();
    this.render();
  }

  private onScroll(): void {
    const top = this.scroller.scrollTop;
    if (Math.abs(top - this.ownScrollTop) < 1) return;
    this.ownScrollTop = top;
    this.scroll.scrolledTo(top);
    if (this.scroll.squeezed) this.syncScrollBar();
    this.options.onScroll?.();
    this.draw();
  }

  /** Where the scroll bar is squeezed, a notch of the wheel must not be worth a thousand rows. */
  private onWheel(event: WheelEvent): void {
    if (!this.scroll.squeezed || event.ctrlKey || event.shiftKey || event.deltaY === 0) return;
    event.preventDefault();
    const unit = event.deltaMode === 1 ? this.options.rowHeight : event.deltaMode === 2 ? this.scroll.viewport : 1;
    this.scroll.moveBy(event.deltaY * unit);
    this.options.onScroll?.();
    this.syncScrollBar();
    this.draw();
  }

  private syncScrollBar(): void {
    const wanted = this.scroll.scrollTop;
    if (Math.abs(this.scroller.scrollTop - wanted) >= 1) this.scroller.scrollTop = wanted;
    this.ownScrollTop = this.scroller.scrollTop;
  }

  private render(): void {
    const { firstVisible: first, endVisible: end } = this.scroll;
    while (this.pool.length < end - first) {
      const row = this.options.create();
      this.pool.push(row);
      this.layer.append(row);
    }
    const size = this.pool.length;
    const used = new Set<HTMLElement>();
    for (let index = first; index < end; index++) {
      const row = this.pool[index % size];
      used.add(row);
      row.hidden = false;
      row.dataset['index'] = String(index);
      row.style.transform = `translateY(${this.scroll.offsetOf(index)}px)`;
      this.options.update(row, index);
    }
    for (const row of this.pool) {
      if (used.has(row)) continue;
      row.hidden = true;
      delete row.dataset['index'];
    }
    this.options.onRender?.(first, end);
  }
}
