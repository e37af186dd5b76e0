import type { DiffItem, DiffSide, ValueDifference } from '../../../src/analysis/diff';
import type { DiffLine } from '../../../src/analysis/diff/comparison';
import { element, type Child } from '../../dom';
import { spanText } from './spans';

const SIGNS = {
  same: ['=', 'equal'],
  changed: ['≠', 'other values'],
  onlyA: ['−', 'only in A'],
  onlyB: ['+', 'only in B'],
} as const;

export interface RowEvents {
  /** A message was chosen, by its number. */
  pick(side: 'a' | 'b', n: number): void;
  /** Folded equal steps are to be opened. */
  open(step: number): void;
}

/** One line of a comparison: A on the left, B on the right, below them what they say differently. */
export function diffRow(line: DiffLine, all: boolean, events: RowEvents): HTMLElement {
  if (!('item' in line)) {
    const text = `${line.equal} equal steps`;
    const open = element('button', { type: 'button', class: 'diff-fold', 'aria-expanded': 'false' }, `⋯ ${text}`);
    open.addEventListener('click', () => events.open(line.step));
    return element('div', { class: 'diff-row diff-folded', role: 'listitem' }, open);
  }
  const { item } = line;
  const [sign, meaning] = SIGNS[item.kind];
  const words = item.moved ? `${meaning}, in another order` : item.minor ? `${meaning}, without meaning` : meaning;
  const differences = item.differences.filter(({ expected }) => all || !expected);
  return element(
    'div',
    { class: `diff-row diff-${item.kind}${item.minor ? ' diff-minor' : ''}`, role: 'listitem' },
    cell(item, item.a, 'a', events),
    element('span', { class: 'diff-sign', title: words }, item.moved ? '⇅' : sign, hidden(words)),
    cell(item, item.b, 'b', events),
    differences.length > 0 && element('div', { class: 'diff-values' }, ...differences.map(valueRow)),
  );
}

function cell(item: DiffItem, side: DiffSide | undefined, which: 'a' | 'b', events: RowEvents): HTMLElement {
  const where = which === 'a' ? 'A' : 'B';
  if (side === undefined) return element('div', { class: 'diff-cell diff-none' }, hidden(`not in ${where}`));
  const count = side.count > 1 ? ` ×${side.count}` : '';
  const name = item.name.replace(/^NDMP_/, '');
  const pick = element(
    'button',
    { type: 'button', class: 'diff-pick', 'aria-label': `${where}: message ${side.row + 1}, ${name}` },
    element('span', { class: 'diff-n' }, String(side.row + 1)),
    element('span', { class: 'diff-name' }, `${name}${count}`),
  );
  pick.addEventListener('click', () => events.pick(which, side.row + 1));
  const took = side.took === undefined ? '' : `, took ${spanText(side.took)}`;
  return element(
    'div',
    { class: 'diff-cell', title: `${item.service}, ${item.direction}` },
    pick,
    element('span', { class: 'diff-time' }, `+${spanText(side.at)}${took}`),
    side.summary !== '' && element('span', { class: 'diff-summary', title: side.summary }, side.summary),
  );
}

function valueRow({ path, a, b, expected }: ValueDifference): HTMLElement {
  return element(
    'div',
    { class: expected ? 'diff-value dim' : 'diff-value' },
    element(
      'span',
      { class: 'diff-field' },
      element('span', { class: 'diff-path', title: expected ? 'Differs from run to run' : undefined }, path),
      value(a, 'diff-left'),
    ),
    element('span', { class: 'diff-arrow', 'aria-hidden': 'true' }, '→'),
    value(b, 'diff-right'),
  );
}

function value(text: string | undefined, side: string): HTMLElement {
  if (text === undefined) return element('span', { class: `${side} dim` }, 'not there');
  return element('span', { class: side }, text === '' ? element('span', { class: 'dim' }, 'empty') : text);
}

function hidden(text: string): Child {
  return element('span', { class: 'hidden-text' }, text);
}
