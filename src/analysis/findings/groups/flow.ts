import type { Job } from '../../jobs/model';
import { findRow, rowsWithin } from '../../ascending';
import { duration, type FindingContext } from '../context';
import type { RuleGroup } from '../group';
import type { Rule } from '../model';

const ignored: Rule = {
  id: 'ignored-pause',
  name: 'Pause that the DMA did not handle',
  severity: 'error',
  doc: 'A paused mover waits for the DMA: for a new tape, a new window, MOVER_CONTINUE, MOVER_CLOSE or MOVER_ABORT. The DMA did nothing for a long time, or until the end; the stream stands still meanwhile and servers give up after a time.',
  specification: 'NDMPv4 draft, NOTIFY_MOVER_PAUSED (section 3.7) and mover interface (section 3.6)',
};
const sameTape: Rule = {
  id: 'eom-same-tape',
  name: 'Continued at the end of the tape without another one',
  severity: 'error',
  doc: 'The mover paused because the tape is full. The DMA let it go on without closing, moving or changing the tape, so that the next record meets the end again or is written behind the early warning. Unload the tape, load and open the next one, set the window, and only then continue.',
  specification: 'NDMPv4 draft, end of media (sections 3.4 and 3.6)',
};
const readIgnored: Rule = {
  id: 'data-read-ignored',
  name: 'Wanted range was not asked of the mover',
  severity: 'warning',
  doc: 'The data server posted NOTIFY_DATA_READ and waits for a range of the stream; the DMA has to pass it on to the mover as MOVER_READ. Without it the recovery stands still.',
  specification: 'NDMPv4 draft, NOTIFY_DATA_READ (section 3.7) and MOVER_READ (section 3.6)',
};
const readChanged: Rule = {
  id: 'data-read-changed',
  name: 'Another range was asked of the mover',
  severity: 'warning',
  doc: 'The DMA has to pass the range of NOTIFY_DATA_READ on unchanged. The data server gets other bytes than it waits for.',
  specification: 'NDMPv4 draft, NOTIFY_DATA_READ (section 3.7) and MOVER_READ (section 3.6)',
};
const envLost: Rule = {
  id: 'environment-not-saved',
  name: 'Environment of the backup was not asked for',
  severity: 'warning',
  doc: 'After a backup the DMA has to ask for the environment (DATA_GET_ENV) before DATA_STOP and keep it: the recovery has to send all of it back, and direct access recovery often needs it.',
  specification: 'NDMPv4 draft, DATA_GET_ENV (section 3.5)',
};
const polling: Rule = {
  id: 'fast-polling',
  name: 'State asked for again and again',
  severity: 'warning',
  doc: 'The DMA asks for the state many times a second although the server posts every halt and pause. That costs both sides time and fills logs; once in some seconds is enough to show progress.',
  specification: 'NDMPv4 draft, notify interface (section 3.7)',
};

const MOVER_PAUSED = 0x504;
const DATA_READ = 0x505;
const MOVER_READ = 0xa06;
const MOVER_CONTINUE = 0xa02;
const GET_ENV = 0x404;
const DATA_STOP = 0x407;
const GET_STATES = [0x400, 0xa00, 0x302];
const ASKS_MOVER_TO_END = [0xa03, 0xa04, 0xa07];
/** How long the mover may wait while the DMA does nothing at all; people change tapes in minutes. */
const LONG_PAUSE = 600;
/** A run of polls is reported from this many on, when they come faster than this, in seconds from one to the next. */
const MANY_POLLS = 30;
const FAST_POLL = 0.5;
/** What comes within so many seconds belongs together. */
const SOON = 5;
const MAX_UNREAD = 100;

/** How the DMA leads a job. */
export const flowGroup: RuleGroup = {
  title: 'Course of a job',
  rules: [ignored, sameTape, readIgnored, readChanged, envLost, polling],
  find(context) {
    const byClient = deedsByClient(context);
    context.rows.forEach((rows, connection) => {
      const deeds = byClient.get(context.client(connection));
      if (deeds !== undefined && context.isOrdered(connection)) pauses(context, rows, deeds);
      polls(context, rows);
    });
    for (const job of context.analysis.jobs) {
      reads(context, job);
      environment(context, job);
    }
  },
};

