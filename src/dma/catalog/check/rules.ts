import type { CatalogProblem } from '../model';
import type { Connection } from '../store/connection';
import { bury, openRuns } from '../store/runs';
import { isAlive } from '../store/owner';
import { asNumber, asText, type Row } from '../store/values';
import { partFindings } from './parts';

/** A problem, and what puts it right. */
export interface Finding extends CatalogProblem {
  mend?: (connection: Connection) => void;
}

export type Rule = (connection: Connection) => Finding[];

/** What has to be true between the tables, one rule after the other: each sees what those before it put right. */
export const rules: readonly Rule[] = [
  runsOfTheDead,
  setsLeftOpen,
  setsWithoutBase,
  partFindings,
  partsWithoutSet,
  partsWithoutTape,
  tapesTooShort,
];

function runsOfTheDead(connection: Connection): Finding[] {
  return openRuns(connection)
    .filter(({ owner }) => owner === undefined || isAlive(owner) !== true)
    .map(({ run, owner }) => ({
      severity: 'warning',
      text: `Run ${run.id} (${run.kind}${run.job === undefined ? '' : ` of ${run.job}`}) never ended; it ran on ${owner?.host ?? 'an unknown machine'}.`,
      remedy: 'It is taken for dead. Look first whether it still runs there.',
      mend: (db) => bury(db, run),
    }));
}

function setsLeftOpen(connection: Connection): Finding[] {
  const sql = `SELECT id FROM sets WHERE state = 'writing'
    AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.id = sets.run AND runs.state = 'running')`;
  return connection.all(sql).map(({ id }) => ({
    severity: 'warning',
    text: `Set ${asNumber(id)} is said to be written, but its run has ended.`,
    remedy: 'It is told to be partial.',
    mend: (db) => db.change("UPDATE sets SET state = 'partial' WHERE id = ?", id),
  }));
}

function setsWithoutBase(connection: Connection): Finding[] {
  const sql = 'SELECT id, base FROM sets WHERE base IS NOT NULL AND base NOT IN (SELECT id FROM sets)';
  return connection.all(sql).map(({ id, base }) => ({
    severity: 'error',
    text: `Set ${asNumber(id)} builds on set ${asNumber(base)}, which is not in the catalog: it cannot be restored alone.`,
    remedy: 'Scan the tapes of the missing set, or remove this one.',
  }));
}

function partsWithoutSet(connection: Connection): Finding[] {
  const sql = 'SELECT set_id, count(*) AS n FROM parts WHERE set_id NOT IN (SELECT id FROM sets) GROUP BY set_id';
  return connection.all(sql).map(({ set_id, n }) => ({
    severity: 'warning',
    text: `${asNumber(n)} parts on tape belong to set ${asNumber(set_id)}, which is not in the catalog.`,
    remedy: 'They are forgotten.',
    mend: (db) => db.change('DELETE FROM parts WHERE set_id = ?', set_id),
  }));
}

function partsWithoutTape(connection: Connection): Finding[] {
  const sql = 'SELECT DISTINCT barcode FROM parts WHERE barcode NOT IN (SELECT barcode FROM tapes) ORDER BY barcode';
  return connection.all(sql).map(({ barcode }) => ({
    severity: 'warning',
    text: `There are parts on tape ${asText(barcode)}, which is not in the catalog.`,
    remedy: 'Scan the tape.',
  }));
}

/** Writing would begin before the end of what is there. Parts without an end do not count: what died leaves such. */
function tapesTooShort(connection: Connection): Finding[] {
  const sql = `SELECT tapes.barcode, tapes.files, max(parts.tape_file) AS last FROM tapes, parts
    WHERE parts.barcode = tapes.barcode AND parts.closed = 1 GROUP BY tapes.barcode HAVING last >= tapes.files`;
  return connection.all(sql).map((row: Row) => ({
    severity: 'error',
    text: `Tape ${asText(row.barcode)} has ${asNumber(row.files)} files by its record, but there is a part in file ${asNumber(row.last)}.`,
    remedy: 'The number is set behind that part. Scan the tape before it is written again.',
    mend: (db) => db.change('UPDATE tapes SET files = ? WHERE barcode = ?', asNumber(row.last) + 1, row.barcode),
  }));
}
