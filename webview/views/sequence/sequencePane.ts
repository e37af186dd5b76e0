import type { SequenceLine, SequenceOutline } from '../../../src/analysis/sequence/model';
import {
  HEAD_HEIGHT,
  ROW_HEIGHT,
  Rows,
  columnsFor,
  headShapes,
  lifelineShapes,
  windowShapes,
  type Columns,
} from '../../../src/drawing/sequence';
import { element, oncePerFrame } from '../../dom';
import { VirtualScroll } from '../../table/virtualScroll';
import { drawShapes, lineElementId, svgElement, themePalette } from './drawShapes';
import type { LineStore } from './lineStore';

const HEAD_MARGIN = 8;
const FOOT = 16;
/** Lines drawn beyond what one sees, so that small moves need no drawing. */
const SPARE = 24;
const MIN_ZOOM = 0.3;
const MAX_ZOOM = 3;

export interface PaneEvents {
  /** A line was clicked, or reached with a key. */
  pick(line: number): void;
  /** A fold was clicked, or Enter pressed on it; any other line: it is to be shown elsewhere. */
  activate(line: number): void;
  zoomed(zoom: number): void;
}

/** The drawing: as tall as it needs, but only what one sees of it is in the page. */
export class SequencePane {
  readonly root = element('div', { class: 'sequence-pane' });
  readonly scroller = element('div', {
    class: 'sequence-scroller',
    tabindex: 0,
    role: 'listbox',
    'aria-label': 'Messages of the job',
  });
  private readonly head = svgElement('svg', [
    ['class', 'sequence-head'],
    ['aria-hidden', 'true'],
  ]);
  private readonly headWorld = svgElement('g');
  private readonly layer = element('div', { class: 'sequence-layer', role: 'presentation' });
  private readonly spacer = element('div', { class: 'sequence-spacer', role: 'presentation' });
  private readonly picture = svgElement('svg', [
    ['class', 'sequence-picture'],
    ['role', 'presentation'],
  ]);
  private readonly world = svgElement('g', [['role', 'presentation']]);
  private readonly mark = svgElement('rect', [
    ['class', 'sequence-selected'],
    ['x', '0'],
  ]);
  private readonly content = svgElement('g', [['role', 'presentation']]);
  private readonly scroll = new VirtualScroll(1);
  private readonly draw = oncePerFrame(() => this.render());
  private outline: SequenceOutline | undefined;
  private sample: readonly SequenceLine[] = [];
  /** The width for which the columns are. */
  private fitted = 0;
  private columns: Columns | undefined;
  private rows = new Rows({ phases: [], lines: 0 });
  private drawn = { from: 0, to: -1 };
  private stale = true;
  private zoomValue = 1;
  private ownScrollTop = 0;
  private selectedLine = -1;

  constructor(
    private readonly store: LineStore,
    private readonly events: PaneEvents,
  ) {
    this.head.append(this.headWorld);
    this.world.append(this.mark, this.content);
    this.picture.append(this.world);
    this.layer.append(this.picture);
    this.scroller.append(this.layer, this.spacer);
    this.root.append(this.head, this.scroller);
    this.scroller.addEventListener('scroll', () => this.onScroll(), { passive: true });
    this.scroller.addEventListener('wheel', (event) => this.onWheel(event), { passive: false });
    this.picture.addEventListener('click', (event) => this.onClick(event));
    this.listenForPan();
    new ResizeObserver(() => this.measure()).observe(this.scroller);
  }

  get zoom(): number {
    return this.zoomValue;
  }

  get lines(): number {
    return this.outline?.lines ?? 0;
  }

  get selected(): number {
    return this.selectedLine;
  }

  /** The first line that is wholly in sight. */
  get firstLine(): number {
    return this.rows.at(this.top + ROW_HEIGHT / 2);
  }

  /** Lines that fit the pane. */
  get page(): number {
    return Math.max(1, Math.floor(this.scroller.clientHeight / (ROW_HEIGHT * this.zoomValue)) - 1);
  }

  private get top(): number {
    return this.scroll.top / this.zoomValue;
  }

  /** Draws another diagram; `sample` are lines of it by which the columns are set. */
  setOutline(outline: SequenceOutline, sample: readonly SequenceLine[]): void {
    this.outline = outline;
    this.sample = sample;
    this.rows = new Rows(outline);
    this.fitted = 0;
    this.measure();
  }

