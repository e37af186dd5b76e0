import type { HistorySort } from '../../../src/analysis/history/order';
import { element, setClass, setText } from '../../dom';
import { bytesText, countText, plural } from '../../format';
import { icon, setIcon } from '../../icons';
import type { ListedRow } from './listedRow';

/** Columns of a list of files, the name last of all in width. */
export const FILE_COLUMNS: readonly { id: string; title: string; sort?: HistorySort; hint: string }[] = [
  { id: 'name', title: 'Name', sort: 'name', hint: 'Name in its directory' },
  { id: 'size', title: 'Size', sort: 'size', hint: 'Size of the file; of a directory, of all that is below it' },
  { id: 'modified', title: 'Modified (UTC)', sort: 'time', hint: 'When its contents were changed last' },
  { id: 'mode', title: 'Mode', hint: 'Type and rights, or Windows attributes' },
  { id: 'owner', title: 'Owner', hint: 'Numbers of user and group' },
  { id: 'position', title: 'fh_info', hint: 'Position in the backup stream, for direct access recovery' },
  { id: 'message', title: 'Message', hint: 'Message that gave the attributes, else the name' },
];

/** An empty row. */
export function createFileRow(): HTMLElement {
  const row = element('div', { class: 'file-row' });
  for (const { id } of FILE_COLUMNS) {
    const cell = element('span', { class: `file-cell file-${id}` });
    if (id === 'name')
      cell.append(icon('collapsed'), element('span', { class: 'file-text' }), element('span', { class: 'file-note' }));
    row.append(cell);
  }
  return row;
}

/** Fills a row; undefined: its contents are on their way. */
export function fillFileRow(row: HTMLElement, listed: ListedRow | undefined, selected: boolean, isTree: boolean): void {
  setClass(row, `file-row${selected ? ' selected' : ''}${listed === undefined ? ' waiting' : ''}`);
  row.setAttribute('role', isTree ? 'treeitem' : 'option');
  row.setAttribute('aria-selected', String(selected));
  const [name, size, modified, mode, owner, position, message] = [...row.children] as HTMLElement[];
  const file = listed?.file;
  fillName(row, name, listed);
  setText(size, file?.size === undefined ? '' : bytesText(file.size));
  setText(modified, file?.mtime === undefined ? '' : timeText(file.mtime));
  setText(mode, file?.mode ?? '');
  setText(owner, file?.owner ?? '');
  setText(position, file?.position ?? '');
  const n = file?.attributesN ?? file?.nameN;
  setText(message, n === undefined ? '' : countText(n));
}

function fillName(row: HTMLElement, cell: HTMLElement, listed: ListedRow | undefined): void {
  const [arrow, text, note] = [...cell.children];
  cell.style.paddingLeft = `${6 + Math.min(listed?.depth ?? 0, 60) * 14}px`;
  setIcon(arrow as SVGSVGElement, listed?.expanded === true ? 'expanded' : 'collapsed');
  arrow.classList.toggle('hidden', listed?.expanded === undefined);
  if (listed === undefined) {
    setText(text, '…');
    setText(note, '');
    return;
  }
  const { file, depth, expanded, path, position, setSize } = listed;
  setText(text, path ?? file.name + (file.folder && file.link >= 0 ? '/' : ''));
  setText(note, noteText(listed));
  row.classList.toggle('folder', file.folder);
  row.classList.toggle('faint', file.attributesN === undefined && !file.folder);
  row.setAttribute('aria-level', String(depth + 1));
  row.setAttribute('aria-posinset', String(position));
  row.setAttribute('aria-setsize', String(setSize));
  if (expanded === undefined) row.removeAttribute('aria-expanded');
  else row.setAttribute('aria-expanded', String(expanded));
}

function noteText({ file }: ListedRow): string {
  const inside = file.folder && file.files + file.folders > 0 ? [plural(file.files, 'file')] : [];
  const remarks = file.folder && file.attributesN === undefined && file.remarks.length === 1 ? [] : file.remarks;
  return [...inside, ...remarks].join(' · ');
}

/** `2024-01-05 00:07:23`. */
export function timeText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}
