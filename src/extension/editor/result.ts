import { errorName } from '../../protocol';
import type { MessageIndex } from '../../session/messageIndex';
import type { Result } from '../messages';

/** Whether the message carries an error, in its header or its body. */
export function isFailed(index: MessageIndex, row: number): boolean {
  return index.headerError(row) !== 0 || index.bodyError(row) > 0;
}

/** What the message says about success; undefined where it says nothing. */
export function resultOf(index: MessageIndex, row: number): Result | undefined {
  const header = index.headerError(row);
  if (header !== 0) return { text: `header: ${shortName(header)}`, failed: true };
  const body = index.bodyError(row);
  if (body < 0) return undefined;
  return { text: shortName(body), failed: body !== 0 };
}

/** The error number that `resultOf` speaks of. */
export function resultCode(index: MessageIndex, row: number): number | undefined {
  const header = index.headerError(row);
  if (header !== 0) return header;
  const body = index.bodyError(row);
  return body < 0 ? undefined : body;
}

/** 'DEVICE_BUSY' for 'NDMP_DEVICE_BUSY_ERR'; 'NO_ERR' keeps its ending. */
function shortName(error: number): string {
  const name = errorName(error).replace(/^NDMP_/, '');
  return name === 'NO_ERR' ? name : name.replace(/_ERR$/, '');
}
