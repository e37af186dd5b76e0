import { errorName, type BodyValue } from '../../../protocol';
import { findRow, rowsWithin } from '../../ascending';
import type { Job } from '../../jobs/model';
import type { StateSpan } from '../../states';
import { counted, quoted, type FindingContext } from '../context';
import type { RuleGroup } from '../group';
import type { Rule } from '../model';

const failed: Rule = {
  id: 'job-failed',
  name: 'Job failed',
  severity: 'error',
  doc: 'The data server or the mover halted because it could not go on. The reason names the side: CONNECT_ERROR the data connection, MEDIA_ERROR the tape, INTERNAL_ERROR the server, whose log messages often say more.',
  specification: 'NDMPv4 draft, halt reasons (sections 3.5 and 3.6)',
};
const aborted: Rule = {
  id: 'job-aborted',
  name: 'Job aborted by the DMA',
  severity: 'warning',
  doc: 'The DMA ended the job by DATA_ABORT or MOVER_ABORT. Look at what came just before: a pause that it could not handle, an error of the other server, or the user.',
  specification: 'NDMPv4 draft, DATA_ABORT and MOVER_ABORT (sections 3.5 and 3.6)',
};
const empty: Rule = {
  id: 'empty-backup',
  name: 'Backup of nothing',
  severity: 'warning',
  doc: 'The server calls the backup successful, but not one byte went into the stream. As a rule the path does not exist or the program that reads the files did not run; nothing can be recovered from this backup.',
  specification: 'NDMPv4 draft, DATA_GET_STATE (bytes_processed)',
};
const refused: Rule = {
  id: 'operation-refused',
  name: 'Backup or recovery refused',
  severity: 'error',
  doc: 'The data server refused to start. ILLEGAL_ARGS speaks against the backup type, a variable of the environment or the list of files; the log messages before the reply often name it.',
  specification: 'NDMPv4 draft, DATA_START_BACKUP and DATA_START_RECOVER (section 3.5)',
};
const noConnection: Rule = {
  id: 'data-connection-refused',
  name: 'Data connection could not be made',
  severity: 'error',
  doc: 'Data server or mover refused to listen or to connect. CONNECT: the other side cannot be reached (firewall, address translation, wrong network). NOT_SUPPORTED or ILLEGAL_ARGS: this direction or this address type is not implemented; try the other direction, or another address family.',
  specification: 'NDMPv4 draft, LISTEN and CONNECT of the data and mover interfaces (sections 3.5 and 3.6)',
};
const files: Rule = {
  id: 'files-not-recovered',
  name: 'Files that were not recovered',
  severity: 'error',
  doc: 'The server reports that it could not recover some of the files asked for. The recovery as a whole may be called successful all the same.',
  specification: 'NDMPv4 draft, LOG_FILE (section 3.8)',
};
const logError: Rule = {
  id: 'server-error-message',
  name: 'Error in the log of the server',
  severity: 'warning',
  doc: 'The server posted a log message of type ERROR. Its text is the vendor’s; search its documentation for it.',
  specification: 'NDMPv4 draft, LOG_MESSAGE (section 3.8)',
};

const STARTS = [0x401, 0x402, 0x40b];
const CONNECTING = [0x409, 0x40a, 0xa01, 0xa09];
const ABORTS = [0x403, 0xa03, 0xa07];
const DATA_GET_STATE = 0x400;
const LOG_FILE = 0x602;
const LOG_MESSAGE = 0x603;
const LOG_ERROR = 2;
/** Log posts that are read; a server that writes more repeats itself. */
const MAX_LOGS = 50000;
const BAD = ['INTERNAL_ERROR', 'CONNECT_ERROR', 'MEDIA_ERROR'];
const MACHINES = { data: 'data server', mover: 'mover' } as const;

