import { Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import type { FileEntry } from '../../catalog/model';
import { encodeRecord, roomIn } from './record';
import { entryOf, lineOf, lines, styleLine, styleOf, type TreeStyle } from './treeLines';

type Batches = AsyncIterable<readonly FileEntry[]>;

/** Entries that are handed on at a time. */
const BATCH = 1000;

/**
 * The file tree of a set as tape records: lines of JSON, compressed with gzip, cut into records as they come.
 * @param walk every entry, parents first; of an incremental set it is walked twice
 */
export async function* encodeTree(walk: () => Batches, level: number, recordSize: number): AsyncGenerator<Uint8Array> {
  const style: TreeStyle = level > 0 && (await hasAbsent(walk())) ? 'nodes' : 'paths';
  const source = Readable.from(text(walk(), style), { objectMode: false });
  const packed = createGzip();
  source.on('error', (error) => packed.destroy(error));
  yield* cut(source.pipe(packed) as AsyncIterable<Uint8Array>, recordSize);
}

/**
 * The entries of a tree from the payloads of its records.
 * @throws Error when the compressed data are damaged or end too soon; BadField for a line that is none of ours
 */
export async function* decodeTree(
  payloads: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ style: TreeStyle; entries: FileEntry[] }> {
  const source = Readable.from(payloads, { objectMode: false });
  const unpacked = createGunzip();
  source.on('error', (error) => unpacked.destroy(error));
  let style: TreeStyle | undefined;
  let entries: FileEntry[] = [];
  for await (const line of lines(source.pipe(unpacked) as AsyncIterable<Uint8Array>)) {
    if (style === undefined) {
      style = styleOf(line);
      continue;
    }
    entries.push(entryOf(line));
    if (entries.length < BATCH) continue;
    yield { style, entries };
    entries = [];
  }
  if (style !== undefined && entries.length > 0) yield { style, entries };
}

async function hasAbsent(batches: Batches): Promise<boolean> {
  for await (const batch of batches) if (batch.some(({ inSet }) => !inSet)) return true;
  return false;
}

async function* text(batches: Batches, style: TreeStyle): AsyncGenerator<string> {
  yield styleLine(style);
  for await (const batch of batches) yield batch.map(lineOf).join('');
}

/** Cuts bytes into records, of which all but the last are full. */
async function* cut(chunks: AsyncIterable<Uint8Array>, recordSize: number): AsyncGenerator<Uint8Array> {
  const piece = new Uint8Array(roomIn(recordSize));
  let filled = 0;
  let index = 0;
  const record = (isLast: boolean): Uint8Array => {
    index += 1;
    const payload = piece.subarray(0, filled);
    filled = 0;
    return encodeRecord({ kind: 'tree', index, isLast, payload }, recordSize);
  };
  for await (const chunk of chunks)
    for (let at = 0; at < chunk.length;) {
      if (filled === piece.length) yield record(false);
      const count = Math.min(piece.length - filled, chunk.length - at);
      piece.set(chunk.subarray(at, at + count), filled);
      filled += count;
      at += count;
    }
  yield record(true);
}
