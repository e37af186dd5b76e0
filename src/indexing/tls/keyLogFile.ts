import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { KeyLog } from '../../capture/tls/keyLog';
import type { KeySource, SecretLabel } from '../../capture/tls/keyLog';
import { explainFileError } from '../captureError';

const READ_BYTES = 1024 * 1024;
/** A log that grows further than this is read no further: no session needs more. */
const MAX_BYTES = 1024 * 1024 * 1024;

/** An NSS key log on disk, which may be growing: {@link refresh} reads what was added. */
export class KeyLogFile implements KeySource {
  private readonly log = new KeyLog();
  private readonly descriptor: number;
  private read = 0;
  private isOpen = true;

  /** @throws CaptureError when it cannot be opened */
  constructor(path: string) {
    try {
      this.descriptor = openSync(path, 'r');
    } catch (error) {
      throw explainFileError(path, error);
    }
    try {
      this.refresh();
    } catch (error) {
      this.close();
      throw explainFileError(path, error);
    }
  }

  get count(): number {
    return this.log.count;
  }

  find(label: SecretLabel, id: Uint8Array): Uint8Array | undefined {
    return this.log.find(label, id);
  }

  /** Reads what has been added since the last time. */
  refresh(): void {
    if (!this.isOpen) return;
    const size = Math.min(MAX_BYTES, fstatSync(this.descriptor).size);
    if (size <= this.read) return;
    const bytes = new Uint8Array(Math.min(READ_BYTES, size - this.read));
    while (this.read < size) {
      const got = readSync(this.descriptor, bytes, 0, Math.min(bytes.length, size - this.read), this.read);
      if (got === 0) break;
      this.read += got;
      this.log.push(bytes.subarray(0, got));
    }
  }

  close(): void {
    if (this.isOpen) closeSync(this.descriptor);
    this.isOpen = false;
  }
}
