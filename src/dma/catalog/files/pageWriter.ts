import type { Connection } from '../store/connection';
import { addGrams, GRAM_BYTES } from './grams';
import { ByteWriter } from './bytes';
import { FOLDER_MARK, type EntryPlace } from './entry';
import { pageKey } from './order';
import { pack } from './spool';

/** Bytes of a page before it is compressed: a directory is listed by reading one or a few. */
const PAGE = 48 * 1024;
/** Pages whose pieces of names lie in one row. */
export const PAGES_A_ROW = 16;

interface Page {
  key: Uint8Array;
  data: Uint8Array;
}

/** Makes pages of entries that come sorted. */
export class PageWriter {
  /** Pages that were begun so far. */
  count = 0;
  /** Bytes that wait for {@link flush}. */
  waiting = 0;
  private readonly out = new ByteWriter();
  private readonly ready: Page[] = [];
  private readonly rows: Uint8Array[] = [];
  private folder: Uint8Array = new Uint8Array(0);
  private key: Uint8Array = new Uint8Array(0);
  private grams: Uint8Array = new Uint8Array(0);
  private written = 0;
  private rowsWritten = 0;

  constructor(private readonly set: number) {}

  /** @param flags those of the entry, perhaps changed */
  add(entry: EntryPlace, flags: number): void {
    const { out } = this;
    const { bytes, folderFrom, folderTo, nameFrom, nameTo } = entry;
    const isSame = isEqual(this.folder, bytes, folderFrom, folderTo);
    if (!isSame) this.folder = bytes.slice(folderFrom, folderTo);
    if (out.length === 0) this.begin(bytes.slice(nameFrom, nameTo));
    else if (!isSame) this.writeFolder();
    out.byte(flags);
    out.copy(bytes, entry.from + 1, entry.to);
    addGrams(this.grams, bytes, nameFrom, nameTo);
    if (out.length >= PAGE) this.end();
  }

  /** Puts what is ready into the file; all of it at the end. */
  flush(connection: Connection, isEnd: boolean): void {
    if (isEnd && this.out.length > 0) this.end();
    this.waiting = 0;
    for (const { key, data } of this.ready.splice(0)) {
      connection.run('INSERT INTO pages VALUES (?, ?, ?)', this.set, this.written, data);
      connection.run('INSERT INTO page_keys VALUES (?, ?, ?)', this.set, key, this.written++);
    }
    while (this.rows.length > 0 && (isEnd || this.rows.length > 1)) {
      const row = this.rows.shift() ?? this.grams;
      connection.run('INSERT INTO grams VALUES (?, ?, ?)', this.set, this.rowsWritten, row);
      this.rowsWritten += PAGES_A_ROW;
    }
  }

  private begin(name: Uint8Array): void {
    const place = this.count++ % PAGES_A_ROW;
    if (place === 0) this.rows.push(new Uint8Array(PAGES_A_ROW * GRAM_BYTES));
    this.grams = this.rows[this.rows.length - 1].subarray(place * GRAM_BYTES, (place + 1) * GRAM_BYTES);
    this.key = pageKey(this.folder, name);
    this.writeFolder();
  }

  private end(): void {
    const data = pack(this.out.take());
    this.ready.push({ key: this.key, data });
    this.waiting += data.length;
  }

  private writeFolder(): void {
    this.out.byte(FOLDER_MARK);
    this.out.varint(this.folder.length);
    this.out.copy(this.folder, 0, this.folder.length);
  }
}

function isEqual(a: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (a.length !== to - from) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== bytes[from + i]) return false;
  return true;
}
