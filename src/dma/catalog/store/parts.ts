import type { PartRecord } from '../model';
import { insertion, readRow, written, type Columns } from './columns';
import type { Connection } from './connection';
import { flagColumn, numberColumn, textColumn, wideColumn } from './kinds';
import { text } from './values';

const COLUMNS: Columns<PartRecord> = {
  set: numberColumn('set_id'),
  number: numberColumn('number'),
  copy: numberColumn('copy'),
  barcode: textColumn('barcode'),
  tapeFile: numberColumn('tape_file'),
  offset: wideColumn('offset'),
  bytes: wideColumn('bytes'),
  recordSize: numberColumn('record_size'),
  closed: flagColumn('closed'),
};

/** Puts it in, or in the place of the one with the same set, copy and number. */
export function putPart(connection: Connection, part: PartRecord): void {
  const { names, values } = written(COLUMNS, part);
  connection.run(insertion('parts', names, 'REPLACE'), ...values);
}

/** Copy by copy, each in the order of the stream. */
export function partsOf(connection: Connection, set: number): PartRecord[] {
  return select(connection, 'set_id = ? ORDER BY copy, number', set);
}

/** In the order in which they lie on the tape. */
export function partsOnTape(connection: Connection, barcode: string): PartRecord[] {
  return select(connection, 'barcode = ? ORDER BY tape_file, set_id, number', text(barcode));
}

export function forgetParts(connection: Connection, barcode: string): void {
  connection.change('DELETE FROM parts WHERE barcode = ?', text(barcode));
}

function select(connection: Connection, where: string, value: number | string): PartRecord[] {
  return connection.all(`SELECT * FROM parts WHERE ${where}`, value).map((row) => readRow(COLUMNS, row));
}
