import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { ByteSource } from '../capture/byteSource';

/** A file on disk as a {@link ByteSource}; once closed it has no bytes. */
export class FileSource implements ByteSource {
  /** For reading it in another thread of this process. */
  readonly descriptor: number;
  private isOpen = true;

  /** @throws the file system's error when the file cannot be opened */
  constructor(path: string) {
    this.descriptor = openSync(path, 'r');
  }

  get size(): number {
    return this.isOpen ? fstatSync(this.descriptor).size : 0;
  }

  /** Which file it is, whatever its name means by now. */
  get identity(): { dev: number; ino: number } {
    const { dev, ino } = fstatSync(this.descriptor);
    return { dev, ino };
  }

  read(offset: number, length: number, target: Uint8Array): number {
    let done = 0;
    while (this.isOpen && done < length) {
      const read = readSync(this.descriptor, target, done, length - done, offset + done);
      if (read === 0) break;
      done += read;
    }
    return done;
  }

  close(): void {
    if (this.isOpen) closeSync(this.descriptor);
    this.isOpen = false;
  }
}

/** A file that somebody else has opened and will close, as a {@link ByteSource}. */
export class DescriptorSource implements ByteSource {
  constructor(private readonly descriptor: number) {}

  get size(): number {
    return fstatSync(this.descriptor).size;
  }

  read(offset: number, length: number, target: Uint8Array): number {
    let done = 0;
    while (done < length) {
      const read = readSync(this.descriptor, target, done, length - done, offset + done);
      if (read === 0) break;
      done += read;
    }
    return done;
  }
}
