import { bodyErrorOffset } from '../protocol';
import type { NdmpVersion } from '../protocol';
import type { MessageIndex } from './messageIndex';
import { HEADER_BYTES } from './recordShape';
import type { RecordBytes } from './recordReader';
import { RowFlag, Word } from './rowChunk';

/**
 * Labels all rows of some connections with a version that was learned only after some of them: the packets of the two
 * sides may be in the capture in another order than the messages were sent in.
 */
export function relabel(
  index: MessageIndex,
  versions: ReadonlyMap<number, NdmpVersion>,
  read: (row: number) => RecordBytes,
): void {
  for (let row = 0; row < index.count; row++) {
    const version = versions.get(index.connection(row));
    if (version === undefined || index.version(row) === version) continue;
    const flags = index.flags(row) & ~(RowFlag.VERSION_MASK << RowFlag.VERSION_SHIFT);
    index.setWord(row, Word.FLAGS, flags | (version << RowFlag.VERSION_SHIFT));
    rereadBodyError(index, row, read);
  }
}

/** Reads a reply's error again: its place in the body depends on the version. */
export function rereadBodyError(index: MessageIndex, row: number, read: (row: number) => RecordBytes): void {
  if (index.kind(row) !== 'reply' || index.headerError(row) !== 0) return;
  const word = bodyErrorOffset(index.code(row), index.version(row), 'reply');
  index.setWord(row, Word.FLAGS, index.flags(row) & ~RowFlag.HAS_BODY_ERROR);
  if (word < 0) return;
  const { payload, missing } = read(row);
  const end = HEADER_BYTES + word + 4;
  if (payload.length < end || missing.some((hole) => hole.offset < end && hole.offset + hole.length > end - 4)) return;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  index.setWord(row, Word.BODY_ERROR, view.getUint32(HEADER_BYTES + word));
  index.setWord(row, Word.FLAGS, index.flags(row) | RowFlag.HAS_BODY_ERROR);
}
