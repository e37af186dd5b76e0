import { closeSync, createReadStream, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CaptureError } from './captureError';
import { gunzip, unpacksTooFar } from './gunzip';

/** More than this is not unpacked unless the caller allows it: a small file can hold any number of zeros. */
export const DEFAULT_MAX_UNPACKED = 32 * 1024 * 1024 * 1024;

/**
 * A private scratch folder for one capture.
 * @throws CaptureError when none can be made
 */
export function makeScratchFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'ndmp-workbench-'));
  } catch (error) {
    throw new CaptureError(`There is no place for a scratch file in ${tmpdir()}: ${(error as Error).message}.`);
  }
}

/**
 * Removes a scratch folder whose file is open already: nothing of it stays behind however the process ends. Windows
 * removes no open files; there it is left for {@link removeScratchFolder}.
 * @returns the folder, if it is still there
 */
export function hideScratchFolder(folder: string): string | undefined {
  if (process.platform === 'win32') return folder;
  removeScratchFolder(folder);
  return undefined;
}

export function removeScratchFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Whether bytes begin like gzip (RFC 1952). */
export function isGzipMagic(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Whether the file begins like gzip. */
export function isGzip(path: string): boolean {
  const descriptor = openSync(path, 'r');
  try {
    const magic = new Uint8Array(2);
    return readSync(descriptor, magic, 0, 2, 0) === 2 && isGzipMagic(magic);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Unpacks a gzip file into `target`, which only its owner may read.
 * @param onProgress called with the packed bytes read so far; returning false stops
 * @returns a sentence about what is wrong with the packed file, or undefined when it is whole
 */
export async function gunzipFile(
  path: string,
  target: string,
  maxBytes: number,
  onProgress: (packedBytes: number) => boolean,
): Promise<string | undefined> {
  let unpacked = 0;
  let broken: string | undefined;
  const chunks = (): AsyncIterable<Uint8Array> => createReadStream(path, { highWaterMark: 1024 * 1024 });
  async function* packed(): AsyncGenerator<Uint8Array> {
    let read = 0;
    for await (const chunk of chunks()) {
      read += chunk.length;
      if (!onProgress(read)) throw new DOMException('Stopped', 'AbortError');
      yield chunk;
    }
  }
  const output = openSync(target, 'wx', 0o600);
  try {
    for await (const bytes of gunzip(packed(), chunks, (text) => (broken = text))) {
      unpacked += bytes.length;
      if (unpacked > maxBytes) throw unpacksTooFar(path, maxBytes);
      for (let done = 0; done < bytes.length;) done += writeSync(output, bytes, done);
    }
  } finally {
    closeSync(output);
  }
  return broken;
}
