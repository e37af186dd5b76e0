import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { MAX_RECORD_BYTES } from './layout';
import { TapeIndex } from './tapeIndex';

const MAGIC = 'NDMPTIX1';
const HEADER_BYTES = 16;
const RUN_BYTES = 12;
const DIGEST_BYTES = 32;

/**
 * Keeps an index beside the data, so that a large tape need not be read through when it is loaded. It is right for the
 * first `bytes` of the data file as long as these are not overwritten; whoever does so removes it first.
 */
export async function saveIndex(path: string, index: TapeIndex): Promise<void> {
  const content = Buffer.alloc(HEADER_BYTES + index.runs * RUN_BYTES);
  content.write(MAGIC, 'latin1');
  content.writeDoubleLE(index.bytes, 8);
  for (let i = 0; i < index.runs; i++) {
    const { count, length } = index.runAt(i);
    content.writeDoubleLE(count, HEADER_BYTES + i * RUN_BYTES);
    content.writeUInt32LE(length, HEADER_BYTES + i * RUN_BYTES + 8);
  }
  const draft = `${path}.new`;
  await writeFile(draft, Buffer.concat([content, digestOf(content)]));
  await rename(draft, path);
}

/** The saved index, or undefined when there is none, it is damaged, or it tells of more than the data file has. */
export async function loadIndex(path: string, dataBytes: number): Promise<TapeIndex | undefined> {
  const file = await readFile(path).catch(() => undefined);
  if (!file || file.length < HEADER_BYTES + DIGEST_BYTES) return undefined;
  const content = file.subarray(0, file.length - DIGEST_BYTES);
  if (content.toString('latin1', 0, MAGIC.length) !== MAGIC || (content.length - HEADER_BYTES) % RUN_BYTES !== 0)
    return undefined;
  if (!digestOf(content).equals(file.subarray(content.length))) return undefined;
  const index = new TapeIndex();
  for (let at = HEADER_BYTES; at < content.length; at += RUN_BYTES) {
    const count = content.readDoubleLE(at);
    const length = content.readUInt32LE(at + 8);
    if (!Number.isSafeInteger(count) || count < 1 || length > MAX_RECORD_BYTES) return undefined;
    index.append(length, count);
  }
  return index.bytes === content.readDoubleLE(8) && index.bytes <= dataBytes ? index : undefined;
}

export async function dropIndex(path: string): Promise<void> {
  await rm(path, { force: true });
}

function digestOf(content: Uint8Array): Buffer {
  return createHash('sha256').update(content).digest();
}