/** What one DMA does, beside asking for states: rows of its requests in order, and those that touch tapes. */
interface Deeds {
  all: number[];
  tape: number[];
  /** The last one on each connection. */
  last: Map<number, number>;
}

function deedsByClient(context: FindingContext): Map<string, Deeds> {
  const found = new Map<string, Deeds>();
  const { index } = context;
  context.rows.forEach((rows, connection) => {
    const client = context.client(connection);
    const deeds = found.get(client) ?? { all: [], tape: [], last: new Map<number, number>() };
    found.set(client, deeds);
    for (const row of rows) {
      if (index.kind(row) !== 'request' || GET_STATES.includes(index.code(row))) continue;
      deeds.all.push(row);
      if (isTapeWork(index.code(row))) deeds.tape.push(row);
      deeds.last.set(connection, row);
    }
  });
  for (const { all, tape } of found.values()) for (const rows of [all, tape]) rows.sort((a, b) => a - b);
  return found;
}

function pauses(context: FindingContext, rows: readonly number[], { all, tape, last }: Deeds): void {
  const { index } = context;
  let next: number | undefined;
  for (let at = rows.length - 1; at >= 0; at--) {
    const row = rows[at];
    const code = index.code(row);
    // the request that the next pause before it leads to
    if (index.kind(row) === 'request' && (code === MOVER_CONTINUE || ASKS_MOVER_TO_END.includes(code))) next = row;
    if (index.kind(row) !== 'post' || code !== MOVER_PAUSED) continue;
    const connection = index.connection(row);
    const span = context.spanAt('mover', connection, row);
    if (span?.state !== 'PAUSED' || span.fromRow !== row) continue;
    const deed = firstAfter(all, row);
    const abandoned = span.toRow < 0 && (last.get(connection) ?? -1) < row;
    if (deed === undefined || abandoned) untilTheEnd(context, rows, row, span.reason);
    else {
      waitedLong(context, row, deed, span.reason);
      if (span.reason === 'EOM') endOfTape(context, row, next, tape);
    }
  }
}

function untilTheEnd(context: FindingContext, rows: readonly number[], row: number, reason: string): void {
  const connection = context.index.connection(row);
  if (context.index.connections[connection].ended === 'open' || !context.isWhole(connection)) return;
  const last = rows[rows.length - 1];
  const waited = Math.max(0, context.time(last) - context.time(row));
  const text = `The mover paused (${reason}), and the DMA did nothing about it until the connection ended ${duration(waited)} later.`;
  context.add(ignored, { row }, text, [last]);
}

function waitedLong(context: FindingContext, row: number, deed: number, reason: string): void {
  const waited = context.time(deed) - context.time(row);
  if (waited <= LONG_PAUSE) return;
  const text = `The mover paused (${reason}) and waited ${duration(waited)} until the DMA did something about it, ${context.message(deed)}.`;
  context.add(ignored, { row }, text, [deed], 'warning');
}

/** After EOM something has to happen to the tape before the mover goes on. */
function endOfTape(context: FindingContext, row: number, go: number | undefined, tape: readonly number[]): void {
  if (go === undefined || context.index.code(go) !== MOVER_CONTINUE || context.answer(go) !== 0) return;
  const work = firstAfter(tape, row);
  if (work !== undefined && work < go) return;
  const text = `The mover paused at the end of the tape (message ${row + 1}) and was told to go on without anything having been done to the tape.`;
  context.add(sameTape, { row: go }, text, [row]);
}

function isTapeWork(code: number): boolean {
  return code >>> 8 === 2 || (code >>> 8 === 3 && code !== 0x302);
}

/** Runs of state questions on a connection that follow each other fast. */
function polls(context: FindingContext, rows: readonly number[]): void {
  const { index } = context;
  const runs = new Map<number, number[]>();
  const report = (run: number[]): void => {
    const span = context.time(run[run.length - 1]) - context.time(run[0]);
    if (run.length < MANY_POLLS || span < 0 || span / (run.length - 1) > FAST_POLL) return;
    const every = span / (run.length - 1);
    const text = `${context.name(run[0])} was sent ${run.length} times in ${duration(span)}, every ${duration(every)}.`;
    const step = Math.max(1, Math.floor(run.length / 19));
    context.add(polling, { row: run[0] }, text, [
      ...run.filter((_row, at) => at % step === 0).slice(0, 19),
      run[run.length - 1],
    ]);
  };
  for (const row of rows) {
    if (index.kind(row) !== 'request') continue;
    const code = index.code(row);
    if (!GET_STATES.includes(code)) {
      for (const run of runs.values()) report(run);
      runs.clear();
      continue;
    }
    const run = runs.get(code);
    if (run) run.push(row);
    else runs.set(code, [row]);
  }
  for (const run of runs.values()) report(run);
}

