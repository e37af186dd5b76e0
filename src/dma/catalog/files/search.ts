import { namePattern, type NamePattern } from '../../../analysis/history/pattern';
import type { FileHit } from '../model';
import type { Connection } from '../store/connection';
import { asBytes, asNumber } from '../store/values';
import { EntryCursor } from './entry';
import { GRAM_BYTES, gramsOf, mayHave } from './grams';
import { readPage } from './pages';

/** Rows of {@link PAGES_A_ROW} pages that are looked at in one go, so that other requests come in between. */
const ROWS_AT_ONCE = 8;

/** Where a search goes on: a row of pages of a set; undefined when it is through. */
export type SearchPlace = number | undefined;

/** Looks for names, or for paths where the text has a slash in it. */
export class Search {
  private readonly pattern: NamePattern;
  private readonly grams: readonly number[];
  /** A text with a slash, without wildcards: what must be the end of the directory's path, and the beginning of the name. */
  private readonly halves: { head: string; tail: string } | undefined;

  constructor(private readonly text: string) {
    this.pattern = namePattern(text, false);
    const cut = text.lastIndexOf('/');
    if (this.pattern.wholePath && !/[*?]/.test(text))
      this.halves = { head: text.slice(0, cut + 1).toLowerCase(), tail: text.slice(cut + 1).toLowerCase() };
    this.grams = this.pattern.wholePath ? [] : gramsOf(text.split(/[*?]/));
  }

  /**
   * Looks at some pages of a set.
   * @param most hits that are wanted still
   * @returns where to go on
   */
  some(connection: Connection, set: number, from: number, hits: FileHit[], most: number): SearchPlace {
    const sql = 'SELECT page, data FROM grams WHERE set_id = ? AND page >= ? ORDER BY page LIMIT ?';
    const rows = connection.all(sql, set, from, ROWS_AT_ONCE);
    for (const row of rows) {
      const first = asNumber(row.page);
      const bits = asBytes(row.data);
      for (let at = 0; at < bits.length; at += GRAM_BYTES) {
        if (hits.length >= most) return undefined;
        if (!mayHave(bits, at, this.grams)) continue;
        const page = readPage(connection, set, first + at / GRAM_BYTES);
        if (page !== undefined) this.inPage(page, set, hits, most);
      }
    }
    const last = rows.at(-1);
    return last === undefined || rows.length < ROWS_AT_ONCE ? undefined : asNumber(last.page) + 1;
  }

  private inPage(page: Uint8Array, set: number, hits: FileHit[], most: number): void {
    const cursor = new EntryCursor(page);
    let folderFrom = -1;
    let fits: (name: string) => boolean = () => false;
    while (hits.length < most && cursor.next()) {
      if (cursor.nameFrom === cursor.nameTo) continue; // the root
      if (this.pattern.wholePath && cursor.folderFrom !== folderFrom) {
        folderFrom = cursor.folderFrom;
        fits = this.pathTest(cursor.folder());
      }
      const isFound = this.pattern.wholePath
        ? fits(cursor.name())
        : this.pattern.matchesBytes(cursor.bytes, cursor.nameFrom, cursor.nameTo);
      if (isFound) hits.push({ ...cursor.entry(), set });
    }
  }

  /** The test for names in a directory, when whole paths are compared. */
  private pathTest(folder: string): (name: string) => boolean {
    const { halves, pattern } = this;
    if (halves === undefined) return (name) => pattern.matches(folder + name);
    const path = folder.toLowerCase();
    if (path.includes(this.text.toLowerCase())) return () => true;
    return path.endsWith(halves.head) ? (name) => name.toLowerCase().startsWith(halves.tail) : () => false;
  }
}
