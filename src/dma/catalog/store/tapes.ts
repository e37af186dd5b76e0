import type { TapeRecord, TapeState } from '../model';
import { conditions, insertion, readRow, written, type Columns } from './columns';
import type { Connection } from './connection';
import { flagColumn, numberColumn, optionalNumber, optionalText, textColumn, wideColumn } from './kinds';
import { text } from './values';

const COLUMNS: Columns<TapeRecord> = {
  barcode: textColumn('barcode'),
  label: optionalText('label'),
  pool: textColumn('pool'),
  state: textColumn('state'),
  files: numberColumn('files'),
  bytes: wideColumn('bytes'),
  expires: optionalNumber('expires'),
  protected: flagColumn('protected'),
  labelled: optionalNumber('labelled'),
  lastWritten: optionalNumber('last_written'),
  mounts: numberColumn('mounts'),
  library: optionalText('library'),
  element: optionalNumber('element'),
};

export function putTape(connection: Connection, tape: TapeRecord): void {
  const { names, values } = written(COLUMNS, tape);
  connection.run(insertion('tapes', names, 'REPLACE'), ...values);
}

export function findTape(connection: Connection, barcode: string): TapeRecord | undefined {
  return select(connection, 'barcode = ?', [text(barcode)]).at(0);
}

/** By barcode. */
export function listTapes(connection: Connection, filter: { pool?: string; state?: TapeState }): TapeRecord[] {
  const { where, values } = conditions({ pool: filter.pool, state: filter.state });
  return select(connection, `${where} ORDER BY barcode`, values as string[]);
}

function select(connection: Connection, where: string, values: readonly string[]): TapeRecord[] {
  return connection.all(`SELECT * FROM tapes WHERE ${where}`, ...values).map((row) => readRow(COLUMNS, row));
}
