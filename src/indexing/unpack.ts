import { createReadStream, createWriteStream, mkdtempSync, openSync, readSync, closeSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { CaptureError } from './captureError';

/** More than this is not unpacked unless the caller allows it: a small file can hold any number of zeros. */
export const DEFAULT_MAX_UNPACKED = 32 * 1024 * 1024 * 1024;

/** A private scratch folder for one capture. */
export function makeScratchFolder(): string {
  return mkdtempSync(join(tmpdir(), 'ndmp-workbench-'));
}

export function removeScratchFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Whether the file begins like gzip (RFC 1952). */
export function isGzip(path: string): boolean {
  const descriptor = openSync(path, 'r');
  try {
    const magic = new Uint8Array(2);
    return readSync(descriptor, magic, 0, 2, 0) === 2 && magic[0] === 0x1f && magic[1] === 0x8b;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Unpacks a gzip file into `target`.
 * @param onProgress called with the packed bytes read so far; returning false stops
 * @returns a sentence about what is wrong with the packed file, or undefined when it is whole
 */
export async function gunzipFile(
  path: string,
  target: string,
  maxBytes: number,
  onProgress: (packedBytes: number) => boolean,
): Promise<string | undefined> {
  let packed = 0;
  let unpacked = 0;
  const input = createReadStream(path, { highWaterMark: 1024 * 1024 });
  input.on('data', (chunk) => {
    packed += chunk.length;
    if (!onProgress(packed)) input.destroy(new DOMException('Stopped', 'AbortError'));
  });
  const bound = new Transform({
    transform(chunk: Buffer, _encoding, done): void {
      unpacked += chunk.length;
      if (unpacked > maxBytes) {
        done(
          new CaptureError(`${path} unpacks to more than ${maxBytes} bytes. Unpack it by hand, or raise the limit.`),
        );
      } else done(null, chunk);
    },
  });
  const output = createWriteStream(target, { mode: 0o600, highWaterMark: 1024 * 1024 });
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  let broken: string | undefined;
  // what was unpacked before the damage is kept: end the output in order instead of tearing it down
  gunzip.on('error', (error: NodeJS.ErrnoException) => {
    broken = `The gzip file is damaged or cut off after ${packed} packed bytes (${error.message}); what could be unpacked is shown.`;
    gunzip.unpipe(bound);
    bound.end();
  });
  const rest = pipeline(bound, output);
  input.on('error', (error) => bound.destroy(error));
  input.pipe(gunzip).pipe(bound);
  try {
    await rest;
  } finally {
    input.destroy();
    gunzip.destroy();
  }
  return broken;
}
