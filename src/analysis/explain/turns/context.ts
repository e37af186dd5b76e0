import { messageName } from '../../../protocol';
import type { Analysis } from '../../analysis';
import type { Job } from '../../jobs/model';
import type { StateSpan } from '../../states/model';
import { statesAt } from '../stateAt';
import type { Cause, WrongTurn } from '../model';

/** What the rules about wrong turns look at. */
export interface TurnContext {
  analysis: Analysis;
  job: Job;
  /** The job's rows in order, without file history. */
  rows: readonly number[];
  spans: readonly StateSpan[];
  /** Last row at which a request was done, by {@link doneKey}. */
  done: ReadonlyMap<string, number>;
  /** Rows of requests that end a pause of the mover, by connection. */
  pauseEnders: ReadonlyMap<number, number[]>;
}

const PAUSE_ENDERS = new Set<number>([0xa02, 0xa03, 0xa07]);

export function doneKey(code: number, connection: number): string {
  return `${code} ${connection}`;
}

export function turnContext(
  analysis: Analysis,
  job: Job,
  spans: readonly StateSpan[],
  rows: readonly number[],
): TurnContext {
  const { index } = analysis.source;
  const done = new Map<string, number>();
  const pauseEnders = new Map<number, number[]>();
  const enders = (connection: number): number[] => {
    const known = pauseEnders.get(connection) ?? [];
    pauseEnders.set(connection, known);
    return known;
  };
  for (const row of rows) {
    const kind = index.kind(row);
    const code = index.code(row);
    const connection = index.connection(row);
    if (kind === 'reply' && index.headerError(row) === 0 && index.bodyError(row) <= 0)
      done.set(doneKey(code, connection), row);
    else if (kind === 'request' && PAUSE_ENDERS.has(code)) enders(connection).push(row);
  }
  return { analysis, job, rows, spans, done, pauseEnders };
}

/** The first of sorted rows behind a row. */
export function firstBehind(rows: readonly number[], row: number): number | undefined {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle] > row) high = middle;
    else low = middle + 1;
  }
  return rows[low];
}

/** A wrong turn with the states at its moment. */
export function turn(
  { spans }: TurnContext,
  kind: WrongTurn['kind'],
  weight: WrongTurn['weight'],
  rows: number[],
  text: string,
  causes: Cause[] = [],
): WrongTurn {
  const [row] = rows;
  return { row, rows: rows.slice(0, 20), kind, weight, text, states: statesAt(spans, row), times: 1, causes };
}

/** A message's name as it stands in sentences: `TAPE_OPEN`. */
export function nameAt({ analysis }: TurnContext, row: number): string {
  const { index } = analysis.source;
  return messageName(index.code(row), index.version(row)).replace(/^NDMP_/, '');
}