/** What the data server wants to read, and what the mover was asked for. */
function reads(context: FindingContext, job: Job): void {
  const { index } = context;
  const { dataConnection, tapeConnection } = job;
  if (
    dataConnection < 0 ||
    tapeConnection < 0 ||
    !context.isWhole(tapeConnection) ||
    !context.isWhole(dataConnection) ||
    job.link?.kind === 'local'
  )
    return;
  const span = job.spans.find(({ connection }) => connection === tapeConnection);
  const wanted = rowsWithin(context.rows[dataConnection], job.startRow, job.lastRow).filter(
    (row) => index.kind(row) === 'post' && index.code(row) === DATA_READ,
  );
  const asked = rowsWithin(context.rows[tapeConnection], span?.fromRow ?? 0, span?.toRow ?? -1).filter(
    (row) => index.kind(row) === 'request' && index.code(row) === MOVER_READ,
  );
  const open = new Map<number, string>();
  for (const row of [...wanted, ...asked].sort((a, b) => a - b)) {
    const range = rangeText(context, row);
    if (index.code(row) === DATA_READ) open.set(row, range);
    else forwarded(context, row, range, open);
  }
  if (!job.endSeen) return;
  for (const [row, range] of [...open].slice(0, MAX_UNREAD)) {
    const over = context.time(job.lastRow) - context.time(row);
    if (over > SOON && !isOver(context, job, row))
      context.add(readIgnored, { row }, `The data server wants ${range}, but no MOVER_READ for it followed.`);
  }
}

/** One MOVER_READ: the range that is wanted, or another. */
function forwarded(context: FindingContext, row: number, range: string, open: Map<number, string>): void {
  const [oldest] = open;
  if (oldest === undefined) return;
  let tried = 0;
  for (const [post, text] of open) {
    if (text === range) {
      open.delete(post);
      return;
    }
    if (++tried >= MAX_UNREAD) break;
  }
  if (context.explained.has(row)) return;
  open.delete(oldest[0]);
  const text = `The mover was asked for ${range}, the data server wants ${oldest[1]} (message ${oldest[0] + 1}).`;
  context.add(readChanged, { row }, text, [oldest[0]]);
}

/** Whether the read has lost its purpose: the data server halts soon after, or the mover has halted already. */
function isOver(context: FindingContext, { dataConnection, tapeConnection }: Job, row: number): boolean {
  const halts = context
    .spans('data', dataConnection)
    .some(
      ({ state, fromRow }) => state === 'HALTED' && fromRow > row && context.time(fromRow) - context.time(row) < SOON,
    );
  return halts || context.spanAt('mover', tapeConnection, row)?.state === 'HALTED';
}

function rangeText(context: FindingContext, row: number): string {
  const { offset, length } = context.body(row);
  const bytes = length === 0xffffffffffffffffn ? 'everything' : `${String(Number(length))} bytes`;
  return `${bytes} from offset ${typeof offset === 'bigint' ? offset.toString() : '?'}`;
}

function environment(context: FindingContext, job: Job): void {
  const { index } = context;
  if (
    job.operation !== 'backup' ||
    job.outcome !== 'successful' ||
    job.startRow < 0 ||
    !context.isWhole(job.dataConnection)
  )
    return;
  const rows = context.rows[job.dataConnection];
  const end = findRow(
    rows,
    job.startRow,
    Number.MAX_SAFE_INTEGER,
    (row) =>
      index.kind(row) === 'request' &&
      (index.code(row) === GET_ENV || (index.code(row) === DATA_STOP && context.answer(row) === 0)),
  );
  if (end < 0 || index.code(end) === GET_ENV) return;
  context.add(
    envLost,
    { row: end },
    'The DMA stopped the data server without having asked for the environment of the backup.',
    [job.startRow],
  );
}

/** The first of these rows, which are in order, that is behind `row`. */
function firstAfter(rows: readonly number[], row: number): number | undefined {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle] <= row) low = middle + 1;
    else high = middle;
  }
  return rows[low];
}
