import type { ColumnId } from '../../src/extension/messages';
import { element } from '../dom';
import type { Column } from './columns';

export interface HeaderActions {
  resize(id: ColumnId, width: number | undefined): void;
  cycleTime(): void;
}

/** The table's head: one tab stop, arrow keys between columns, Shift+arrows or dragging an edge for widths. */
export class TableHeader {
  readonly root = element('div', { class: 'row head', role: 'row', 'aria-rowindex': 1 });
  private columns: readonly Column[] = [];
  private focused = 0;

  constructor(private readonly actions: HeaderActions) {
    this.root.addEventListener('keydown', (event) => this.onKey(event));
  }

  update(columns: readonly Column[]): void {
    if (JSON.stringify(columns) === JSON.stringify(this.columns)) return;
    const hadFocus = this.root.contains(document.activeElement);
    this.columns = columns;
    this.focused = Math.min(this.focused, columns.length - 1);
    this.root.replaceChildren(...columns.map((column, index) => this.cell(column, index)));
    if (hadFocus) this.focus(this.focused);
  }

  private cell(column: Column, index: number): HTMLElement {
    const { id, title, label, align } = column;
    const hint = id === 'time' ? 'Click: relative, clock, or since the row above. ' : '';
    const made = element(
      'div',
      {
        class: `cell cell-${id}${align ? ' end' : ''}`,
        role: 'columnheader',
        'aria-colindex': index + 1,
        'aria-label': label ?? title,
        tabindex: index === this.focused ? 0 : -1,
        title: `${label ?? title}. ${hint}Drag the edge or press Shift+arrow for the width, double click to reset it.`,
      },
      element('span', { class: 'cell-text' }, title),
    );
    made.addEventListener('focus', () => (this.focused = index));
    if (id === 'time') made.addEventListener('click', () => this.actions.cycleTime());
    if (id === 'summary') return made;
    const grip = element('span', { class: 'grip', 'aria-hidden': 'true' });
    grip.addEventListener('click', (event) => event.stopPropagation());
    grip.addEventListener('dblclick', () => this.actions.resize(id, undefined));
    grip.addEventListener('pointerdown', (event) => this.drag(event, column));
    made.append(grip);
    return made;
  }

  /** Listens on the window: the header is drawn anew while its edge is dragged. */
  private drag(event: PointerEvent, { id, width, min }: Column): void {
    if (event.button !== 0) return;
    event.preventDefault();
    const start = event.clientX;
    const move = (moved: PointerEvent): void =>
      this.actions.resize(id, Math.max(min, Math.round(width + moved.clientX - start)));
    const end = (): void => {
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', end);
    };
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', end);
  }

  private onKey(event: KeyboardEvent): void {
    const column = this.columns[this.focused];
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step && event.shiftKey) this.actions.resize(column.id, Math.max(column.min, column.width + step * 8));
    else if (step) this.focus(this.focused + step);
    else if (event.key === 'Home') this.focus(0);
    else if (event.key === 'End') this.focus(this.columns.length - 1);
    else if ((event.key === 'Enter' || event.key === ' ') && column.id === 'time') this.actions.cycleTime();
    else if (event.key === 'Delete') this.actions.resize(column.id, undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private focus(index: number): void {
    this.focused = Math.min(Math.max(index, 0), this.columns.length - 1);
    const cells = [...this.root.children] as HTMLElement[];
    for (const [at, cell] of cells.entries()) cell.tabIndex = at === this.focused ? 0 : -1;
    cells[this.focused]?.focus();
  }
}
