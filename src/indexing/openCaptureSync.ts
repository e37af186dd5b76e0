import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { detectSource, openSession, startPass } from '../logs';
import type { CaptureSession } from '../session/capture';
import type { IndexOptions } from '../session/indexer';
import { CaptureError, explainFileError } from './captureError';
import { FileSource } from './fileSource';
import { gunzipWhole } from './gunzip';
import { notACapture } from './notACapture';
import { DEFAULT_MAX_UNPACKED, hideScratchFolder, isGzip, makeScratchFolder, removeScratchFolder } from './unpack';

export interface SyncOptions extends IndexOptions {
  /** Bound for what a packed capture may unpack to, in bytes. */
  maxUnpackedBytes?: number;
}

/** Node's own bound for a byte array is a little above. */
const MAX_IN_MEMORY = 4 * 1024 * 1024 * 1024;

/**
 * Opens and indexes a capture on the calling thread, to the end. For scripts and tests; packed captures are unpacked
 * in memory first.
 * @throws CaptureError when the file cannot be read or is no capture
 */
export function openCaptureSync(path: string, options: SyncOptions = {}): CaptureSession {
  let scratch: string | undefined;
  let source: FileSource | undefined;
  const close = (): void => {
    source?.close();
    if (scratch !== undefined) removeScratchFolder(scratch);
  };
  try {
    const gzip = isGzip(path);
    let file = path;
    let broken: string | undefined;
    if (gzip) {
      const maxBytes = Math.min(options.maxUnpackedBytes ?? DEFAULT_MAX_UNPACKED, MAX_IN_MEMORY);
      const bytes = gunzipWhole(readFileSync(path), path, maxBytes, (text) => (broken = text));
      scratch = makeScratchFolder();
      file = join(scratch, 'capture');
      writeFileSync(file, bytes, { mode: 0o600 });
    }
    source = new FileSource(file);
    if (scratch !== undefined) scratch = hideScratchFolder(scratch);
    const detected = detectSource(source);
    if (detected === undefined) throw new CaptureError(notACapture(path, source, broken));
    const { pass, state } = startPass(source, detected, options);
    if (broken !== undefined)
      pass.index.addDamage({ kind: 'truncated', frame: 0, fileOffset: 0, bytes: 0, text: broken });
    while (pass.step());
    pass.finish();
    return openSession(pass.index, pass.info(source.size, gzip), source, state, close);
  } catch (error) {
    close();
    throw explainFileError(path, error);
  }
}
