import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { FileEntry } from '../../catalog/model';
import { encodeRecord, roomIn } from './record';

/** What an entry's line says of its kind. */
const LETTERS: Readonly<Record<FileEntry['kind'], string>> = { directory: 'd', file: 'f', link: 'l', other: 'o' };

/** The file tree of a set as tape records: lines of JSON, compressed with gzip, cut into records as they come. */
export async function* encodeTree(
  batches: AsyncIterable<readonly FileEntry[]>,
  recordSize: number,
): AsyncGenerator<Uint8Array> {
  const room = roomIn(recordSize);
  const piece = new Uint8Array(room);
  let filled = 0;
  let index = 0;
  const record = (isLast: boolean): Uint8Array => {
    index += 1;
    const content = { kind: 'tree', index, isLast, payload: piece.subarray(0, filled) } as const;
    filled = 0;
    return encodeRecord(content, recordSize);
  };
  const source = Readable.from(lines(batches), { objectMode: false });
  const packed = createGzip();
  source.on('error', (error) => packed.destroy(error));
  for await (const chunk of source.pipe(packed) as AsyncIterable<Uint8Array>)
    for (let at = 0; at < chunk.length;) {
      if (filled === room) yield record(false);
      const count = Math.min(room - filled, chunk.length - at);
      piece.set(chunk.subarray(at, at + count), filled);
      filled += count;
      at += count;
    }
  yield record(true);
}

async function* lines(batches: AsyncIterable<readonly FileEntry[]>): AsyncGenerator<string> {
  for await (const batch of batches) yield batch.map(lineOf).join('');
}

/** [path, kind, size, mtime, mode, owner, group, node, fh_info or null, whether its data are in this set] */
function lineOf(entry: FileEntry): string {
  const { path, kind, size, mtime, mode, owner, group, node, position, inSet } = entry;
  const numbers = [size.toString(), mtime, mode, owner, group, node.toString(), position?.toString() ?? null];
  return `${JSON.stringify([path, LETTERS[kind], ...numbers, inSet ? 1 : 0])}\n`;
}
