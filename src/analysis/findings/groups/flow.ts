import type { Job } from '../../jobs/model';
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

/** How the DMA leads a job. */
export const flowGroup: RuleGroup = {
  title: 'Course of a job',
  rules: [ignored, sameTape, readIgnored, readChanged, envLost, polling],
  find(context) {
    const byClient = requestsByClient(context);
    context.rows.forEach((rows, connection) => {
      if (context.isOrdered(connection)) pauses(context, rows, byClient);
      polls(context, rows);
    });
    for (const job of context.analysis.jobs) {
      reads(context, job);
      environment(context, job);
    }
  },
};

/** Rows of requests that are more than questions for a state, by DMA, in order. */
function requestsByClient(context: FindingContext): Map<string, number[]> {
  const found = new Map<string, number[]>();
  const { index } = context;
  for (const rows of context.rows) {
    for (const row of rows) {
      if (index.kind(row) !== 'request' || GET_STATES.includes(index.code(row))) continue;
      const client = context.client(index.connection(row));
      const known = found.get(client);
      if (known) known.push(row);
      else found.set(client, [row]);
    }
  }
  for (const rows of found.values()) rows.sort((a, b) => a - b);
  return found;
}

function pauses(context: FindingContext, rows: readonly number[], byClient: Map<string, number[]>): void {
  const { index } = context;
  rows.forEach((row, at) => {
    if (index.kind(row) !== 'post' || index.code(row) !== MOVER_PAUSED) return;
    const connection = index.connection(row);
    const span = context.spanAt('mover', connection, row);
    if (span?.state !== 'PAUSED') return;
    const reason = span.reason;
    const acts = byClient.get(context.client(connection)) ?? [];
    const next = firstAfter(acts, row);
    const { ended } = index.connections[connection];
    if (
      next === undefined ||
      (span.toRow < 0 && !acts.some((each) => each > row && index.connection(each) === connection))
    ) {
      const over = ended !== 'open' && context.isWhole(connection);
      if (over) {
        const last = rows[rows.length - 1];
        const waited = context.time(last) - context.time(row);
        context.add(
          ignored,
          { row },
          `The mover paused (${reason}), and the DMA did nothing about it until the connection ended ${duration(Math.max(0, waited))} later.`,
          [last],
        );
      }
      return;
    }
    const waited = context.time(next) - context.time(row);
    if (waited > LONG_PAUSE) {
      const text = `The mover paused (${reason}) and waited ${duration(waited)} until the DMA did something about it, ${context.message(next)}.`;
      context.add(ignored, { row }, text, [next], 'warning');
    }
    if (reason === 'EOM') endOfTape(context, rows, at, acts);
  });
}

/** After EOM in a backup something has to happen to the tape before the mover goes on. */
function endOfTape(context: FindingContext, rows: readonly number[], at: number, acts: readonly number[]): void {
  const { index } = context;
  const row = rows[at];
  const go = rows
    .slice(at + 1)
    .find(
      (each) =>
        index.kind(each) === 'request' &&
        (index.code(each) === MOVER_CONTINUE || ASKS_MOVER_TO_END.includes(index.code(each))),
    );
  if (go === undefined || index.code(go) !== MOVER_CONTINUE || context.answer(go) !== 0) return;
  const handled = acts.some((each) => each > row && each < go && isTapeWork(index.code(each)));
  if (!handled)
    context.add(
      sameTape,
      { row: go },
      `The mover paused at the end of the tape (message ${row + 1}) and was told to go on without anything having been done to the tape.`,
      [row],
    );
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
  const wanted = between(context.rows[dataConnection], job.startRow, job.lastRow).filter(
    (row) => index.kind(row) === 'post' && index.code(row) === DATA_READ,
  );
  const asked = between(context.rows[tapeConnection], span?.fromRow ?? 0, span?.toRow ?? -1).filter(
    (row) => index.kind(row) === 'request' && index.code(row) === MOVER_READ,
  );
  const open = new Map(wanted.map((row) => [row, rangeText(context, row)]));
  for (const row of asked) {
    const range = rangeText(context, row);
    const match = [...open].find(([post, text]) => text === range && post < row);
    if (match !== undefined) {
      open.delete(match[0]);
      continue;
    }
    const [nearest] = [...open].filter(([post]) => post < row);
    if (nearest === undefined || context.explained.has(row)) continue;
    open.delete(nearest[0]);
    context.add(
      readChanged,
      { row },
      `The mover was asked for ${range}, the data server wants ${nearest[1]} (message ${nearest[0] + 1}).`,
      [nearest[0]],
    );
  }
  for (const [row, range] of open) {
    const over = context.time(job.lastRow) - context.time(row);
    const halted = context
      .spans('data', dataConnection)
      .some(
        (each) => each.state === 'HALTED' && each.fromRow > row && context.time(each.fromRow) - context.time(row) < 5,
      );
    const ended = context
      .spans('mover', tapeConnection)
      .some((each) => each.state === 'HALTED' && each.fromRow < row && (each.toRow < 0 || each.toRow > row));
    if (job.endSeen && over > 5 && !halted && !ended)
      context.add(readIgnored, { row }, `The data server wants ${range}, but no MOVER_READ for it followed.`);
  }
}

function rangeText(context: FindingContext, row: number): string {
  const { offset, length } = context.body(row);
  const bytes = length === 0xffffffffffffffffn ? 'everything' : `${String(Number(length))} bytes`;
  return `${bytes} from offset ${typeof offset === 'bigint' ? offset.toString() : '?'}`;
}

function between(rows: readonly number[], from: number, to: number): number[] {
  return rows.filter((row) => row >= from && row <= to);
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
  const rows = between(context.rows[job.dataConnection], job.startRow, Number.MAX_SAFE_INTEGER);
  const requests = rows.filter((row) => index.kind(row) === 'request');
  const stop = requests.find((row) => index.code(row) === DATA_STOP && context.answer(row) === 0);
  if (stop === undefined || requests.some((row) => row < stop && index.code(row) === GET_ENV)) return;
  context.add(
    envLost,
    { row: stop },
    'The DMA stopped the data server without having asked for the environment of the backup.',
    [job.startRow],
  );
}

function firstAfter(rows: readonly number[], row: number): number | undefined {
  return rows.find((each) => each > row);
}
