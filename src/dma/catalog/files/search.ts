import { namePattern, type NamePattern } from '../../../analysis/history/pattern';
import type { FileHit } from '../model';
import type { Connection } from '../store/connection';
import { asBytes, asNumber } from '../store/values';
import { EntryCursor } from './entry';
import { GRAM_BYTES, gramsOf, mayHave } from './grams';
import { readPage } from './pages';

/** Rows of {@link PAGES_A_ROW} pages that are looked at in one go, so that other requests come in between. */
const ROWS_AT_ONCE = 16;

/** Where a search goes on: a row of pages of a set; undefined when it is through. */
export type SearchPlace = number | undefined;

/** Looks for names, or for paths where the text has a slash in it. */
export class Search {
  private readonly pattern: NamePattern;
  private readonly grams: readonly number[];
  /** The longest text that a name has to have, in small letters of ASCII; undefined where that is not known. */
  private readonly piece: Buffer | undefined;
  /** A text with a slash, without wildcards: what must be the end of the directory's path, and the beginning of the name. */
  private readonly halves: { head: string; tail: string } | undefined;

  constructor(private readonly text: string) {
    this.pattern = namePattern(text, false);
    const cut = text.lastIndexOf('/');
    if (this.pattern.wholePath && !/[*?]/.test(text))
      this.halves = { head: text.slice(0, cut + 1).toLowerCase(), tail: text.slice(cut + 1).toLowerCase() };
    const pieces = piecesOfName(text);
    this.grams = gramsOf(pieces);
    const longest = pieces.filter((piece) => ASCII.test(piece)).sort((a, b) => b.length - a.length);
    if (longest.length > 0) this.piece = Buffer.from(longest[0].toLowerCase());
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
    if (this.piece !== undefined && !folded(page).includes(this.piece)) return;
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

const ASCII = /^[\x20-\x7e]+$/;

/**
 * The texts that a name has to have. Of a pattern for paths what stands behind the last slash is compared with the name,
 * unless `**` goes over slashes; a text with a slash may as well be found in the directory's path alone.
 */
function piecesOfName(text: string): string[] {
  const cut = text.lastIndexOf('/');
  const isPattern = /[*?]/.test(text);
  if (cut >= 0 && (!isPattern || text.slice(cut).includes('**'))) return [];
  return text.slice(cut + 1).split(/[*?]/);
}

/** A copy in which large letters of ASCII are small. */
function folded(bytes: Uint8Array): Buffer {
  const copy = Buffer.from(bytes);
  for (let i = 0; i < copy.length; i++) if (copy[i] >= 0x41 && copy[i] <= 0x5a) copy[i] += 0x20;
  return copy;
}
