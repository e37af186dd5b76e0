import type { TapeFacts, TapeRecord, TapeState } from '../model';
import { conditions, insertion, readRow, written, type Columns } from './columns';
import type { Connection } from './connection';
import { flagColumn, numberColumn, optionalNumber, optionalText, textColumn, wideColumn } from './kinds';
import { asNumber, asOptionalNumber, text, type Row } from './values';

const COLUMNS: Columns<TapeFacts> = {
  barcode: textColumn('barcode'),
  sticker: textColumn('sticker'),
  label: optionalText('label'),
  pool: textColumn('pool'),
  state: textColumn('state'),
  files: numberColumn('files'),
  bytes: wideColumn('bytes'),
  protected: flagColumn('protected'),
  labelled: optionalNumber('labelled'),
  lastWritten: optionalNumber('last_written'),
  mounts: numberColumn('mounts'),
  library: optionalText('library'),
  libraryId: optionalText('library_id'),
  element: optionalNumber('element'),
};

/**
 * Tapes with the sets that keep them: those with a part on them, and those that build on one of these. A set that did not
 * come to its end keeps nothing.
 */
const KEPT = `
  WITH RECURSIVE needed (barcode, id) AS (
    SELECT barcode, set_id FROM parts WHERE :parts
    UNION SELECT needed.barcode, sets.id FROM needed JOIN sets ON sets.base = needed.id
  ), kept AS (
    SELECT needed.barcode, max(expires) AS latest, count(*) - count(expires) AS endless
    FROM needed JOIN sets ON sets.id = needed.id WHERE sets.state <> 'partial' GROUP BY needed.barcode
  )
  SELECT tapes.*, latest, endless FROM tapes LEFT JOIN kept ON kept.barcode = tapes.barcode`;

/** Until when a tape is kept is no matter of its own: it follows from its sets whenever it is read. */
export function putTape(connection: Connection, tape: TapeFacts): void {
  const { names, values } = written(COLUMNS, tape);
  connection.run(insertion('tapes', names, 'REPLACE'), ...values);
}

/** One of which parts are known stays. */
export function removeTape(connection: Connection, barcode: string): void {
  const isEmpty = 'NOT EXISTS (SELECT 1 FROM parts WHERE parts.barcode = tapes.barcode)';
  connection.change(`DELETE FROM tapes WHERE barcode = ? AND ${isEmpty}`, text(barcode));
}

export function findTape(connection: Connection, barcode: string): TapeRecord | undefined {
  const sql = `${KEPT.replace(':parts', 'barcode = ?1')} WHERE tapes.barcode = ?1`;
  const row = connection.first(sql, text(barcode));
  return row && readTape(row);
}

/** By barcode. */
export function listTapes(connection: Connection, filter: { pool?: string; state?: TapeState }): TapeRecord[] {
  const { where, values } = conditions({ pool: filter.pool, state: filter.state });
  const sql = `${KEPT.replace(':parts', '1')} WHERE ${where} ORDER BY tapes.barcode`;
  return connection.all(sql, ...values).map(readTape);
}

function readTape(row: Row): TapeRecord {
  const isEndless = asNumber(row.endless) > 0;
  return { ...readRow(COLUMNS, row), expires: isEndless ? undefined : (asOptionalNumber(row.latest) ?? 0) };
}