  /** Columns for the width there is; zooming in and out leaves them as they are. */
  private fitColumns(width: number): void {
    const { outline } = this;
    if (!outline || width === 0 || width === this.fitted) return;
    this.fitted = width;
    this.columns = columnsFor(outline, this.sample, width);
    this.headWorld.replaceChildren(...drawShapes(headShapes(outline, this.columns, 4), themePalette));
    this.mark.setAttribute('width', String(this.columns.width));
    this.mark.setAttribute('height', String(ROW_HEIGHT));
  }

  /** Draws again what one sees: lines have come. */
  refresh(): void {
    this.stale = true;
    this.draw();
  }

  select(line: number): void {
    this.selectedLine = line;
    this.placeMark();
  }

  reveal(line: number, place: 'nearest' | 'top' | 'middle' = 'nearest'): void {
    const { zoomValue: zoom } = this;
    const top = this.rows.top(line) * zoom;
    const height = this.scroller.clientHeight;
    const bottom = top + ROW_HEIGHT * zoom;
    let wanted = this.scroll.top;
    if (place === 'top') wanted = top;
    else if (place === 'middle') wanted = top - height / 2;
    else if (top < wanted) wanted = top - ROW_HEIGHT * zoom;
    else if (bottom > wanted + height) wanted = bottom - height + ROW_HEIGHT * zoom;
    this.moveTo(wanted);
  }

