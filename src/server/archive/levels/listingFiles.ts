import fs from 'node:fs';
import { comparePaths, type RawName } from '../walk/rawName';
import {
  decodeRecord,
  encodeRecord,
  END,
  pathOfRecord,
  type DirectoryRecord,
  type ListingHeader,
  type StoredDirectory,
} from './listing';

const BUFFER = 256 * 1024;
const MAX_HEADER = 4096;
const PRIVATE = 0o600;

/** Writes a listing into a file of its own, which has its final name only when everything is in it. */
export class ListingWriter {
  private readonly file: number;
  private waiting: Buffer[] = [];
  private bytes = 0;
  private isOpen = true;

  constructor(
    readonly path: string,
    header: ListingHeader,
  ) {
    this.file = fs.openSync(path, 'wx', PRIVATE);
    this.put(Buffer.from(`${JSON.stringify(header)}\n`));
  }

  write(record: DirectoryRecord): void {
    this.put(encodeRecord(record));
  }

  /** Ends the listing and gives it its name; both are on the disk when this returns. */
  publish(finalPath: string): void {
    const end = Buffer.alloc(4);
    end.writeUInt32LE(END);
    this.put(end);
    this.flush();
    fs.fsyncSync(this.file);
    this.closeFile();
    fs.renameSync(this.path, finalPath);
    syncDirectoryOf(finalPath);
  }

  /** Throws the listing away unless it was published. Idempotent. */
  discard(): void {
    if (!this.isOpen) return;
    this.closeFile();
    fs.rmSync(this.path, { force: true });
  }

  private closeFile(): void {
    this.isOpen = false;
    fs.closeSync(this.file);
  }

  private put(bytes: Buffer): void {
    this.waiting.push(bytes);
    this.bytes += bytes.length;
    if (this.bytes >= BUFFER) this.flush();
  }

  private flush(): void {
    for (const bytes of this.waiting) {
      for (let at = 0; at < bytes.length;) at += fs.writeSync(this.file, bytes, at);
    }
    this.waiting = [];
    this.bytes = 0;
  }
}

function syncDirectoryOf(path: string): void {
  const directory = fs.openSync(path.slice(0, path.lastIndexOf('/') + 1) || '.', 'r');
  try {
    fs.fsyncSync(directory);
  } catch {
    // not every file system can; the name is then as safe as it makes it
  } finally {
    fs.closeSync(directory);
  }
}

/**
 * Reads a listing beside a walk of the same tree: directories are asked for in the walk's order, so that the file is read once from
 * front to back and one record at a time is in memory.
 */
export class ListingReader {
  private position: number;
  private buffer = Buffer.alloc(0);
  private record: Buffer | undefined;

  private constructor(
    private readonly file: number,
    readonly header: ListingHeader,
    start: number,
  ) {
    this.position = start;
    this.advance();
  }

  /** Opens a listing; undefined when there is none at `path`, or it is not whole. */
  static open(path: string): ListingReader | undefined {
    let file: number;
    try {
      file = fs.openSync(path, 'r');
    } catch {
      return undefined;
    }
    const found = readHeader(file);
    if (found && isWhole(file)) return new ListingReader(file, found.header, found.length);
    fs.closeSync(file);
    return undefined;
  }

  /** What the listing has of the directory at `path`; paths must come in the order of a walk. */
  directory(path: RawName): StoredDirectory | undefined {
    while (this.record) {
      const order = comparePaths(pathOfRecord(this.record) ?? '', path);
      if (order > 0) return undefined;
      const record = this.record;
      this.advance();
      if (order === 0) return decodeRecord(record);
    }
    return undefined;
  }

  close(): void {
    fs.closeSync(this.file);
  }

  private advance(): void {
    const length = this.read(4)?.readUInt32LE(0) ?? END;
    this.record = length === END ? undefined : this.read(length);
  }

  /** The next `length` bytes; undefined when the file ends before. */
  private read(length: number): Buffer | undefined {
    if (this.buffer.length < length) {
      const { size } = fs.fstatSync(this.file);
      if (this.position + length - this.buffer.length > size) return undefined;
      const grown = Buffer.allocUnsafe(Math.max(length, BUFFER));
      let used = this.buffer.copy(grown);
      while (used < length) {
        const got = fs.readSync(this.file, grown, used, grown.length - used, this.position);
        if (got === 0) return undefined;
        used += got;
        this.position += got;
      }
      this.buffer = grown.subarray(0, used);
    }
    const bytes = this.buffer.subarray(0, length);
    this.buffer = this.buffer.subarray(length);
    return bytes;
  }
}

/** The header of a listing, without reading the rest; undefined when there is none. */
export function readListingHeader(path: string): ListingHeader | undefined {
  try {
    const file = fs.openSync(path, 'r');
    try {
      return readHeader(file)?.header;
    } finally {
      fs.closeSync(file);
    }
  } catch {
    return undefined;
  }
}

function readHeader(file: number): { header: ListingHeader; length: number } | undefined {
  const bytes = Buffer.alloc(MAX_HEADER);
  const got = fs.readSync(file, bytes, 0, MAX_HEADER, 0);
  const end = bytes.indexOf(0x0a);
  if (end < 0 || end >= got) return undefined;
  try {
    const header = JSON.parse(bytes.toString('utf8', 0, end)) as Partial<ListingHeader>;
    const isOurs = header.format === 'ndmp-workbench-listing' && header.version === 1;
    return isOurs ? { header: header as ListingHeader, length: end + 1 } : undefined;
  } catch {
    return undefined;
  }
}

function isWhole(file: number): boolean {
  const { size } = fs.fstatSync(file);
  const end = Buffer.alloc(4);
  return size > 4 && fs.readSync(file, end, 0, 4, size - 4) === 4 && end.readUInt32LE(0) === END;
}
