import { sortedHas, type RawName } from '../walk/rawName';
import type { Names } from '../walk/listing';
import type { NameCursor, StoredDirectory, StoredNames } from './listing';
import type { Fingerprint } from './fingerprint';

/** Looks up names that are asked for in their order. */
export class SortedLookup {
  private readonly cursor: NameCursor | undefined;

  constructor(names: StoredNames | undefined) {
    this.cursor = names?.cursor();
  }

  find(name: RawName): Fingerprint | undefined {
    const { cursor } = this;
    while (cursor?.name !== undefined && cursor.name < name) cursor.advance();
    return cursor?.name === name ? cursor.print : undefined;
  }
}

/**
 * Names that the base had in a directory and that must go before this backup's content comes: they are gone, or a directory has
 * become something else or the other way round. Each is followed by NUL.
 */
export function removedNames(base: StoredDirectory, now: Names): RawName {
  let removed = '';
  for (const list of [base.files, base.others])
    for (const name of list.names())
      if (!sortedHas(now.files, name) && !sortedHas(now.others, name)) removed += `${name}\0`;
  for (const name of base.directories.names()) if (!sortedHas(now.directories, name)) removed += `${name}\0`;
  return removed;
}

/** Names of a directory with the letter that tells what of them is in the archive; the letters by the names' places. */
export interface ListedNames {
  names: readonly RawName[];
  letter(index: number): 'D' | 'Y' | 'N';
}

/**
 * The content of a GNU 'D' entry (GNU tar manual, "Dumpdir"): each name with a letter before and NUL after it, sorted, then NUL.
 * 'D' is a directory, 'Y' is in this archive, 'N' is in the directory but not in this archive.
 *
 * @param lists sorted lists of different names
 */
export function dumpDirectory(lists: readonly ListedNames[]): Buffer {
  let length = 1;
  for (const { names } of lists) for (const name of names) length += name.length + 2;
  const bytes = Buffer.alloc(length);
  const next = lists.map(() => 0);
  for (let at = 0; at < length - 1;) {
    let first = -1;
    for (let i = 0; i < lists.length; i++) {
      const name = lists[i].names[next[i]];
      if (name !== undefined && (first < 0 || name < lists[first].names[next[first]])) first = i;
    }
    const index = next[first]++;
    bytes[at] = lists[first].letter(index).charCodeAt(0);
    at += 2 + bytes.write(lists[first].names[index], at + 1, 'latin1');
  }
  return bytes;
}
