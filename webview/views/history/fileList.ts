import type { FileRow } from '../../../src/analysis/history/fileRow';
import { element, setAttributes } from '../../dom';
import { VirtualList } from '../../layout/virtualList';
import { tableKey } from '../../table/tableKeys';
import { createFileRow, FILE_COLUMNS, fillFileRow } from './fileCells';
import type { RowSource } from './listedRow';
import type { TreeOrder } from './treeSource';

const ROW_HEIGHT = 22;

export interface FileListEvents {
  /** The cursor stands on a file now. */
  selected(file: FileRow): void;
  /** A file is to be shown elsewhere: Enter, or a double click. */
  opened(file: FileRow): void;
  sorted(order: TreeOrder): void;
}

/** A list of files, as a tree or as paths, of any length, moved in by keys like every tree. */
export class FileList {
  readonly root: HTMLElement;
  private readonly list: VirtualList;
  private readonly heads = new Map<string, HTMLElement>();
  private source: RowSource | undefined;
  private cursor = -1;
  /** The cursor was put on a row that is still on its way. */
  private isAwaited = false;
  private order: TreeOrder = { sort: 'name', descending: false };

  constructor(private readonly events: FileListEvents) {
    const head = element('div', { class: 'file-row head', role: 'presentation' });
    for (const column of FILE_COLUMNS) head.append(this.head(column));
    this.list = new VirtualList({
      rowHeight: ROW_HEIGHT,
      header: head,
      create: createFileRow,
      update: (row, index) => {
        row.id = `file-${index}`;
        fillFileRow(row, this.source?.row(index), index === this.cursor, this.source?.isTree ?? true);
      },
    });
    this.root = this.list.scroller;
    this.root.classList.add('file-list');
    setAttributes(this.root, { tabindex: 0, role: 'tree', 'aria-label': 'Files' });
    this.root.addEventListener('click', (event) => this.onClick(event));
    this.root.addEventListener('dblclick', (event) => this.onDoubleClick(event));
    this.root.addEventListener('keydown', (event) => this.onKey(event));
  }

  /** Shows another list; the cursor is put on a row of it, -1: on none. */
  show(source: RowSource | undefined, cursor = -1): void {
    this.source = source;
    this.cursor = cursor;
    setAttributes(this.root, { role: source?.isTree === false ? 'listbox' : 'tree' });
    this.isAwaited = false;
    this.list.setCount(source?.count ?? 0);
    this.list.reveal(Math.max(0, cursor), 'top');
    this.markCursor();
  }

  setOrder(order: TreeOrder): void {
    this.order = order;
    for (const { id, sort } of FILE_COLUMNS) {
      const head = this.heads.get(id);
      const isSorted = sort !== undefined && sort === order.sort;
      head?.classList.toggle('sorted', isSorted);
      head?.classList.toggle('descending', isSorted && order.descending);
      head?.setAttribute('aria-pressed', String(isSorted));
    }
  }

  /** Draws again what is seen: rows have come, or there are more of them. */
  refresh(): void {
    this.list.setCount(this.source?.count ?? 0);
    this.list.refresh();
    if (this.isAwaited) this.tellSelected();
  }

  /** Puts the cursor on a row and brings it into sight. */
  select(index: number, place: 'nearest' | 'middle' = 'nearest'): void {
    if (index < 0 || index >= this.list.count) return;
    this.cursor = index;
    this.list.reveal(index, place);
    this.list.refresh();
    this.markCursor();
    this.tellSelected();
  }

  focus(): void {
    this.root.focus();
  }

  /** Tells which file the cursor stands on, as soon as that is known. */
  private tellSelected(): void {
    const file = this.cursor < 0 ? undefined : this.source?.row(this.cursor)?.file;
    this.isAwaited = file === undefined;
    if (file) this.events.selected(file);
  }

  private head({ id, title, sort, hint }: (typeof FILE_COLUMNS)[number]): HTMLElement {
    const cell = element(sort ? 'button' : 'span', { class: `file-cell file-${id}`, title: hint }, title);
    if (!sort) return cell;
    cell.setAttribute('type', 'button');
    this.heads.set(id, cell);
    cell.addEventListener('click', () => {
      const descending = this.order.sort === sort ? !this.order.descending : sort !== 'name';
      this.events.sorted({ sort, descending });
    });
    return cell;
  }

  private markCursor(): void {
    if (this.cursor < 0) this.root.removeAttribute('aria-activedescendant');
    else this.root.setAttribute('aria-activedescendant', `file-${this.cursor}`);
  }

  private onClick(event: MouseEvent): void {
    const index = this.list.indexOf(event.target);
    if (index === undefined) return;
    this.select(index);
    const onArrow = event.target instanceof Element && event.target.closest('.file-name > .icon') !== null;
    if (onArrow) void this.toggle(index);
  }

  private onDoubleClick(event: MouseEvent): void {
    const index = this.list.indexOf(event.target);
    const listed = index === undefined ? undefined : this.source?.row(index);
    if (index === undefined || listed === undefined) return;
    if (listed.expanded !== undefined) void this.toggle(index);
    else this.events.opened(listed.file);
  }

  private async toggle(index: number, open?: boolean): Promise<void> {
    const listed = this.source?.row(index);
    if (!listed || listed.expanded === undefined) return;
    const before = this.list.count;
    await this.source?.toggle(index, open ?? !listed.expanded);
    const more = (this.source?.count ?? 0) - before;
    if (this.cursor > index) this.cursor = Math.max(index, this.cursor + more);
    this.refresh();
    this.markCursor();
  }

  private onKey(event: KeyboardEvent): void {
    if (event.target !== this.root || event.ctrlKey) return;
    const moved = tableKey(event, this.cursor, this.list.scroll.pageRows, this.list.count);
    if (moved !== undefined) this.select(moved);
    else if (!this.onTreeKey(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  private onTreeKey(key: string): boolean {
    const listed = this.cursor < 0 ? undefined : this.source?.row(this.cursor);
    if (listed === undefined) return false;
    if (key === 'ArrowRight' && listed.expanded === false) void this.toggle(this.cursor, true);
    else if (key === 'ArrowRight' && listed.expanded === true) this.select(this.cursor + 1);
    else if (key === 'ArrowLeft' && listed.expanded === true) void this.toggle(this.cursor, false);
    else if (key === 'ArrowLeft') this.select(this.source?.parentOf(this.cursor) ?? -1);
    else if (key === 'Enter') this.events.opened(listed.file);
    else return false;
    return true;
  }
}
