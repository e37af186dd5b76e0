import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ByteSource } from '../capture/byteSource';
import { makeScratchFolder, removeScratchFolder } from './unpack';

/** What came over a pipe, kept in a private scratch file so that messages can be read again. */
export class Spool implements ByteSource {
  size = 0;
  private readonly folder = makeScratchFolder();
  private readonly descriptor = openSync(join(this.folder, 'stream'), 'w+', 0o600);
  private isOpen = true;

  append(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) {
      const written = writeSync(this.descriptor, bytes, done, bytes.length - done, this.size);
      done += written;
      this.size += written;
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
    removeScratchFolder(this.folder);
  }
}
