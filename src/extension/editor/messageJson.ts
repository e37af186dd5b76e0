import { summarize } from '../../analysis/summary';
import { bodyToJson, decodeMessage, errorName, escapeText, messageName } from '../../protocol';
import type { JsonObject } from '../../protocol';
import { latencySeconds, timeText } from '../../session/messageTimes';
import { endpointText } from './addresses';
import type { CaptureModel } from './captureModel';
import { resultOf } from './result';

/** A message as an object: the fields of a line of `ndmp decode --format jsonl`. */
export function messageJson(model: CaptureModel, row: number): JsonObject {
  const { index, session } = model;
  const context = session.context(row);
  const decoded = decodeMessage(session.record(row).payload, context);
  const connection = index.connections[index.connection(row)];
  const fromServer = index.fromServer(row);
  const error = index.bodyError(row);
  return {
    n: row + 1,
    frame: index.frame(row),
    time: timeText(index, row),
    connection: index.connection(row) + 1,
    src: endpointText(fromServer ? connection.server : connection.client),
    dst: endpointText(fromServer ? connection.client : connection.server),
    direction: fromServer ? 'server>dma' : 'dma>server',
    version: index.version(row),
    kind: index.kind(row),
    message: messageName(index.code(row), index.version(row)),
    code: index.code(row),
    sequence: index.sequence(row),
    replySequence: index.replySequence(row),
    headerError: index.headerError(row),
    headerErrorName: errorName(index.headerError(row)),
    error: error < 0 ? null : error,
    errorName: error < 0 ? null : errorName(error),
    latency: latencySeconds(index, row) ?? null,
    body: bodyToJson(decoded.value, context),
    problems: [...index.problems(row), ...decoded.problems.map(({ text }) => text)].map(escapeText),
  };
}

/** A message as one line of text, its columns apart by tabs. */
export function messageLine(model: CaptureModel, row: number): string {
  const { index, session } = model;
  const context = session.context(row);
  const summary = summarize(decodeMessage(session.record(row).payload, context).value, context);
  const columns = [
    String(row + 1),
    timeText(index, row),
    String(index.connection(row) + 1),
    index.fromServer(row) ? 'server>dma' : 'dma>server',
    index.kind(row),
    messageName(index.code(row), index.version(row)),
    String(index.sequence(row)),
    resultOf(index, row)?.text ?? '',
    summary,
  ];
  return columns.map(escapeText).join('\t');
}
