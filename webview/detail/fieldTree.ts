import type { DetailPart, FieldNode } from '../../src/extension/messages';
import type { Bus } from '../bus';
import { element, setAttributes } from '../dom';
import { VirtualList } from '../layout/virtualList';
import { FieldLine } from './fieldLine';
import { TreeModel, type TreeItem } from './treeModel';

export interface FieldPlace {
  part: number;
  path: readonly number[];
  node: FieldNode;
}

export interface FieldTreeEvents {
  /** The user chose a field. */
  selected(place: FieldPlace | undefined): void;
  /** The pointer rests on a field, or left it. */
  hovered(node: FieldNode | undefined): void;
  menu(place: FieldPlace, x: number, y: number): void;
}

/** The fields of the selected message: a tree of which only the visible lines exist. */
export class FieldTree {
  readonly root: HTMLElement;
  private readonly list: VirtualList;
  private readonly lines = new WeakMap<HTMLElement, FieldLine>();
  private model = new TreeModel([]);
  private cursor = -1;

  constructor(
    private readonly bus: Bus,
    private readonly events: FieldTreeEvents,
  ) {
    this.list = new VirtualList({
      rowHeight: 20,
      create: () => {
        const line = new FieldLine();
        this.lines.set(line.root, line);
        return line.root;
      },
      update: (row, index) => this.updateLine(row, index),
    });
    this.root = this.list.scroller;
    this.root.classList.add('tree');
    setAttributes(this.root, { role: 'tree', tabindex: 0, 'aria-label': 'Fields' });
    this.root.addEventListener('keydown', (event) => this.onKey(event));
    this.root.addEventListener('click', (event) => this.onClick(event));
    this.root.addEventListener('dblclick', (event) => this.toggleAt(this.list.indexOf(event.target)));
    this.root.addEventListener('pointermove', (event) => this.onHover(event.target));
    this.root.addEventListener('pointerleave', () => events.hovered(undefined));
    this.root.addEventListener('contextmenu', (event) => {
      event.preventDefault();
      this.openMenu(this.list.indexOf(event.target), event.clientX, event.clientY);
    });
  }

  setParts(parts: readonly DetailPart[], selected: number): void {
    this.model = new TreeModel(parts);
    this.cursor = -1;
    this.update();
    this.showPart(selected);
  }

  /** Puts a message's first line at the top. */
  showPart(part: number): void {
    const first = this.model.items.findIndex((item) => item.kind === 'part' && item.part === part);
    this.list.reveal(Math.max(0, first), 'top');
  }

  focus(): void {
    if (this.cursor < 0 && this.model.items.length > 0) this.select(0);
    this.root.focus();
  }

  /** Opens and selects the innermost field that holds a byte. */
  async revealByte(part: number, offset: number): Promise<FieldPlace | undefined> {
    const { model } = this;
    const found = model.fieldAt(part, offset);
    let { path } = found;
    if (!found.complete) {
      const n = model.parts[part].n;
      const answer = await this.bus.askNewest('fieldAt', { n, offset }).catch(() => undefined);
      if (model !== this.model) return undefined;
      if (answer && answer.path.length > 0) path = answer.path;
    }
    return path.length > 0 ? this.revealPath(part, path) : undefined;
  }

  private async revealPath(part: number, path: readonly number[]): Promise<FieldPlace | undefined> {
    const { model } = this;
    for (let tries = 0; tries < path.length * 2; tries++) {
      const page = model.reveal(part, path);
      if (!page) break;
      await this.fetch(part, page);
      if (model !== this.model) return undefined;
    }
    this.cursor = model.indexOf(part, path);
    this.update();
    if (this.cursor >= 0) this.list.reveal(this.cursor, 'middle');
    const node = model.node(part, path);
    return node && { part, path, node };
  }

  private async fetch(part: number, page: { path: number[]; from: number; count: number }): Promise<void> {
    const { model } = this;
    const answer = await this.bus.ask('expand', { n: model.parts[part].n, ...page }).catch(() => undefined);
    if (answer) model.insert(part, page.path, page.from, answer.nodes);
  }

  private update(): void {
    this.list.setCount(this.model.items.length);
    setAttributes(this.root, { 'aria-activedescendant': this.cursor >= 0 ? `field-${this.cursor}` : undefined });
  }

  private updateLine(row: HTMLElement, index: number): void {
    const item = this.model.items[index];
    if (!item) return;
    const { parts } = this.model;
    const selected = index === this.cursor;
    this.lines.get(row)!.update(item, { parts, index, selected });
  }

