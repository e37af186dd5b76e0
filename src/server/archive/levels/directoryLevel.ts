import { sortedHas, type RawName } from '../walk/rawName';
import type { Names } from '../walk/listing';
import type { DirectoryRecord, NameList } from './listing';
import type { Fingerprint } from './fingerprint';

/** Looks up names that are asked for in their order. */
export class SortedLookup {
  private at = 0;

  constructor(private readonly list: NameList | undefined) {}

  find(name: RawName): Fingerprint | undefined {
    const names = this.list?.names;
    if (!names) return undefined;
    while (this.at < names.length && names[this.at] < name) this.at++;
    return names[this.at] === name ? this.list?.printAt(this.at) : undefined;
  }
}

/**
 * Names that the base had in a directory and that must go before this backup's content comes: they are gone, or a directory has
 * become something else or the other way round. Each is followed by NUL.
 */
export function removedNames(base: DirectoryRecord, now: Names): RawName {
  const removed: RawName[] = [];
  for (const { names } of [base.files, base.others])
    for (const name of names) if (!sortedHas(now.files, name) && !sortedHas(now.others, name)) removed.push(name);
  for (const name of base.directories) if (!sortedHas(now.directories, name)) removed.push(name);
  return removed.map((name) => `${name}\0`).join('');
}

/**
 * The content of a GNU 'D' entry (GNU tar manual, "Dumpdir"): each name with a letter before and NUL after it, sorted, then NUL. 'D' is a directory, 'Y' is in
 * this archive, 'N' is in the directory but not in this archive.
 */
export class DumpDirectory {
  private readonly entries: { name: RawName; letter: string }[] = [];

  add(name: RawName, letter: 'D' | 'Y' | 'N'): void {
    this.entries.push({ name, letter });
  }

  bytes(): Buffer {
    this.entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    let length = 1;
    for (const { name } of this.entries) length += name.length + 2;
    const bytes = Buffer.alloc(length);
    let at = 0;
    for (const { name, letter } of this.entries) {
      at += bytes.write(letter + name, at, 'latin1');
      at++;
    }
    return bytes;
  }
}
