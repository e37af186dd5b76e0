import { knownPayload } from '../../session/recordReader';
import { markText } from '../../analysis/markText';
import { summarize } from '../../analysis/summary';
import { decodeMessage, decodeTree, errorDoc, escapeText, findMessage, interfaceOf, messageName } from '../../protocol';
import { latencySeconds } from '../../session/messageTimes';
import { BYTES_PAGE, CHILDREN_PAGE } from '../messages';
import type { Detail, DetailPart, DetailProblem } from '../messages';
import type { CaptureModel } from './captureModel';
import { resultCode, resultOf } from './result';
import { isUnanswered } from './rows';

/** Most problems told of one message. */
const MAX_PROBLEMS = 100;

/** Everything about a message and, where it belongs to an exchange, about the other half. */
export function detailOf(model: CaptureModel, row: number, finished: boolean): Detail {
  const { index } = model;
  const code = index.code(row);
  const version = index.version(row);
  const pair = index.pair(row);
  const rows = pair < 0 ? [row] : [Math.min(row, pair), Math.max(row, pair)];
  const reply = rows.find((part) => index.kind(part) === 'reply');
  return {
    n: row + 1,
    message: messageName(code, version),
    code,
    interface: interfaceOf(code),
    version,
    connection: index.connection(row),
    doc: findMessage(code, version)?.doc ?? 'Not publicly documented: shown as bytes.',
    latency: reply === undefined ? undefined : latencySeconds(index, reply),
    unanswered: isUnanswered({ model, finished }, row) || undefined,
    parts: rows.map((part) => detailPart(model, part)),
  };
}

function detailPart(model: CaptureModel, row: number): DetailPart {
  const { index, session } = model;
  const record = session.record(row);
  const context = session.context(row);
  const { payload } = record;
  const known = knownPayload(record);
  const decoded = decodeMessage(known, context);
  const error = resultCode(index, row);
  const problems: DetailProblem[] = [
    ...index.problems(row).map((text) => ({ text: escapeText(text) })),
    ...decoded.problems.map(({ text, offset, length }) => ({ text: escapeText(text), offset, length })),
  ];
  return {
    n: row + 1,
    frame: index.frame(row),
    seconds: model.time(row),
    kind: index.kind(row),
    direction: index.fromServer(row) ? 'server>dma' : 'dma>server',
    sequence: index.sequence(row),
    result: resultOf(index, row),
    resultDoc: error === undefined ? undefined : errorDoc(error),
    summary: summarize(decoded.value, context),
    size: payload.length,
    fragments: record.fragments,
    missing: record.missing,
    problems: problems.slice(0, MAX_PROBLEMS),
    marks: index.marks.of(row).map((mark) => escapeText(markText(mark))),
    tree: decodeTree(known, context, { limit: CHILDREN_PAGE }),
    // a copy: a view on a larger buffer would be sent as a whole
    bytes: payload.slice(0, BYTES_PAGE),
    raw: session.rawText?.(row),
  };
}

/** A page of a message's payload. */
export function bytesOf(model: CaptureModel, row: number, offset: number, length: number): Uint8Array {
  const from = Math.max(0, Math.floor(offset) || 0);
  const count = Math.max(0, Math.min(BYTES_PAGE, Math.floor(length) || 0));
  return model.session.record(row).payload.slice(from, from + count);
}
