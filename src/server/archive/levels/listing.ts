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

/** A directory as a backup left it: only what it has backed up. */
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

/** The path of a record (without its length word); undefined when the bytes are none. */
export function pathOfRecord(bytes: Buffer): RawName | undefined {
  if (bytes.length < 4) return undefined;
  const length = bytes.readUInt32LE(0);
  return 4 + length <= bytes.length ? bytes.toString('latin1', 4, 4 + length) : undefined;
}

/** Reads a record (without its length word); undefined when the bytes are none. */
export function decodeRecord(bytes: Buffer): DirectoryRecord | undefined {
  const path = pathOfRecord(bytes);
  if (path === undefined) return undefined;
  const reader = { bytes, at: 4 + path.length };
  const files = readList(reader);
  const others = files && readList(reader);
  const directories = others && readNames(reader);
  return directories && { path, files, others, directories };
}

interface RecordReader {
  bytes: Buffer;
  at: number;
}

function readList(reader: RecordReader): NameList | undefined {
  const count = readCount(reader);
  if (count === undefined) return undefined;
  const list = new NameList();
  for (let i = 0; i < count; i++) {
    const name = readName(reader);
    if (name === undefined || reader.at + 8 > reader.bytes.length) return undefined;
    list.add(name, { high: reader.bytes.readUInt32LE(reader.at), low: reader.bytes.readUInt32LE(reader.at + 4) });
    reader.at += 8;
  }
  return list;
}

function readNames(reader: RecordReader): RawName[] | undefined {
  const count = readCount(reader);
  if (count === undefined) return undefined;
  const names: RawName[] = [];
  for (let i = 0; i < count; i++) {
    const name = readName(reader);
    if (name === undefined) return undefined;
    names.push(name);
  }
  return names;
}

function readCount(reader: RecordReader): number | undefined {
  if (reader.at + 4 > reader.bytes.length) return undefined;
  reader.at += 4;
  return reader.bytes.readUInt32LE(reader.at - 4);
}

function readName(reader: RecordReader): RawName | undefined {
  const end = reader.bytes.indexOf(0, reader.at);
  if (end < 0) return undefined;
  const name = reader.bytes.toString('latin1', reader.at, end);
  reader.at = end + 1;
  return name;
}
