import type { Connection } from '../store/connection';
import { asBytes, asNumber } from '../store/values';
import { EntryCursor } from './entry';
import { compareNames, comparePaths, pageKey } from './order';
import { unpack } from './spool';

/** A place among the entries of a set: an entry, or where it would be. */
export interface Place {
  /** Path without a slash at either end. */
  folder: Uint8Array;
  name: Uint8Array;
}

/** Reads the pages of one set in their order, from a place on. */
export class PageReader {
  /** The entry that {@link next} came to. */
  cursor = new EntryCursor(new Uint8Array(0));
  private page: number;
  private isBefore = true;

  /** @param from where to begin: with what is behind this place, or with the place itself when `inclusive` */
  constructor(
    private readonly connection: Connection,
    private readonly set: number,
    private readonly from: Place,
    private readonly inclusive: boolean,
  ) {
    const sql = 'SELECT page FROM page_keys WHERE set_id = ? AND key <= ? ORDER BY key DESC LIMIT 1';
    const row = connection.first(sql, set, pageKey(from.folder, from.name));
    this.page = row === undefined ? 0 : asNumber(row.page);
  }

  /** @returns false at the end of the set */
  next(): boolean {
    for (;;) {
      if (!this.cursor.next() && !this.nextPage()) return false;
      if (!this.isBefore) return true;
      const order = this.order();
      if (order < 0 || (order === 0 && !this.inclusive)) continue;
      this.isBefore = false;
      return true;
    }
  }

  /** The entry's place against that where reading begins. */
  private order(): number {
    const { cursor, from } = this;
    const { bytes, folderFrom, folderTo, nameFrom, nameTo } = cursor;
    return (
      comparePaths(bytes, folderFrom, folderTo, from.folder, 0, from.folder.length) ||
      compareNames(bytes, nameFrom, nameTo, from.name, 0, from.name.length)
    );
  }

  private nextPage(): boolean {
    const page = readPage(this.connection, this.set, this.page++);
    if (page === undefined) return false;
    this.cursor = new EntryCursor(page);
    return this.cursor.next();
  }
}

/** @returns undefined behind the last one */
export function readPage(connection: Connection, set: number, page: number): Uint8Array | undefined {
  const row = connection.first('SELECT data FROM pages WHERE set_id = ? AND page = ?', set, page);
  return row && unpack(asBytes(row.data));
}
