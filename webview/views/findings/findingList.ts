import type { ListedFinding } from '../../../src/analysis/findings/queries';
import { element, setAttributes, setText } from '../../dom';
import { countText } from '../../format';
import { icon, setIcon, type IconName } from '../../icons';
import { VirtualList } from '../../layout/virtualList';
import { tableKey } from '../../table/tableKeys';
import type { Line } from './listing';

/** Pixels of a line, as in the style sheet. */
export const ROW_HEIGHT = 24;
const ICONS = { error: 'error', warning: 'warning', note: 'note' } as const satisfies Record<string, IconName>;
const NAMES = { error: 'Error', warning: 'Warning', note: 'Note' } as const;

export interface FindingListEvents {
  /** The cursor stands on a finding now; undefined: on a heading, or on none. */
  selected(finding: ListedFinding | undefined): void;
  /** The finding's message is to be shown elsewhere: Enter, or a double click. */
  opened(finding: ListedFinding): void;
  toggled(group: string): void;
}

/** The parts of a row, made once and filled again and again. */
interface Parts {
  arrow: SVGSVGElement;
  severity: SVGSVGElement;
  number: HTMLElement;
  text: HTMLElement;
  rule: HTMLElement;
}

/** Findings under headings, any number of them. */
export class FindingList {
  readonly root: HTMLElement;
  private readonly list: VirtualList;
  private readonly parts = new WeakMap<HTMLElement, Parts>();
  private lines: readonly Line[] = [];
  private cursor = -1;

  constructor(private readonly events: FindingListEvents) {
    this.list = new VirtualList({
      rowHeight: ROW_HEIGHT,
      create: () => this.create(),
      update: (row, index) => this.fill(row, index),
    });
    this.root = this.list.scroller;
    this.root.classList.add('finding-list');
    setAttributes(this.root, { tabindex: 0, role: 'tree', 'aria-label': 'Findings' });
    this.root.addEventListener('click', (event) => this.onClick(event));
    this.root.addEventListener('dblclick', (event) => this.onDoubleClick(event));
    this.root.addEventListener('keydown', (event) => this.onKey(event));
  }

  /** Shows other lines; the cursor stays on the finding with this id, where it is listed. */
  show(lines: readonly Line[], selected: number | undefined): void {
    this.lines = lines;
    this.cursor = lines.findIndex((line) => line.kind === 'finding' && line.finding.id === selected);
    this.list.setCount(lines.length);
    this.list.refresh();
    this.markCursor();
  }

  /** Puts the cursor on a finding and brings it into sight. @returns whether it is listed */
  reveal(id: number): boolean {
    const index = this.lines.findIndex((line) => line.kind === 'finding' && line.finding.id === id);
    if (index >= 0) this.select(index, 'middle');
    return index >= 0;
  }

  private select(index: number, place: 'nearest' | 'middle' = 'nearest'): void {
    if (index < 0 || index >= this.lines.length) return;
    this.cursor = index;
    this.list.reveal(index, place);
    this.list.refresh();
    this.markCursor();
    const line = this.lines[index];
    this.events.selected(line.kind === 'finding' ? line.finding : undefined);
  }

  private create(): HTMLElement {
    const arrow = icon('expanded');
    const severity = icon('note');
    const number = element('span', { class: 'finding-n' });
    const text = element('span', { class: 'finding-text' });
    const rule = element('span', { class: 'finding-rule' });
    const row = element('div', { class: 'finding-row', role: 'treeitem' }, arrow, severity, number, text, rule);
    this.parts.set(row, { arrow, severity, number, text, rule });
    return row;
  }

  private fill(row: HTMLElement, index: number): void {
    const parts = this.parts.get(row);
    const line = this.lines[index];
    if (parts === undefined || line === undefined) return;
    row.id = `finding-line-${index}`;
    row.classList.toggle('selected', index === this.cursor);
    row.setAttribute('aria-selected', String(index === this.cursor));
    const isGroup = line.kind === 'group';
    row.classList.toggle('finding-group', isGroup);
    row.setAttribute('aria-level', isGroup ? '1' : '2');
    if (isGroup) {
      setIcon(parts.arrow, line.collapsed ? 'collapsed' : 'expanded');
      row.setAttribute('aria-expanded', String(!line.collapsed));
      row.setAttribute('aria-label', `${line.title}, ${line.count}`);
      setText(parts.text, line.title);
      setText(parts.number, '');
      setText(parts.rule, countText(line.count));
      row.removeAttribute('title');
      return;
    }
    const { finding } = line;
    row.removeAttribute('aria-expanded');
    const at = finding.row < 0 ? '' : countText(finding.row + 1);
    setIcon(parts.severity, ICONS[finding.severity]);
    parts.severity.setAttribute('class', `icon icon-${finding.severity} severity-${finding.severity}`);
    setText(parts.number, at);
    setText(parts.text, finding.text);
    setText(parts.rule, finding.rule);
    row.title = finding.text;
    const where = finding.row < 0 ? '' : `, message ${finding.row + 1}`;
    row.setAttribute('aria-label', `${NAMES[finding.severity]}${where}: ${finding.text} (${finding.rule})`);
  }

  private markCursor(): void {
    if (this.cursor < 0) this.root.removeAttribute('aria-activedescendant');
    else this.root.setAttribute('aria-activedescendant', `finding-line-${this.cursor}`);
  }

  private onClick(event: MouseEvent): void {
    const index = this.list.indexOf(event.target);
    if (index === undefined) return;
    this.select(index);
    const line = this.lines[index];
    if (line.kind === 'group') this.events.toggled(line.key);
  }

  private onDoubleClick(event: MouseEvent): void {
    const line = this.lines[this.list.indexOf(event.target) ?? -1];
    if (line?.kind === 'finding') this.events.opened(line.finding);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.target !== this.root || event.ctrlKey) return;
    const moved = tableKey(event, this.cursor, this.list.scroll.pageRows, this.lines.length);
    if (moved !== undefined) this.select(moved);
    else if (!this.onTreeKey(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  private onTreeKey(key: string): boolean {
    const line = this.lines[this.cursor];
    if (line === undefined) return false;
    if (line.kind === 'group') {
      const turns = key === 'Enter' || key === ' ' || key === (line.collapsed ? 'ArrowRight' : 'ArrowLeft');
      if (turns) this.toggle(line.key);
      return turns;
    }
    if (key === 'Enter') this.events.opened(line.finding);
    else if (key === 'ArrowLeft') this.select(this.headingOf(this.cursor));
    else return false;
    return true;
  }

  /** Opens or closes a heading; the cursor stays on it. */
  private toggle(key: string): void {
    this.events.toggled(key);
    this.select(this.lines.findIndex((line) => line.kind === 'group' && line.key === key));
  }

  private headingOf(index: number): number {
    for (let at = index; at >= 0; at--) if (this.lines[at].kind === 'group') return at;
    return index;
  }
}
