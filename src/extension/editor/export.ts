import type { Work } from '../scheduler';
import type { CaptureModel } from './captureModel';
import { messageJson } from './messageJson';
import type { VisibleRows } from './visibleRows';

const BATCH_BYTES = 256 * 1024;

/** Writes the listed messages as JSON lines through `write`, in batches. Returns how many there were. */
export async function exportRows(
  model: CaptureModel,
  visible: VisibleRows,
  run: <T>(work: Work<T>) => Promise<T>,
  write: (text: string) => Promise<void>,
  onProgress: (done: number, total: number) => void,
): Promise<number> {
  const total = visible.length;
  let position = 0;
  while (position < total) {
    const { text, next } = await run(batch(model, visible, position, total));
    await write(text);
    position = next;
    onProgress(position, total);
  }
  return total;
}

function* batch(
  model: CaptureModel,
  visible: VisibleRows,
  from: number,
  to: number,
): Work<{ text: string; next: number }> {
  let text = '';
  let position = from;
  for (; position < to && text.length < BATCH_BYTES; position++) {
    text += JSON.stringify(messageJson(model, visible.rowAt(position))) + '\n';
    yield;
  }
  return { text, next: position };
}