  /** Zooms around a point of the pane, or around its middle. */
  setZoom(zoom: number, x = this.scroller.clientWidth / 2, y = this.scroller.clientHeight / 2): void {
    const next = Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, zoom));
    const worldX = (this.scroller.scrollLeft + x) / this.zoomValue;
    const worldY = this.top + y / this.zoomValue;
    this.zoomValue = next;
    this.measure();
    this.scroller.scrollLeft = worldX * next - x;
    this.moveTo(worldY * next - y);
    this.refresh();
    this.events.zoomed(next);
  }

  /** So that the whole width is in sight. */
  zoomToFit(): void {
    if (this.columns) this.setZoom(this.scroller.clientWidth / this.columns.width, 0, 0);
  }

  scrollSideways(pixels: number): void {
    this.scroller.scrollLeft += pixels;
  }

  measure(): void {
    const { clientWidth: width, clientHeight: height } = this.scroller;
    this.fitColumns(width);
    const { zoomValue: zoom, rows, columns } = this;
    this.layer.style.width = `${width}px`;
    this.layer.style.height = `${height}px`;
    this.scroll.resize(Math.ceil((rows.height + FOOT) * zoom), height);
    this.spacer.style.marginTop = `${-height}px`;
    this.spacer.style.height = `${this.scroll.elementHeight}px`;
    this.spacer.style.width = `${Math.ceil((columns?.width ?? 0) * zoom)}px`;
    this.head.style.height = `${Math.ceil((HEAD_HEIGHT + HEAD_MARGIN) * zoom)}px`;
    this.syncScrollBar();
    this.refresh();
  }

  private moveTo(top: number): void {
    this.scroll.moveTo(top);
    this.syncScrollBar();
    this.draw();
  }

  private syncScrollBar(): void {
    const wanted = this.scroll.scrollTop;
    if (Math.abs(this.scroller.scrollTop - wanted) >= 1) this.scroller.scrollTop = wanted;
    this.ownScrollTop = this.scroller.scrollTop;
  }

  private onScroll(): void {
    const top = this.scroller.scrollTop;
    if (Math.abs(top - this.ownScrollTop) >= 1) {
      this.ownScrollTop = top;
      this.scroll.scrolledTo(top);
      if (this.scroll.squeezed) this.syncScrollBar();
    }
    this.draw();
  }

  private onWheel(event: WheelEvent): void {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      const { left, top } = this.scroller.getBoundingClientRect();
      this.setZoom(this.zoomValue * Math.exp(-event.deltaY / 400), event.clientX - left, event.clientY - top);
    } else if (this.scroll.squeezed && !event.shiftKey && event.deltaY !== 0) {
      event.preventDefault();
      this.moveTo(this.scroll.top + event.deltaY);
    }
  }

  private onClick(event: MouseEvent): void {
    const line = this.lineAt(event);
    if (line === undefined) return;
    this.events.pick(line);
    if (event.detail === 2 || this.store.get(line)?.kind === 'fold') this.events.activate(line);
  }

  private lineAt({ target }: Event): number | undefined {
    const group = target instanceof Element ? target.closest('[data-line]') : null;
    return group === null ? undefined : Number(group.getAttribute('data-line'));
  }

  /** Dragging moves the drawing; a drag is no click. */
  private listenForPan(): void {
    let from: { x: number; y: number; left: number; top: number } | undefined;
    let moved = false;
    this.picture.addEventListener('pointerdown', (event) => {
      if (event.button > 1) return;
      from = { x: event.clientX, y: event.clientY, left: this.scroller.scrollLeft, top: this.scroll.top };
      moved = false;
    });
    this.picture.addEventListener('pointermove', (event) => {
      if (!from || event.buttons === 0) return;
      if (!moved && Math.hypot(event.clientX - from.x, event.clientY - from.y) < 5) return;
      if (!moved) this.picture.setPointerCapture(event.pointerId);
      moved = true;
      this.scroller.scrollLeft = from.left - (event.clientX - from.x);
      this.moveTo(from.top - (event.clientY - from.y));
    });
    this.picture.addEventListener('pointerup', () => (from = undefined));
    this.picture.addEventListener(
      'click',
      (event) => {
        if (!moved) return;
        moved = false;
        event.stopImmediatePropagation();
      },
      { capture: true },
    );
  }

  private placeMark(): void {
    const inSight = this.selectedLine >= this.drawn.from && this.selectedLine <= this.drawn.to;
    const y = inSight ? this.rows.top(this.selectedLine) - this.rows.top(this.drawn.from) : -1e4;
    this.mark.setAttribute('y', String(y));
    this.scroller.setAttribute('aria-activedescendant', inSight ? lineElementId(this.selectedLine) : '');
    for (const old of this.content.querySelectorAll('[aria-selected=true]')) old.removeAttribute('aria-selected');
    if (inSight)
      this.content.querySelector(`[data-line="${this.selectedLine}"]`)?.setAttribute('aria-selected', 'true');
  }

  private render(): void {
    const { outline, columns, rows, zoomValue: zoom, scroller } = this;
    if (!outline || !columns || outline.lines === 0) {
      this.content.replaceChildren();
      return;
    }
    const first = rows.at(this.top);
    const last = rows.at(this.top + scroller.clientHeight / zoom);
    if (this.stale || first < this.drawn.from || last > this.drawn.to) this.redraw(outline, columns, first, last);
    const x = -scroller.scrollLeft;
    const y = (rows.top(this.drawn.from) - this.top) * zoom;
    this.world.setAttribute('transform', `translate(${x} ${y}) scale(${zoom})`);
    this.headWorld.setAttribute('transform', `translate(${x} 0) scale(${zoom})`);
  }

  private redraw(outline: SequenceOutline, columns: Columns, first: number, last: number): void {
    const { rows } = this;
    const window = { fromLine: Math.max(0, first - SPARE), toLine: Math.min(outline.lines - 1, last + SPARE) };
    const lines = this.store.window(window.fromLine, window.toLine + 1);
    const base = rows.top(window.fromLine);
    const bottom = rows.top(window.toLine) + ROW_HEIGHT - base;
    this.drawn = { from: window.fromLine, to: window.toLine };
    this.stale = false;
    const begin = window.fromLine === 0 ? 0 : -ROW_HEIGHT * SPARE;
    this.content.replaceChildren(
      ...drawShapes(lifelineShapes(outline, columns, begin, bottom + FOOT), themePalette),
      ...drawShapes(windowShapes(outline, columns, rows, window, lines, -base), themePalette),
    );
    for (const group of this.content.querySelectorAll<SVGGElement>('[data-line]')) {
      const top = rows.top(Number(group.dataset['line'])) - base;
      group.prepend(
        svgElement('rect', [
          ['class', 'sequence-hit'],
          ['x', '0'],
          ['y', String(top)],
          ['width', String(columns.width)],
          ['height', String(ROW_HEIGHT)],
        ]),
      );
    }
    this.placeMark();
  }
}
