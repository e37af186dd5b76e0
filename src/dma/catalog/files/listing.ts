import { encodeByteString } from '../../../xdr';
import type { FileEntry } from '../model';
import type { Connection } from '../store/connection';
import { compareNames, comparePaths } from './order';
import { PageReader } from './pages';
import { folderPath, placeOfPath, withSlashes } from './paths';
import { NO_NODE } from './entry';

export const MOST_LISTED = 10_000;
const ROOT: FileEntry = {
  name: '',
  path: '/',
  kind: 'directory',
  size: 0n,
  mtime: 0,
  mode: 0,
  owner: 0,
  group: 0,
  node: NO_NODE,
  position: undefined,
  inSet: false,
};

/** The entries of a directory in a set, by name, one after the other. */
export class FolderReader {
  private readonly reader: PageReader;
  private readonly folder: Uint8Array;
  private readonly prefix: string;

  /** @param after name behind which to begin */
  constructor(connection: Connection, set: number, directory: string, after = '') {
    this.folder = folderPath(directory);
    this.prefix = withSlashes(directory);
    this.reader = new PageReader(connection, set, { folder: this.folder, name: encodeByteString(after) }, false);
  }

  /** Whether there is another one; then {@link entry} and {@link compare} are about it. */
  next(): boolean {
    if (!this.reader.next()) return false;
    const { bytes, folderFrom, folderTo } = this.reader.cursor;
    return comparePaths(bytes, folderFrom, folderTo, this.folder, 0, this.folder.length) === 0;
  }

  entry(): FileEntry {
    return this.reader.cursor.entry(this.prefix);
  }

  /** Order of the names. */
  compare(other: FolderReader): number {
    const a = this.reader.cursor;
    const b = other.reader.cursor;
    return compareNames(a.bytes, a.nameFrom, a.nameTo, b.bytes, b.nameFrom, b.nameTo);
  }
}

/** @returns one more than the limit where there are more */
export function listFolder(
  connection: Connection,
  set: number,
  directory: string,
  after: string | undefined,
  limit: number,
): FileEntry[] {
  const reader = new FolderReader(connection, set, directory, after);
  const entries: FileEntry[] = [];
  while (entries.length <= limit && reader.next()) entries.push(reader.entry());
  return entries;
}

/** The entry of a path. The root is there also when nobody told of it. */
export function findEntry(connection: Connection, set: number, path: string): FileEntry | undefined {
  const place = placeOfPath(path);
  const isRoot = place.name.length === 0;
  const reader = new PageReader(connection, set, place, true);
  if (!reader.next()) return isRoot ? ROOT : undefined;
  const { cursor } = reader;
  const { bytes, folderFrom, folderTo, nameFrom, nameTo } = cursor;
  const isHere =
    comparePaths(bytes, folderFrom, folderTo, place.folder, 0, place.folder.length) === 0 &&
    compareNames(bytes, nameFrom, nameTo, place.name, 0, place.name.length) === 0;
  if (isRoot) return isHere ? { ...cursor.entry(), ...{ name: '', path: '/', kind: 'directory' as const } } : ROOT;
  return isHere ? cursor.entry() : undefined;
}
