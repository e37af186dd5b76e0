import { CHILDREN_PAGE, type DetailPart } from '../../src/extension/messages';
import { element, setAttributes, setClass, setText, show } from '../dom';
import { countText, plural } from '../format';
import { icon, setIcon } from '../icons';
import type { TreeItem } from './treeModel';

export interface LineContext {
  parts: readonly DetailPart[];
  index: number;
  selected: boolean;
}

/** One line of the field tree, made once and filled for many fields. */
export class FieldLine {
  readonly root = element('div', { class: 'field', role: 'treeitem' });
  private readonly twistie = icon('collapsed');
  private readonly name = element('span', { class: 'field-name' });
  private readonly value = element('span', { class: 'field-value' });
  private readonly note = element('span', { class: 'field-note' });
  private readonly problem = element('span', { class: 'field-problem' });
  private readonly sign = icon('warning');

  constructor() {
    this.root.append(this.twistie, this.name, this.value, this.note, this.sign, this.problem);
  }

  update(item: TreeItem, context: LineContext): void {
    const expanded = item.kind === 'more' ? undefined : item.expanded;
    setAttributes(this.root, {
      id: `field-${context.index}`,
      'aria-level': item.depth + 1,
      'aria-posinset': item.position,
      'aria-setsize': item.siblings,
      'aria-expanded': expanded === undefined ? undefined : String(expanded),
      'aria-selected': String(context.selected),
    });
    this.root.style.setProperty('--depth', String(item.depth));
    setIcon(this.twistie, expanded ? 'expanded' : 'collapsed');
    this.twistie.classList.toggle('hidden-twistie', expanded === undefined);
    const problem = item.kind === 'field' ? item.node.problem : undefined;
    setText(this.problem, problem ?? '');
    this.sign.classList.toggle('hidden', problem === undefined);
    setClass(this.root, `field field-${item.kind}${context.selected ? ' selected' : ''}${problem ? ' warn' : ''}`);
    if (item.kind === 'part') this.fillPart(context.parts[item.part]);
    else if (item.kind === 'more') this.fill('', `show ${countText(moreCount(item))} more`, restText(item), '');
    else this.fillField(item);
  }

  private fillPart(part: DetailPart): void {
    const fragments = part.fragments.length > 1 ? `, ${plural(part.fragments.length, 'fragment')}` : '';
    const size = `${plural(part.size, 'byte')}${fragments}, packet ${countText(part.frame)}, message ${countText(part.n)}`;
    this.fill(part.kind, '', size, '');
  }

  private fillField(item: Extract<TreeItem, { kind: 'field' }>): void {
    const { node } = item;
    const named = node.enumName !== undefined && !node.display.includes(node.enumName);
    const text = node.type === 'string' && node.raw !== undefined;
    const value = text ? `"${node.display}"` : node.display;
    const kind = node.childCount ? 'group' : text ? 'text' : 'number';
    this.fill(node.name, value, named ? node.enumName! : '', `value-${kind}`);
    setAttributes(this.root, { title: [node.display, node.doc].filter(Boolean).join('\n') || undefined });
  }

  private fill(name: string, value: string, note: string, valueClass: string): void {
    setText(this.name, name);
    show(this.name, name !== '');
    setText(this.value, value);
    setClass(this.value, `field-value ${valueClass}`);
    setText(this.note, note);
    setAttributes(this.root, { title: undefined });
  }
}

function moreCount(item: Extract<TreeItem, { kind: 'more' }>): number {
  return Math.min(CHILDREN_PAGE, item.to - item.from);
}

function restText(item: Extract<TreeItem, { kind: 'more' }>): string {
  return `${countText(item.from)} to ${countText(item.to - 1)} of ${countText(item.siblings)} are not shown`;
}
