import type { ColumnId, Layout, TimeMode } from '../../src/extension/messages';

export interface Column {
  id: ColumnId;
  title: string;
  /** Read out instead of a title that is only a sign. */
  label?: string;
  width: number;
  min: number;
  align?: 'end';
  /** Left out where the table is narrower than this, unless the user gave it a width. */
  needs?: number;
}

/** Width of the coloured edge that stands before the first column. */
export const EDGE = 4;
/** A number's column has room for the sign of a finding, so that it does not change its width once findings come. */
const SIGN = 19;

const COLUMNS: readonly Column[] = [
  { id: 'n', title: '#', label: 'Number', width: 58, min: 36, align: 'end' },
  { id: 'time', title: 'Time', width: 112, min: 60, align: 'end' },
  { id: 'delta', title: 'Δ', label: 'Time since the row above', width: 92, min: 50, align: 'end', needs: 1240 },
  { id: 'connection', title: 'Connection', width: 176, min: 60 },
  { id: 'direction', title: '', label: 'Direction', width: 26, min: 26 },
  { id: 'message', title: 'Message', width: 236, min: 90 },
  { id: 'kind', title: 'Kind', width: 64, min: 40, needs: 1120 },
  {
    id: 'sequence',
    title: 'Seq',
    label: 'Sequence, and the sequence that is replied to',
    width: 90,
    min: 40,
    needs: 1000,
  },
  { id: 'result', title: 'Result', width: 136, min: 60 },
  { id: 'latency', title: 'Latency', width: 78, min: 50, align: 'end' },
  { id: 'summary', title: 'Summary', width: 260, min: 120 },
];

const TIME_TITLES: Record<TimeMode, string> = { relative: 'Time', absolute: 'Clock', delta: 'Δ' };

export interface ColumnNeeds {
  mode: TimeMode;
  digits: number;
  /** Whole digits of the longest number and of the longest relative time. */
  numberDigits: number;
  secondDigits: number;
}

/** Pixels that a text of so many fixed-width characters needs with the cell's padding. */
function textWidth(characters: number): number {
  return Math.ceil(characters * 7.3 + 16);
}

function groupedLength(digits: number): number {
  return digits + Math.floor(Math.max(0, digits - 1) / 3);
}

/** Characters of a time in the given mode. */
function timeLength({ mode, digits, secondDigits }: ColumnNeeds): number {
  const decimals = digits > 0 ? 1 + groupedLength(digits) : 0;
  return (mode === 'absolute' ? 8 : 1 + groupedLength(secondDigits)) + decimals;
}

/** Rows that follow each other are seldom a quarter of an hour apart. */
function deltaWidth(needs: ColumnNeeds): number {
  return textWidth(timeLength({ ...needs, mode: 'delta', secondDigits: Math.min(3, needs.secondDigits) }) - 1);
}

/** The columns to show at a table width, with widths: the user's own, else as the contents need. */
export function visibleColumns(tableWidth: number, chosen: Layout['columns'], needs: ColumnNeeds): Column[] {
  const natural = COLUMNS.map((column) => {
    if (column.id === 'n')
      return { ...column, width: Math.max(44, SIGN + textWidth(groupedLength(needs.numberDigits))) };
    if (column.id === 'delta') return { ...column, width: deltaWidth(needs) };
    if (column.id !== 'time') return column;
    return { ...column, title: TIME_TITLES[needs.mode], width: textWidth(timeLength(needs)) };
  });
  const shown = natural.filter((column) => {
    if (column.id === 'delta' && needs.mode === 'delta') return false;
    return column.needs === undefined || tableWidth >= column.needs || chosen[column.id] !== undefined;
  });
  return fitted(
    shown.map((column) => ({ ...column, width: Math.max(column.min, chosen[column.id] ?? column.width) })),
    tableWidth,
    chosen,
  );
}

/** How far columns of names may shrink before the table scrolls sideways. */
const LEAST_SHARE = 0.7;
const NAMES: readonly ColumnId[] = ['connection', 'message', 'summary'];

/** Takes the width that is missing from the columns of names, each in proportion, but not from what the user chose. */
function fitted(columns: Column[], tableWidth: number, chosen: Layout['columns']): Column[] {
  const giving = ({ id }: Column): boolean => NAMES.includes(id) && chosen[id] === undefined;
  const missing = totalWidth(columns) - tableWidth;
  if (missing <= 0) return columns;
  const given = columns.filter(giving).reduce((sum, { width }) => sum + width, 0);
  const share = given === 0 ? 1 : Math.max(LEAST_SHARE, 1 - missing / given);
  return columns.map((column) =>
    giving(column) ? { ...column, width: Math.max(column.min, Math.floor(column.width * share)) } : column,
  );
}

/** A value for grid-template-columns: the summary takes what is left. */
export function gridTemplate(columns: readonly Column[]): string {
  return columns.map(({ id, width }) => (id === 'summary' ? `minmax(${width}px, 1fr)` : `${width}px`)).join(' ');
}

/** The least width of a row. */
export function totalWidth(columns: readonly Column[]): number {
  return columns.reduce((sum, column) => sum + column.width, EDGE);
}
