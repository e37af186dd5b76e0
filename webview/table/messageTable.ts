import type { ColumnId, FindingMark, Row } from '../../src/extension/messages';
import type { Actions } from '../actions';
import type { Bus } from '../bus';
import { element } from '../dom';
import { announce } from '../layout/announcer';
import { VirtualList } from '../layout/virtualList';
import type { Matches, ViewState } from '../state';
import { gridTemplate, totalWidth, visibleColumns, type Column } from './columns';
import { TableHeader } from './header';
import { ListEnd } from './listEnd';
import { RowCache } from './rowCache';
import { RowHover } from './rowHover';
import { openRowMenu } from './rowMenu';
import { RowView } from './rowView';
import { tableKey } from './tableKeys';

const ROW_HEIGHT = 22;

/** The list of messages: a grid of which only the visible rows exist. */
export class MessageTable {
  readonly root: HTMLElement;
  private readonly header: TableHeader;
  private readonly list: VirtualList;
  private readonly cache: RowCache;
  private readonly views = new WeakMap<HTMLElement, RowView>();
  private columns: Column[] = [];
  /** The row the keyboard stands on, -1 for none. */
  private cursor = -1;
  private selectWhenLoaded = false;
  private readonly end: ListEnd;

  constructor(
    private readonly bus: Bus,
    private readonly state: ViewState,
    private readonly actions: Actions,
  ) {
    this.header = new TableHeader({
      resize: (id, width) => this.resizeColumn(id, width),
      cycleTime: () => actions.cycleTimeMode(),
    });
    this.cache = new RowCache(
      async (filterId, from, to) => (await bus.ask('rows', { filterId, from, to })).rows,
      () => this.onLoaded(),
    );
    this.list = new VirtualList({
      rowHeight: ROW_HEIGHT,
      header: this.header.root,
      create: () => this.createRow(),
      update: (row, index) => this.updateRow(row, index),
      onScroll: () => this.end.scrolled(),
      onRender: (first, end) => this.onRender(first, end),
    });
    this.end = new ListEnd(this.list, state);
    this.root = this.list.scroller;
    this.root.classList.add('table');
    this.root.tabIndex = 0;
    this.root.setAttribute('role', 'grid');
    this.root.setAttribute('aria-label', 'Messages');
    this.root.setAttribute('aria-multiselectable', 'false');
    this.root.append(element('div', { class: 'hidden-text', id: 'table-keys' }, KEYS_HINT));
    this.root.setAttribute('aria-describedby', 'table-keys');
    new RowHover(bus, this.root, (target) => this.cache.get(this.list.indexOf(target) ?? -1));
    this.listen();
  }

  focus(): void {
    this.root.focus();
  }

  /** The selected row, when it is loaded and listed. */
  current(): { row?: Row; index: number } {
    const row = this.cursor >= 0 ? this.cache.get(this.cursor) : undefined;
    return { row, index: this.cursor };
  }

  /** Puts the first message at or after a time at the top. */
  async scrollToTime(seconds: number): Promise<void> {
    const { filterId } = this.state.matches.value;
    const at = await this.bus.askNewest('locate', { filterId, seconds }, 'table time').catch(() => undefined);
    if (at && at.index >= 0) this.list.reveal(at.index, 'top');
  }

  /** Shows the last rows, and of a capture that is still being written those that come. */
  jumpToEnd(): void {
    this.end.follow();
  }

  scrollToRow(index: number): void {
    this.list.reveal(index, 'top');
  }

  /** Rows have changed in the host: fetch them again. */
  reload(): void {
    const { filterId, count } = this.state.matches.value;
    this.cache.reset(filterId, count);
    this.list.refresh();
  }

  private listen(): void {
    const { state } = this;
    state.matches.onChange((matches, before) => this.onMatches(matches, before));
    state.selection.onChange((selection) => {
      if (selection && selection.source !== 'start') this.end.selected(this.cursor, selection.source === 'table');
      if (selection && selection.source !== 'table') void this.locate(selection.n, selection.source !== 'start');
      this.list.refresh();
    });
    state.capture.onChange((capture, before) => {
      if (capture.start !== before.start || capture.duration !== before.duration) this.layOut();
      this.list.refresh();
    });
    state.layout.onChange(() => this.layOut());
    state.filter.onChange(() => this.list.refresh());
    state.marks.onChange(() => this.list.refresh());
    new ResizeObserver(() => this.layOut()).observe(this.root);
    this.root.addEventListener('keydown', (event) => this.onKey(event));
    this.root.addEventListener('mousedown', (event) => {
      const index = this.list.indexOf(event.target);
      if (index !== undefined) this.moveTo(index);
    });
    this.root.addEventListener('dblclick', (event) => {
      if (this.list.indexOf(event.target) !== undefined) this.actions.jumpToPair();
    });
    this.root.addEventListener('contextmenu', (event) => {
      const index = this.list.indexOf(event.target);
      if (index === undefined) return;
      event.preventDefault();
      const cell = event.target instanceof Element ? event.target.closest('.cell') : null;
      this.openMenu(event.clientX, event.clientY, index, cell);
    });
  }

