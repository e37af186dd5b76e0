import { MessageView } from '../../analysis/messageView';
import { escapeText } from '../../protocol';
import type { JsonObject } from '../../protocol';
import { timeText } from '../../session/messageTimes';
import type { CaptureModel } from './captureModel';
import { resultOf } from './result';

/** A message as an object: a line of `ndmp decode --format jsonl`. */
export function messageJson(model: CaptureModel, row: number): JsonObject {
  return new MessageView(model.session, row).json();
}

/** A message as one line of text, its columns apart by tabs. */
export function messageLine(model: CaptureModel, row: number): string {
  const { index } = model;
  const view = new MessageView(model.session, row);
  const columns = [
    String(row + 1),
    timeText(index, row),
    view.src,
    view.dst,
    index.kind(row),
    view.message,
    String(index.sequence(row)),
    resultOf(index, row)?.text ?? '',
    view.summary,
  ];
  return columns.map(escapeText).join('\t');
}
