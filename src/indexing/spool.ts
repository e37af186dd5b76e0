import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ByteSource } from '../capture/byteSource';
import { CaptureError } from './captureError';
import { hideScratchFolder, makeScratchFolder, removeScratchFolder } from './unpack';

/** What came over a pipe, or was decrypted, kept in a private scratch file so that messages can be read again. */
export class Spool implements ByteSource {
  size = 0;
  private readonly folder: string | undefined;
  private readonly descriptor: number;
  private isOpen = true;

  /**
   * @param onMade takes over the folder, so that others can open the file too; without it the folder is gone at once
   * @throws CaptureError when there is no place for it
   */
  constructor(onMade?: (place: { folder: string; path: string }) => void) {
    const folder = makeScratchFolder();
    const path = join(folder, 'stream');
    this.descriptor = openSync(path, 'w+', 0o600);
    if (onMade === undefined) this.folder = hideScratchFolder(folder);
    else onMade({ folder, path });
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
      throw new CaptureError(`What was read cannot be kept in a scratch file: ${(error as Error).message}.`);
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