/** How jobs went, as the servers tell. */
export const operationGroup: RuleGroup = {
  title: 'Jobs',
  rules: [refused, noConnection, failed, aborted, empty, files, logError],
  find(context) {
    context.rows.forEach((rows) => refusals(context, rows));
    logs(context);
    for (const job of context.analysis.jobs) {
      halts(context, job);
      emptiness(context, job);
    }
  },
};

function refusals(context: FindingContext, rows: readonly number[]): void {
  const { index } = context;
  const folds = new Map<string, { rule: Rule; text: string; rows: number[] }>();
  for (const row of rows) {
    const code = index.code(row);
    const rule = STARTS.includes(code) ? refused : CONNECTING.includes(code) ? noConnection : undefined;
    if (rule === undefined || index.kind(row) !== 'request' || context.explained.has(row)) continue;
    const error = context.answer(row);
    if (error === undefined || error === 0) continue;
    context.explained.add(row);
    const where = index.headerError(index.pair(row)) !== 0 ? ' in the header of the reply' : '';
    const what = rule === refused ? subject(context.body(row)) : '';
    const text = `${context.name(row)}${what} was refused: ${errorName(error)}${where}.`;
    const known = folds.get(text);
    if (known) known.rows.push(row);
    else folds.set(text, { rule, text, rows: [row] });
  }
  for (const { rule, text, rows: at } of folds.values()) {
    const often = at.length > 1 ? ` So ${at.length} times.` : '';
    context.add(
      rule,
      { row: at[0] },
      text + often,
      at.flatMap((row) => [row, index.pair(row)]),
    );
  }
}

function subject(body: BodyValue): string {
  return typeof body.bu_type === 'string' ? ` of type ${quoted(body.bu_type)}` : '';
}

/** Halts of a job that are no success: one finding, at the first of them. */
function halts(context: FindingContext, job: Job): void {
  const spans = job.spans.flatMap(({ connection, fromRow, toRow }) =>
    (['data', 'mover'] as const).flatMap((machine) =>
      context
        .spans(machine, connection)
        .filter((span) => span.state === 'HALTED' && span.fromRow >= fromRow && span.fromRow <= toRow),
    ),
  );
  const bad = spans.filter(({ reason }) => BAD.includes(reason)).sort((a, b) => a.fromRow - b.fromRow);
  const stopped = spans.filter(({ reason }) => reason === 'ABORTED').sort((a, b) => a.fromRow - b.fromRow);
  const told = [...bad, ...stopped];
  if (told.length === 0) return;
  const halted = told.map(({ machine, reason }) => `the ${MACHINES[machine]} halted with ${reason}`);
  const rows = told.map(({ fromRow }) => fromRow);
  const logged = context.found.filter(
    ({ rule, row }) => rule === logError.id && job.spans.some((span) => holds(span, row)),
  );
  const related = [...rows, ...logged.map(({ row }) => row)];
  if (bad.length > 0) {
    context.add(failed, { row: bad[0].fromRow }, `${sentence(halted)}.`, related);
  } else if (!alreadyFailed(context, job, stopped[0])) {
    const asks = requestsFor(context, job, stopped[0]);
    const before = pausedBefore(context, job, stopped[0]);
    const rule = asks.length > 0 ? aborted : failed;
    const who =
      asks.length > 0 ? `The DMA sent ${[...new Set(asks.map((row) => context.name(row)))].join(' and ')}; ` : '';
    const text = who === '' ? sentence(halted) : who + [...new Set(halted)].join(', ');
    context.add(rule, { row: asks[0] ?? stopped[0].fromRow }, `${text}${before}.`, [...related, ...asks]);
  }
}

