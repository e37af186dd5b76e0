import type { RunKind, RunRecord } from '../model';
import { conditions, insertion, readRow, written, type Columns } from './columns';
import type { Connection } from './connection';
import { numberColumn, optionalNumber, optionalText, textColumn } from './kinds';
import { isAlive, readMark, thisProcess, type ProcessMark } from './owner';
import { asNumber, asOptionalText, asText, text, type Row } from './values';

const COLUMNS: Columns<RunRecord> = {
  id: numberColumn('id'),
  kind: textColumn('kind'),
  job: optionalText('job'),
  started: numberColumn('started'),
  ended: optionalNumber('ended'),
  state: textColumn('state'),
  message: textColumn('message'),
  recording: optionalText('recording'),
  log: optionalText('log'),
};

export type RunOrder = { kind: RunKind; job?: string; recording?: string; log?: string };

export function beginRun(connection: Connection, order: RunOrder, now: number): RunRecord {
  const { kind, job, recording, log } = order;
  const run = { kind, job, recording, log, started: now, ended: undefined, state: 'running' as const, message: '' };
  const { names, values } = written(COLUMNS, run);
  const owner = JSON.stringify(thisProcess());
  const id = connection.run(insertion('runs', [...names, 'owner']), ...values, owner);
  return { ...run, id };
}

/** @returns false when there is no such run */
export function endRun(connection: Connection, id: number, state: string, message: string, now: number): boolean {
  const sql = 'UPDATE runs SET state = ?, message = ?, ended = ?, owner = NULL WHERE id = ?';
  return connection.change(sql, state, text(message), now, id) > 0;
}

/** Runs, the last one first. */
export function listRuns(
  connection: Connection,
  filter: { job?: string; kind?: RunKind; limit?: number },
): RunRecord[] {
  const { where, values } = conditions({ job: filter.job, kind: filter.kind });
  const sql = `SELECT * FROM runs WHERE ${where} ORDER BY id DESC LIMIT ?`;
  return connection.all(sql, ...values, filter.limit ?? -1).map((row) => readRow(COLUMNS, row));
}

/** Runs that never ended, with who ran them. */
export function openRuns(connection: Connection): { run: RunRecord; owner: ProcessMark | undefined }[] {
  return connection.all("SELECT * FROM runs WHERE state = 'running'").map((row) => ({
    run: readRow(COLUMNS, row),
    owner: readMark(asOptionalText(row.owner)),
  }));
}

/** Ends the runs of programs that are there no more: they died, and what they were writing is not whole. */
export function buryTheDead(connection: Connection): void {
  for (const { run, owner } of openRuns(connection))
    if (owner === undefined || isAlive(owner) === false) bury(connection, run);
}

/** Tells that a run died, with what it left on tape. */
export function bury(connection: Connection, { id }: RunRecord): void {
  connection.change(
    "UPDATE runs SET state = 'died', message = ?, owner = NULL WHERE id = ?",
    epitaph(connection, id),
    id,
  );
  connection.change("UPDATE sets SET state = 'partial' WHERE run = ? AND state = 'writing'", id);
}

const LEFT = `
  SELECT sets.uuid, sets.state, parts.barcode, parts.tape_file, parts.closed
  FROM sets LEFT JOIN parts ON parts.set_id = sets.id WHERE sets.run = ?
  ORDER BY sets.id, parts.copy, parts.number LIMIT 20`;

function epitaph(connection: Connection, run: number): string {
  const left = connection.all(LEFT, run).map(pieceLeft);
  const what = left.length === 0 ? 'No set was begun.' : `On tape: ${left.join('; ')}.`;
  return text(`The program ended before the run did. ${what}`);
}

function pieceLeft({ uuid, state, barcode, tape_file, closed }: Row): string {
  const image = `image ${asText(uuid)} (${state === 'complete' ? 'whole' : 'not whole'})`;
  if (barcode === null) return `${image}, of which nothing was put down`;
  const end = asNumber(closed) === 0 ? ', its end not written' : '';
  return `${image} on ${asText(barcode)}, tape file ${asNumber(tape_file)}${end}`;
}
