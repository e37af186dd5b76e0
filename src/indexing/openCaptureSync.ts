import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { constants, gunzipSync } from 'node:zlib';
import { detectFormat } from '../capture/readCapture';
import { SourceCapture } from '../session/capture';
import type { CaptureSession } from '../session/capture';
import { IndexPass } from '../session/indexCapture';
import type { IndexOptions } from '../session/indexer';
import { CaptureError, explainFileError } from './captureError';
import { FileSource } from './fileSource';
import { notACapture } from './notACapture';
import { isGzip, removeScratchFolder } from './unpack';

/**
 * Opens and indexes a capture on the calling thread, to the end. For scripts and tests; packed captures are unpacked
 * in memory first.
 * @throws CaptureError when the file cannot be read or is no capture
 */
export function openCaptureSync(path: string, options: IndexOptions = {}): CaptureSession {
  let scratch: string | undefined;
  try {
    const gzip = isGzip(path);
    let file = path;
    if (gzip) {
      scratch = mkdtempSync(join(tmpdir(), 'ndmp-workbench-'));
      file = join(scratch, 'capture');
      writeFileSync(file, gunzipSync(readFileSync(path), { finishFlush: constants.Z_SYNC_FLUSH }), { mode: 0o600 });
    }
    const source = new FileSource(file);
    const state = detectFormat(source);
    if (state === undefined) {
      const reason = notACapture(path, source);
      source.close();
      throw new CaptureError(reason);
    }
    const pass = new IndexPass(source, state, options);
    while (pass.step());
    pass.finish();
    const unpacked = scratch;
    return new SourceCapture(pass.index, pass.info(source.size, gzip), source, state, () => {
      source.close();
      if (unpacked !== undefined) removeScratchFolder(unpacked);
    });
  } catch (error) {
    if (scratch !== undefined) removeScratchFolder(scratch);
    throw explainFileError(path, error);
  }
}
