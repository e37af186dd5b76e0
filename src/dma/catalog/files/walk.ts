import type { WalkBatch } from '../messages';
import type { FileEntry } from '../model';
import type { Connection } from '../store/connection';
import { ByteReader, ByteWriter } from './bytes';
import type { EntryPlace } from './entry';
import { PageReader, type Place } from './pages';
import { folderPath } from './paths';

const BATCH = 2000;
const SLASH = 0x2f;

/**
 * Some of the entries below a directory, each directory before what is in it.
 * @param from what the batch before gave as `next`
 */
export function walkSome(
  connection: Connection,
  set: number,
  directory: string,
  from: Uint8Array | undefined,
): WalkBatch {
  const top = folderPath(directory);
  const reader = new PageReader(
    connection,
    set,
    from === undefined ? { folder: top, name: NOTHING } : placeOf(from),
    false,
  );
  const entries: FileEntry[] = [];
  let folder = '';
  let folderFrom = -1;
  let bytes: Uint8Array | undefined;
  while (reader.next()) {
    const { cursor } = reader;
    if (cursor.bytes !== bytes || cursor.folderFrom !== folderFrom) {
      if (!isBelow(cursor.bytes, cursor.folderFrom, cursor.folderTo, top)) break;
      [bytes, folderFrom, folder] = [cursor.bytes, cursor.folderFrom, cursor.folder()];
    }
    entries.push(cursor.entry(folder));
    if (entries.length === BATCH) return { entries, next: tokenOf(cursor) };
  }
  return { entries, next: undefined };
}

const NOTHING = new Uint8Array(0);

function isBelow(bytes: Uint8Array, from: number, to: number, top: Uint8Array): boolean {
  if (to - from < top.length) return false;
  for (let i = 0; i < top.length; i++) if (bytes[from + i] !== top[i]) return false;
  return top.length === 0 || to - from === top.length || bytes[from + top.length] === SLASH;
}

/** The place of an entry: length of the directory's path, that path, the name. */
function tokenOf({ bytes, folderFrom, folderTo, nameFrom, nameTo }: EntryPlace): Uint8Array {
  const out = new ByteWriter();
  out.varint(folderTo - folderFrom);
  out.copy(bytes, folderFrom, folderTo);
  out.copy(bytes, nameFrom, nameTo);
  return out.take();
}

function placeOf(token: Uint8Array): Place {
  const reader = new ByteReader(token);
  const length = reader.varint();
  const { at } = reader;
  return { folder: token.subarray(at, at + length), name: token.subarray(at + length) };
}
