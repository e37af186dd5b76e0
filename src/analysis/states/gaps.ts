import type { MessageIndex } from '../../session/messageIndex';

/** What the index says of a message where others may be missing before it, or bytes of its own are not what was sent. */
const GAP = /before this message are not in the capture|^The record mark|^The message type/;

/** Whether messages may be missing before a row. A message that is only cut, or that a log tells in part, is there. */
export function mayFollowGap(index: MessageIndex, row: number): boolean {
  return index.hasProblem(row) && index.problems(row).some((text) => GAP.test(text));
}
