import { columnsNamed, type Column } from './columns';
import { escapeText } from '../../protocol';
import type { RowWriter } from './rowWriter';

const defaults = [
  'frame',
  'time',
  'src',
  'dst',
  'kind',
  'message',
  'sequence',
  'replySequence',
  'headerError',
  'error',
];

const short: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** A value of a tab-separated line: `\\ \t \n \r`, other control and invisible characters as `\xNN` and `\u{…}`. */
export function tsvValue(text: string): string {
  return text
    .split(/([\\\t\n\r])/)
    .map((part) => short[part] ?? escapeText(part))
    .join('');
}

/** Values with tabs between them; a header line names them, once for all files. */
export class TsvWriter implements RowWriter {
  private readonly columns: readonly Column[];
  private started = false;

  constructor(columns: readonly Column[] = columnsNamed(...defaults)) {
    this.columns = columns;
  }

  head(): string[] {
    const first = !this.started;
    this.started = true;
    return first ? [this.columns.map(({ name }) => name).join('\t')] : [];
  }

  row(view: Parameters<RowWriter['row']>[0]): string {
    return this.columns.map((column) => tsvValue(column.text(view))).join('\t');
  }
}
