import type { Analysis } from '../../analysis/analysis';
import { compareEnvironment, isRecovery, type EnvironmentTable, type VariableRow } from '../../analysis/history';
import { csvField } from '../../analysis/history/csv';
import type { Job } from '../../analysis/jobs/model';
import type { JsonObject } from '../../protocol';
import { Grid } from '../output/grid';
import { jsonLine } from '../output/jsonl';
import { cellWidth } from '../terminal/text';
import { jobHeading, jsonArray, jsonDocument, type HistoryFormat, type Look } from './look';

/** The environments of jobs in a format. */
export function environmentLines(
  analysis: Analysis,
  jobs: readonly Job[],
  file: string,
  format: HistoryFormat,
  look: Look,
): Iterable<string> {
  switch (format) {
    case 'csv':
      return csvOf(analysis, jobs);
    case 'jsonl':
      return jsonlOf(analysis, jobs);
    case 'json':
      return jsonDocument(file, jobs, (job) => jsonOf(analysis, job));
    case 'tree':
      if (jobs.length === 0)
        return ['No job of this capture starts an operation of a data server: there is no environment.'];
      return tablesOf(analysis, jobs, look);
  }
}

const CSV_COLUMNS = ['name', 'sent', 'default', 'returned', 'backup', 'used', 'usedFrom', 'state', 'meaning'] as const;

function* csvOf(analysis: Analysis, jobs: readonly Job[]): Iterable<string> {
  yield `job,${CSV_COLUMNS.join(',')}\r`;
  for (const job of jobs)
    for (const row of compareEnvironment(analysis, job).rows)
      yield `${job.id + 1},${CSV_COLUMNS.map((column) => csvField(row[column] ?? '')).join(',')}\r`;
}

function* jsonlOf(analysis: Analysis, jobs: readonly Job[]): Iterable<string> {
  for (const job of jobs)
    for (const row of compareEnvironment(analysis, job).rows) yield jsonLine({ job: job.id + 1, ...rowJson(row) });
}

function* jsonOf(analysis: Analysis, job: Job): Iterable<string> {
  const table = compareEnvironment(analysis, job);
  const head: JsonObject = {
    sentMessage: numberOf(table.sentRow),
    returnedMessage: numberOf(table.returnedRow),
    defaultMessage: numberOf(table.defaultRow),
    refused: table.refused,
    backupJob: numberOf(table.backupJob),
  };
  yield `,${jsonLine(head).slice(1, -1)},"environment":[`;
  yield* jsonArray(table.rows.map(rowJson));
  yield ']';
}

function numberOf(row: number): number | null {
  return row < 0 ? null : row + 1;
}

function rowJson(row: VariableRow): JsonObject {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, (value ?? null) as string | number | null]),
  );
}

function* tablesOf(analysis: Analysis, jobs: readonly Job[], look: Look): Iterable<string> {
  for (const [i, job] of jobs.entries()) {
    if (i > 0) yield '';
    yield jobHeading(job, look.style);
    const table = compareEnvironment(analysis, job);
    yield look.style.quiet(sourcesLine(table));
    if (table.rows.length > 0) yield* tableOf(table, isRecovery(job) && table.backupJob >= 0, look);
    if (table.leftOut > 0) yield look.style.warning(`${table.leftOut} more variables are not listed.`);
  }
}

function* tableOf({ rows }: EnvironmentTable, hasBackup: boolean, { style, width }: Look): Iterable<string> {
  const kinds = [
    { title: 'name', of: (row: VariableRow) => row.name + (row.timesSent > 1 ? ` (${row.timesSent} times)` : '') },
    { title: 'sent', of: (row: VariableRow) => row.sent },
    ...(hasBackup ? [{ title: 'backup returned', of: (row: VariableRow) => row.backup }] : []),
    { title: 'returned', of: (row: VariableRow) => row.returned },
    { title: 'default', of: (row: VariableRow) => row.default },
    { title: 'state', of: (row: VariableRow) => row.state },
    { title: 'meaning', of: (row: VariableRow) => meaningText(row) },
  ];
  const texts = rows.map((row) => kinds.map(({ of }) => of(row) ?? '·'));
  const grid = new Grid(
    kinds.map(({ title }, i) => ({
      title,
      align: 'left' as const,
      width: Math.min(
        40,
        texts.reduce((widest, line) => Math.max(widest, cellWidth(line[i])), 0),
      ),
      shrinks: title !== 'state',
    })),
    width,
  );
  yield style.heading(grid.head());
  for (const line of texts)
    yield grid.row(line.map((text) => ({ text, paint: text === '·' ? style.quiet : undefined })));
}

function meaningText({ meaning, vendor }: VariableRow): string {
  if (meaning === undefined) return 'not publicly documented';
  return vendor === undefined ? meaning : `${meaning} (${vendor})`;
}

function sourcesLine({ sentRow, returnedRow, defaultRow, refused, backupJob, backupBy }: EnvironmentTable): string {
  const parts = [
    sentRow < 0 ? 'the request that starts the job is not in the capture' : `sent in message ${sentRow + 1}`,
    returnedRow >= 0
      ? `returned in message ${returnedRow + 1}`
      : refused
        ? 'the server refused to return it'
        : 'nobody asked for it with NDMP_DATA_GET_ENV',
    defaultRow < 0 ? 'defaults are not in the capture' : `defaults from message ${defaultRow + 1}`,
    ...(backupJob < 0
      ? []
      : [
          `compared with what job ${backupJob + 1} returned, the last backup ${backupBy === 'file system' ? 'of the same FILESYSTEM' : 'of this type on this server (the recovery does not name one)'}`,
        ]),
  ];
  return `${parts.join('; ')}.`;
}