  private select(index: number): void {
    this.cursor = index;
    this.list.reveal(index);
    this.update();
    this.events.selected(placeOf(this.model.items[index]));
  }

  private async expand(index: number): Promise<void> {
    const item = this.model.items[index];
    if (!item || item.kind === 'part') {
      if (item) this.model.setExpanded(item, true);
      this.update();
      return;
    }
    const missing = this.model.missing(item);
    const { model } = this;
    if (item.kind === 'field') model.setExpanded(item, true);
    if (missing) await this.fetch(item.part, { path: item.path, ...missing });
    if (model === this.model) this.update();
  }

  private toggleAt(index: number | undefined): void {
    const item = index === undefined ? undefined : this.model.items[index];
    if (index === undefined || !item || item.kind === 'more' || item.expanded === undefined) return;
    if (item.expanded) {
      this.model.setExpanded(item, false);
      this.update();
    } else void this.expand(index);
  }

  private onClick(event: MouseEvent): void {
    const index = this.list.indexOf(event.target);
    if (index === undefined) return;
    const onTwistie = event.target instanceof Element && event.target.closest('.icon-expanded, .icon-collapsed');
    const item = this.model.items[index];
    this.select(index);
    if (item.kind === 'more') void this.expand(index);
    else if (onTwistie || item.kind === 'part') this.toggleAt(index);
  }

  private onKey(event: KeyboardEvent): void {
    const { items } = this.model;
    if (items.length === 0 || event.altKey || event.metaKey) return;
    const item = items[this.cursor];
    const page = this.list.scroll.pageRows - 1;
    const go = (index: number): void => this.select(Math.min(Math.max(index, 0), items.length - 1));
    if (event.key === 'ArrowDown') go(this.cursor + 1);
    else if (event.key === 'ArrowUp') go(this.cursor - 1);
    else if (event.key === 'PageDown') go(this.cursor + page);
    else if (event.key === 'PageUp') go(this.cursor - page);
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(items.length - 1);
    else if (event.key === 'ArrowRight') this.openOrEnter(item);
    else if (event.key === 'ArrowLeft') this.closeOrLeave(item);
    else if (event.key === 'Enter' || event.key === ' ') this.activate(item);
    else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) this.menuAtCursor();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private activate(item: TreeItem | undefined): void {
    if (item?.kind === 'more') void this.expand(this.cursor);
    else this.toggleAt(this.cursor);
  }

  private openOrEnter(item: TreeItem | undefined): void {
    if (!item || item.kind === 'more') return;
    if (item.expanded === false) void this.expand(this.cursor);
    else if (item.expanded) this.select(this.cursor + 1);
  }

  private closeOrLeave(item: TreeItem | undefined): void {
    if (!item) return;
    if (item.kind !== 'more' && item.expanded) {
      this.toggleAt(this.cursor);
      return;
    }
    const above = this.model.items.slice(0, this.cursor).findLastIndex(({ depth }) => depth < item.depth);
    if (above >= 0) this.select(above);
  }

  private onHover(target: EventTarget | null): void {
    const index = this.list.indexOf(target);
    this.events.hovered(index === undefined ? undefined : placeOf(this.model.items[index])?.node);
  }

  private menuAtCursor(): void {
    const box = this.list.rowElement(this.cursor)?.getBoundingClientRect();
    if (box) this.openMenu(this.cursor, box.left + 40, box.bottom);
  }

  private openMenu(index: number | undefined, x: number, y: number): void {
    const place = index === undefined ? undefined : placeOf(this.model.items[index]);
    if (index === undefined || !place) return;
    this.select(index);
    this.events.menu(place, x, y);
  }
}

function placeOf(item: TreeItem | undefined): FieldPlace | undefined {
  return item?.kind === 'field' ? { part: item.part, path: item.path, node: item.node } : undefined;
}

/** What is known of a field, for the note below the tree. */
export function fieldNote(node: FieldNode): HTMLElement {
  const bytes = node.length === 1 ? `byte ${node.offset}` : `bytes ${node.offset} to ${node.offset + node.length - 1}`;
  const facts = [node.type, node.length === 0 ? 'no bytes' : bytes].join(', ');
  return element(
    'div',
    { class: 'note-text' },
    element('span', { class: 'field-name' }, node.name),
    element('span', { class: 'note-facts' }, facts),
    element('span', { class: 'note-doc' }, node.problem ?? node.doc ?? ''),
  );
}