  private onMatches(matches: Matches, before: Matches): void {
    this.root.setAttribute('aria-rowcount', String(matches.count + 1));
    if (matches.filterId !== before.filterId) {
      this.cache.reset(matches.filterId, matches.count);
      this.cursor = -1;
      this.list.setCount(matches.count);
      const selected = this.state.selection.value;
      if (selected) void this.locate(selected.n, true);
      else this.list.reveal(0, 'top');
    } else {
      this.cache.grow(matches.count, this.state.isLive);
      this.list.setCount(matches.count);
    }
    this.end.grown();
    if (String(matches.count).length !== String(before.count).length) this.layOut();
  }

  /** Finds a message's place in the list, and brings it into view if so wished. */
  private async locate(n: number, reveal: boolean): Promise<void> {
    const { filterId } = this.state.matches.value;
    const at = await this.bus.askNewest('locate', { filterId, n }, 'table place').catch(() => undefined);
    if (!at || at.index < 0 || this.state.selection.value?.n !== n) return;
    this.selectWhenLoaded = false;
    this.cursor = at.index;
    if (reveal) this.list.reveal(at.index, 'middle');
    this.list.refresh();
    const folded = this.state.filter.value.toggles.exchanges;
    if (!at.exact && !folded) announce(`Message ${n} is hidden by the filter.`);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.target !== this.root) return;
    const moved = tableKey(event, this.cursor, this.list.scroll.pageRows - 1, this.list.count);
    if (moved !== undefined) this.moveTo(moved);
    else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) this.openMenuAtCursor();
    else return;
    event.preventDefault();
  }

  /** Selects a row by its place in the list. */
  private moveTo(index: number): void {
    if (index < 0 || index >= this.list.count) return;
    this.cursor = index;
    this.list.reveal(index);
    this.list.refresh();
    const row = this.cache.get(index);
    this.selectWhenLoaded = !row;
    if (row) this.actions.select(row.n, 'table');
  }

  private openMenuAtCursor(): void {
    const row = this.list.rowElement(this.cursor);
    if (!row) return;
    const box = row.getBoundingClientRect();
    this.openMenu(this.root.getBoundingClientRect().left + 80, box.bottom, this.cursor, null);
  }

  private openMenu(x: number, y: number, index: number, cell: Element | null): void {
    const row = this.cache.get(index);
    if (!row) return;
    this.moveTo(index);
    const position = Number(cell?.getAttribute('aria-colindex') ?? 0) - 1;
    openRowMenu(x, y, row, this.columns[position], this.actions);
  }

  private onLoaded(): void {
    const row = this.cache.get(this.cursor);
    if (this.selectWhenLoaded && row) {
      this.selectWhenLoaded = false;
      this.actions.select(row.n, 'table');
    }
    this.list.refresh();
  }

  private createRow(): HTMLElement {
    const view = new RowView();
    this.views.set(view.root, view);
    return view.root;
  }

  private updateRow(element: HTMLElement, index: number): void {
    const row = this.cache.get(index);
    const n = this.state.selection.value?.n;
    const selected = row ? row.n === n || (n !== undefined && row.reply?.n === n) : index === this.cursor;
    this.views.get(element)!.update(index, row, selected, {
      capture: this.state.capture.value,
      columns: this.columns,
      timeMode: this.state.layout.value.timeMode,
      exchanges: this.state.filter.value.toggles.exchanges,
      digits: this.state.digits,
      mark: row && markOf(row, this.state.marks.value),
    });
  }

  private onRender(first: number, end: number): void {
    this.cache.want(first, end);
    this.state.top.value = first;
    const [a, b] = [this.cache.get(first), this.cache.get(end - 1)];
    if (a && b) this.setVisible(a.seconds, b.seconds);
    if (this.cursor >= first && this.cursor < end)
      this.root.setAttribute('aria-activedescendant', `row-${this.cursor}`);
    else this.root.removeAttribute('aria-activedescendant');
  }

  private setVisible(from: number, to: number): void {
    const before = this.state.visible.value;
    if (before?.from !== from || before.to !== to) this.state.visible.value = { from, to };
  }

  private resizeColumn(id: ColumnId, width: number | undefined): void {
    const columns = { ...this.state.layout.value.columns };
    if (width === undefined) delete columns[id];
    else columns[id] = width;
    this.state.changeLayout({ columns });
  }

  private layOut(): void {
    const { capture, layout, matches } = this.state;
    this.columns = visibleColumns(this.root.clientWidth, layout.value.columns, {
      mode: layout.value.timeMode,
      digits: this.state.digits,
      numberDigits: String(Math.max(capture.value.counts.messages, matches.value.count, 1)).length,
      secondDigits: String(Math.floor(capture.value.duration)).length,
    });
    this.root.style.setProperty('--columns', gridTemplate(this.columns));
    this.root.style.setProperty('--row-width', `${totalWidth(this.columns)}px`);
    this.root.setAttribute('aria-colcount', String(this.columns.length));
    this.header.update(this.columns);
    this.list.measure();
  }
}

function markOf(row: Row, marks: ReadonlyMap<number, FindingMark>): FindingMark | undefined {
  return marks.get(row.n) ?? (row.reply && marks.get(row.reply.n));
}

const KEYS_HINT =
  'Arrow keys, Page Up, Page Down, Home and End move. R goes to the reply or request, E to the next error, ' +
  'Enter to the fields, slash to the filter.';
