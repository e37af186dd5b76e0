import type { PartRecord } from '../model';
import { partsOfStream } from '../streamParts';
import { insertion, readRow, written, type Columns } from './columns';
import type { Connection } from './connection';
import { flagColumn, numberColumn, textColumn, wideColumn } from './kinds';
import { asWide, text } from './values';

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

/** Forgets what was on a tape. Sets of which no copy is whole any more are told to be partial. */
export function forgetParts(connection: Connection, barcode: string): void {
  const sets = new Set(partsOnTape(connection, barcode).map(({ set }) => set));
  connection.change('DELETE FROM parts WHERE barcode = ?', text(barcode));
  for (const set of sets) {
    const row = connection.first("SELECT bytes FROM sets WHERE id = ? AND state = 'complete'", set);
    if (row !== undefined && lackOfSet(partsOf(connection, set), asWide(row.bytes)) !== undefined)
      connection.change("UPDATE sets SET state = 'partial' WHERE id = ?", set);
  }
}

/** What every copy of a set lacks, as the end of a sentence about the first of them; undefined when one is whole. */
export function lackOfSet(parts: readonly PartRecord[], bytes: bigint): string | undefined {
  const copies = [...new Set(parts.map(({ copy }) => copy))];
  const lacks = copies.map((copy) =>
    lackOfCopy(
      partsOfStream(parts, bytes).filter((part) => part.copy === copy),
      bytes,
    ),
  );
  return lacks.includes(undefined) ? undefined : (lacks[0] ?? 'there is nothing of it on tape');
}

function lackOfCopy(parts: readonly PartRecord[], bytes: bigint): string | undefined {
  let offset = 0n;
  for (const [i, part] of parts.entries()) {
    if (part.number !== i + 1) return `part ${i + 1} is missing`;
    if (!part.closed) return `part ${part.number} on ${part.barcode} was not written to its end`;
    if (part.offset !== offset) return `part ${part.number} on ${part.barcode} does not follow the one before`;
    offset += part.bytes;
  }
  return offset < bytes ? `its parts have ${offset} of ${bytes} bytes` : undefined;
}

function select(connection: Connection, where: string, value: number | string): PartRecord[] {
  return connection.all(`SELECT * FROM parts WHERE ${where}`, value).map((row) => readRow(COLUMNS, row));
}