function sentence(parts: readonly string[]): string {
  const text = [...new Set(parts)].join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function holds(span: { connection: number; fromRow: number; toRow: number }, row: number): boolean {
  return row >= span.fromRow && row <= span.toRow;
}

/** What went wrong before is the news; the aborts that tidy up after it are none. */
function alreadyFailed(context: FindingContext, job: Job, { fromRow }: StateSpan): boolean {
  return context.found.some(
    ({ row, severity }) =>
      severity === 'error' &&
      row <= fromRow &&
      job.spans.some((span) => holds(span, row) && span.connection === context.index.connection(row)),
  );
}

/** The abort requests that led to a halt. */
function requestsFor(context: FindingContext, job: Job, { fromRow }: StateSpan): number[] {
  const { index } = context;
  return job.spans
    .flatMap(({ connection, fromRow: from }) =>
      rowsWithin(context.rows[connection], from, fromRow).filter(
        (row) => index.kind(row) === 'request' && ABORTS.includes(index.code(row)),
      ),
    )
    .sort((a, b) => a - b);
}

function pausedBefore(context: FindingContext, job: Job, { fromRow }: StateSpan): string {
  const paused = job.spans.flatMap(({ connection }) =>
    context
      .spans('mover', connection)
      .filter((span) => span.state === 'PAUSED' && span.toRow >= 0 && span.toRow <= fromRow + 1),
  );
  const last = paused.at(-1);
  return last === undefined || last.fromRow < job.firstRow
    ? ''
    : `; the mover had paused before (${last.reason}, message ${last.fromRow + 1})`;
}

/** A successful backup whose stream is empty, by the data server's own count. */
function emptiness(context: FindingContext, job: Job): void {
  const { index } = context;
  if (job.operation !== 'backup' || job.outcome !== 'successful' || job.dataConnection < 0) return;
  const span = job.spans.find(({ connection }) => connection === job.dataConnection);
  const state = findRow(
    context.rows[job.dataConnection],
    job.endRow + 1,
    span?.toRow ?? -1,
    (row) => index.kind(row) === 'reply' && index.code(row) === DATA_GET_STATE,
  );
  if (state < 0 || context.error(state) !== 0) return;
  const body = context.body(state);
  const haltedState = context.spanAt('data', job.dataConnection, state)?.state === 'HALTED';
  if (body.bytes_processed !== 0n || !haltedState || (job.link?.bytes ?? 0) > 0) return;
  context.add(empty, { row: job.endRow }, 'The backup halted SUCCESSFUL, but the data server has processed 0 bytes.', [
    job.startRow,
    state,
  ]);
}

/** What the server's own posts complain of. */
function logs(context: FindingContext): void {
  const { index } = context;
  const errors = new Map<number, number[]>();
  const unrecovered = new Map<number, number[]>();
  let seen = 0;
  for (let row = 0; row < index.count; row++) {
    const code = index.code(row);
    if ((code !== LOG_FILE && code !== LOG_MESSAGE) || index.kind(row) !== 'post') continue;
    if (++seen > MAX_LOGS) break;
    const body = context.body(row);
    if (code === LOG_MESSAGE && body.log_type === LOG_ERROR) push(errors, index.connection(row), row);
    else if (code === LOG_FILE && Number(body.recovery_status ?? body.error ?? 0) > 0)
      push(unrecovered, index.connection(row), row);
  }
  for (const rows of unrecovered.values()) {
    const { name } = context.body(rows[0]);
    const first = typeof name === 'string' && name !== '' ? `, first ${quoted(name)}` : '';
    context.add(files, { row: rows[0] }, `${counted(rows.length, 'file')} could not be recovered${first}.`, rows);
  }
  for (const rows of errors.values()) {
    const { entry } = context.body(rows[0]);
    const text = typeof entry === 'string' ? quoted(entry.trim()) : 'an error';
    const more = rows.length > 1 ? ` ${counted(rows.length - 1, 'more message')} of this kind.` : '';
    context.add(logError, { row: rows[0] }, `The server logged ${text}.${more}`, rows);
  }
}

function push(map: Map<number, number[]>, key: number, row: number): void {
  const known = map.get(key);
  if (known) known.push(row);
  else map.set(key, [row]);
}
