import { Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import type { FileEntry } from '../../catalog/model';
import { BadField } from './fields';
import { framesIn, versionOf, type HistoryVersion } from './historyFrames';
import { encodeRecord, roomIn } from './record';
import { entryOf, lineOf, lines, MOST_LINE, styleLine, styleOf, type TreeStyle } from './treeLines';

type Batches = AsyncIterable<readonly FileEntry[]>;

/** Some of a file tree: entries, parents first, or messages of file history as the server sent them. */
export type TreePiece =
  | { kind: 'entries'; style: TreeStyle; entries: readonly FileEntry[] }
  | { kind: 'messages'; version: HistoryVersion; messages: readonly Uint8Array[] };

/** Entries that are handed on at a time. */
const BATCH = 1000;
const NEWLINE = 0x0a;

/**
 * The file tree of a set from its entries: lines of JSON, compressed with gzip.
 * @param walk every entry, parents first; of an incremental set it is walked twice
 */
export async function* packEntries(walk: () => Batches, level: number): AsyncGenerator<Uint8Array> {
  const style: TreeStyle = level > 0 && (await hasAbsent(walk())) ? 'nodes' : 'paths';
  const source = Readable.from(text(walk(), style), { objectMode: false });
  const packed = createGzip();
  source.on('error', (error) => packed.destroy(error));
  yield* source.pipe(packed) as AsyncIterable<Uint8Array>;
}

/** A compressed file tree as tape records, of which all but the last are full. */
export async function* encodeTree(packed: AsyncIterable<Uint8Array>, recordSize: number): AsyncGenerator<Uint8Array> {
  const piece = new Uint8Array(roomIn(recordSize));
  let filled = 0;
  let index = 0;
  const record = (isLast: boolean): Uint8Array => {
    index += 1;
    const payload = piece.subarray(0, filled);
    filled = 0;
    return encodeRecord({ kind: 'tree', index, isLast, payload }, recordSize);
  };
  for await (const chunk of packed)
    for (let at = 0; at < chunk.length;) {
      if (filled === piece.length) yield record(false);
      const count = Math.min(piece.length - filled, chunk.length - at);
      piece.set(chunk.subarray(at, at + count), filled);
      filled += count;
      at += count;
    }
  yield record(true);
}

/**
 * A tree from the payloads of its records.
 * @throws Error when the compressed data are damaged or end too soon; BadField for what is none of ours
 */
export async function* decodeTree(payloads: AsyncIterable<Uint8Array>): AsyncGenerator<TreePiece> {
  const source = Readable.from(payloads, { objectMode: false });
  const unpacked = createGunzip();
  source.on('error', (error) => unpacked.destroy(error));
  const { line, rest } = await firstLine(source.pipe(unpacked) as AsyncIterable<Uint8Array>);
  if (line === undefined) return;
  const version = versionOf(line);
  if (version === undefined) yield* entriesIn(rest, styleOf(line));
  else for await (const messages of framesIn(rest)) yield { kind: 'messages', version, messages };
}

async function* entriesIn(chunks: AsyncIterable<Uint8Array>, style: TreeStyle): AsyncGenerator<TreePiece> {
  let entries: FileEntry[] = [];
  for await (const line of lines(chunks)) {
    entries.push(entryOf(line));
    if (entries.length < BATCH) continue;
    yield { kind: 'entries', style, entries };
    entries = [];
  }
  if (entries.length > 0) yield { kind: 'entries', style, entries };
}

/** @returns no line where there is nothing at all */
async function firstLine(
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ line: string | undefined; rest: AsyncIterable<Uint8Array> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  let begun = Buffer.alloc(0);
  for (;;) {
    const next = await iterator.next();
    if (next.done === true) {
      if (begun.length > 0) throw new BadField('the file tree ends in its first line');
      return { line: undefined, rest: following(begun, iterator) };
    }
    begun = Buffer.concat([begun, next.value]);
    const end = begun.indexOf(NEWLINE);
    if (end >= 0) return { line: begun.toString('utf8', 0, end), rest: following(begun.subarray(end + 1), iterator) };
    if (begun.length > MOST_LINE) throw new BadField('the first line of the file tree is damaged');
  }
}

async function* following(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

async function hasAbsent(batches: Batches): Promise<boolean> {
  for await (const batch of batches) if (batch.some(({ inSet }) => !inSet)) return true;
  return false;
}

async function* text(batches: Batches, style: TreeStyle): AsyncGenerator<string> {
  yield styleLine(style);
  for await (const batch of batches) yield batch.map(lineOf).join('');
}
