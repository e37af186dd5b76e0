import { markText } from '../../analysis/markText';
import { escapeText, interfaceOf, isAnswered, messageName } from '../../protocol';
import { latencySeconds } from '../../session/messageTimes';
import type { Row } from '../messages';
import type { Work } from '../scheduler';
import type { CaptureModel } from './captureModel';
import { resultOf } from './result';
import type { Summaries } from './summaries';
import type { VisibleRows } from './visibleRows';

/** Most rows an answer holds. */
export const MAX_ROWS = 500;
/** Milliseconds of decoding after which an answer is sent with what there is. */
const PATIENCE = 40;
/** New rows that an answer holds however long they take, so that asking again gets further. */
const LEAST_NEW = 4;

/** What rows are made from, beside their numbers. */
export interface RowSource {
  model: CaptureModel;
  summaries: Summaries;
  /** Replies are folded into the rows of their requests. */
  exchanges: boolean;
  /** Nothing is added to the index any more. */
  finished: boolean;
}

/**
 * The rows at positions from .. to of the list; fewer at its end, and fewer where bodies take long to decode (who asks
 * again gets more). Yields after each row.
 */
export function* rowsBetween(source: RowSource, visible: VisibleRows, from: number, to: number): Work<Row[]> {
  const rows: Row[] = [];
  let spent = 0;
  let fresh = 0;
  const start = Math.max(0, Math.floor(from) || 0);
  const end = Math.min(visible.length, Math.floor(to) || 0, start + MAX_ROWS);
  for (let position = start; position < end; position++) {
    const before = position > 0 ? visible.rowAt(position - 1) : undefined;
    const began = performance.now();
    if (!source.summaries.has(visible.rowAt(position))) fresh++;
    rows.push(buildRow(source, visible.rowAt(position), before));
    spent += performance.now() - began;
    if (spent > PATIENCE && fresh >= LEAST_NEW) break;
    yield;
  }
  return rows;
}

/** One row of the table; `before` is the row above it. */
export function buildRow(source: RowSource, row: number, before: number | undefined): Row {
  const { model, summaries } = source;
  const { index } = model;
  const code = index.code(row);
  const kind = index.kind(row);
  const pair = index.pair(row);
  const seconds = model.time(row);
  return {
    n: row + 1,
    seconds,
    delta: before === undefined ? undefined : seconds - model.time(before),
    connection: index.connection(row),
    direction: index.fromServer(row) ? 'server>dma' : 'dma>server',
    kind,
    code,
    interface: interfaceOf(code),
    message: messageName(code, index.version(row)),
    sequence: index.sequence(row),
    replySequence: index.replySequence(row),
    result: resultOf(index, row),
    latency: latencySeconds(index, row),
    pair: pair < 0 ? undefined : pair + 1,
    unanswered: isUnanswered(source, row) || undefined,
    problem: firstProblem(model, row),
    mark: marksText(model, row),
    summary: summaries.of(row),
    reply: source.exchanges && kind === 'request' && pair >= 0 ? replyPart(source, pair) : undefined,
  };
}

function replyPart({ model, summaries }: RowSource, reply: number): Row['reply'] {
  return {
    n: reply + 1,
    result: resultOf(model.index, reply),
    latency: latencySeconds(model.index, reply) ?? 0,
    summary: summaries.of(reply),
    problem: firstProblem(model, reply),
    mark: marksText(model, reply),
  };
}

/** A request without a reply, though the whole capture was read. */
export function isUnanswered({ model, finished }: Pick<RowSource, 'model' | 'finished'>, row: number): boolean {
  const { index } = model;
  return finished && index.kind(row) === 'request' && index.pair(row) < 0 && isAnswered(index.code(row));
}

/** What a tap did with a message, in words. */
export function marksText({ index }: CaptureModel, row: number): string | undefined {
  const marks = index.marks.of(row);
  return marks.length === 0 ? undefined : escapeText(marks.map(markText).join('; '));
}

function firstProblem({ index }: CaptureModel, row: number): string | undefined {
  if (!index.hasProblem(row)) return undefined;
  return escapeText(index.problems(row)[0] ?? 'Something is wrong with this message.');
}
