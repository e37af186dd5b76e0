import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { detectSource, openSession, startPass } from '../logs';
import type { CaptureSession } from '../session/capture';
import type { IndexOptions } from '../session/indexer';
import { CaptureAndPlainText } from '../session/plainText';
import { CaptureError, explainFileError } from './captureError';
import { FileSource } from './fileSource';
import { gunzipWhole } from './gunzip';
import { notACapture } from './notACapture';
import { openDecryption } from './tls/decryption';
import { PlainFile } from './tls/plainFile';
import { DEFAULT_MAX_UNPACKED, hideScratchFolder, isGzip, makeScratchFolder, removeScratchFolder } from './unpack';

export interface SyncOptions extends Omit<IndexOptions, 'tls'> {
  /** Bound for what a packed capture may unpack to, in bytes. */
  maxUnpackedBytes?: number;
  /** An NSS key log with the keys of TLS connections. */
  tlsKeyLog?: string;
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
  const plain = new PlainFile();
  const close = (): void => {
    source?.close();
    plain.close();
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
    const tls = openDecryption(options.tlsKeyLog, plain);
    const whole = new CaptureAndPlainText(source, plain);
    const { pass, state } = startPass(whole, detected, { ...options, tls });
    if (broken !== undefined)
      pass.index.addDamage({ kind: 'truncated', frame: 0, fileOffset: 0, bytes: 0, text: broken });
    while (pass.step());
    pass.finish();
    tls.close();
    return openSession(pass.index, pass.info(source.size, gzip), whole, state, close);
  } catch (error) {
    close();
    throw explainFileError(path, error);
  }
}
