import type { RawName } from '../walk/rawName';
import type { Fingerprint } from './fingerprint';

/**
 * What a dump remembers of each directory (docs/manual/backup-format.md, "Listings"). A listing is a line of JSON, then a record for
 * each directory in the order of the walk, then {@link END}. A record: its length (u32, little-endian like all numbers, without
 * itself), the path (u32 length, bytes), then three lists (plain files, other objects, directories), each a count (u32) and
 * entries of a name, a zero byte and, but for directories, the fingerprint (two u32).
 */
export const END = 0xffffffff;

/** First line of a listing. */
export interface ListingHeader {
  format: 'ndmp-workbench-listing';
  version: 1;
  /** 0 to 9. */
  level: number;
  /** Counts the backups of a tree; a later one has a larger number, whatever clocks say. */
  sequence: number;
  /** DUMP_DATE of the backup. */
  dumpDate: string;
  /** Milliseconds since 1970. */
  time: number;
}

/** Names with fingerprints, sorted by bytes. */
export class NameList {
  readonly names: RawName[] = [];
  private prints = new Uint32Array(16);

  add(name: RawName, { high, low }: Fingerprint): void {
    const at = this.names.length * 2;
    if (at + 2 > this.prints.length) {
      const grown = new Uint32Array(this.prints.length * 2);
      grown.set(this.prints);
      this.prints = grown;
    }
    this.prints[at] = high;
    this.prints[at + 1] = low;
    this.names.push(name);
  }

  printAt(index: number): Fingerprint {
    return { high: this.prints[index * 2], low: this.prints[index * 2 + 1] };
  }
}

/** A directory as a backup leaves it: only what it has backed up. */
export interface DirectoryRecord {
  path: RawName;
  files: NameList;
  others: NameList;
  directories: RawName[];
}

/** The bytes of a record. */
export function encodeRecord(record: DirectoryRecord): Buffer {
  const lists = [record.files, record.others];
  let length = 8 + record.path.length + 12;
  for (const { names } of lists) for (const name of names) length += name.length + 9;
  for (const name of record.directories) length += name.length + 1;
  const bytes = Buffer.allocUnsafe(length);
  let at = bytes.writeUInt32LE(length - 4, 0);
  at = bytes.writeUInt32LE(record.path.length, at);
  at += bytes.write(record.path, at, 'latin1');
  for (const list of lists) {
    at = bytes.writeUInt32LE(list.names.length, at);
    for (let i = 0; i < list.names.length; i++) {
      at += bytes.write(list.names[i], at, 'latin1');
      bytes[at++] = 0;
      const { high, low } = list.printAt(i);
      at = bytes.writeUInt32LE(high, at);
      at = bytes.writeUInt32LE(low, at);
    }
  }
  at = bytes.writeUInt32LE(record.directories.length, at);
  for (const name of record.directories) {
    at += bytes.write(name, at, 'latin1');
    bytes[at++] = 0;
  }
  return bytes;
}

/** Names of a record, as they stand in its bytes: made into text one at a time, since there may be millions. */
export class StoredNames {
  constructor(
    private readonly bytes: Buffer,
    private readonly start: number,
    private readonly count: number,
    private readonly hasPrints: boolean,
  ) {}

  /** The names in order. */
  *names(): Generator<RawName, void> {
    for (const cursor = this.cursor(); cursor.name !== undefined; cursor.advance()) yield cursor.name;
  }

  /** At the first name. */
  cursor(): NameCursor {
    return new NameCursor(this.bytes, this.start, this.count, this.hasPrints);
  }
}

/** A place in stored names. */
export class NameCursor {
  /** undefined: behind the last. */
  name: RawName | undefined;
  private end = 0;

  constructor(
    private readonly bytes: Buffer,
    private at: number,
    private left: number,
    private readonly hasPrints: boolean,
  ) {
    this.read();
  }

  get print(): Fingerprint {
    const { bytes, end } = this;
    return { high: bytes.readUInt32LE(end + 1), low: bytes.readUInt32LE(end + 5) };
  }

  advance(): void {
    this.at = this.end + 1 + (this.hasPrints ? PRINT_BYTES : 0);
    this.left--;
    this.read();
  }

  private read(): void {
    this.name = undefined;
    if (this.left <= 0) return;
    this.end = this.bytes.indexOf(0, this.at);
    this.name = this.bytes.toString('latin1', this.at, this.end);
  }
}

/** A directory as an earlier backup left it. */
export interface StoredDirectory {
  files: StoredNames;
  others: StoredNames;
  directories: StoredNames;
}

const PRINT_BYTES = 8;

/** The path of a record (without its length word); undefined when the bytes are none. */
export function pathOfRecord(bytes: Buffer): RawName | undefined {
  if (bytes.length < 4) return undefined;
  const length = bytes.readUInt32LE(0);
  return 4 + length <= bytes.length ? bytes.toString('latin1', 4, 4 + length) : undefined;
}

/** Reads a record (without its length word); undefined when the bytes are none. */
export function decodeRecord(bytes: Buffer): StoredDirectory | undefined {
  if (pathOfRecord(bytes) === undefined) return undefined;
  const lists: StoredNames[] = [];
  let at = 4 + bytes.readUInt32LE(0);
  for (const hasPrints of [true, true, false]) {
    if (at + 4 > bytes.length) return undefined;
    const count = bytes.readUInt32LE(at);
    lists.push(new StoredNames(bytes, at + 4, count, hasPrints));
    const end = endOfNames(bytes, at + 4, count, hasPrints);
    if (end === undefined) return undefined;
    at = end;
  }
  return { files: lists[0], others: lists[1], directories: lists[2] };
}

/** Where a list ends; undefined when it does not end within the bytes. */
function endOfNames(bytes: Buffer, start: number, count: number, hasPrints: boolean): number | undefined {
  let at = start;
  for (let i = 0; i < count; i++) {
    const end = bytes.indexOf(0, at);
    if (end < 0) return undefined;
    at = end + 1 + (hasPrints ? PRINT_BYTES : 0);
    if (at > bytes.length) return undefined;
  }
  return at;
}
