import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ByteSource } from '../capture/byteSource';
import { CaptureError } from './captureError';
import { hideScratchFolder, makeScratchFolder, removeScratchFolder } from './unpack';

/** What came over a pipe, kept in a private scratch file so that messages can be read again. */
export class Spool implements ByteSource {
  size = 0;
  private readonly folder: string | undefined;
  private readonly descriptor: number;
  private isOpen = true;

  /** @throws CaptureError when there is no place for it */
  constructor() {
    const folder = makeScratchFolder();
    this.descriptor = openSync(join(folder, 'stream'), 'w+', 0o600);
    this.folder = hideScratchFolder(folder);
  }

  append(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) {
      const written = this.write(bytes, done);
      done += written;
      this.size += written;
    }
  }

  private write(bytes: Uint8Array, from: number): number {
    try {
      return writeSync(this.descriptor, bytes, from, bytes.length - from, this.size);
    } catch (error) {
      throw new CaptureError(`What came over the pipe cannot be kept in a scratch file: ${(error as Error).message}.`);
    }
  }

  read(offset: number, length: number, target: Uint8Array): number {
    if (!this.isOpen || length === 0) return 0;
    return readSync(this.descriptor, target, 0, Math.min(length, target.length), offset);
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    closeSync(this.descriptor);
    if (this.folder !== undefined) removeScratchFolder(this.folder);
  }
}
