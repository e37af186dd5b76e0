import { setImmediate as breathe } from 'node:timers/promises';
import type { HistoryEnd } from '../messages';
import type { Connection } from '../store/connection';
import type { Store } from '../store/store';
import { asNumber, asText } from '../store/values';
import { joinNodes } from './joinNodes';
import { makePages } from './makePages';
import { TreeProblems } from './problems';
import { RunKind } from './spool';

/** Rows of some ten kilobytes that are taken out at once. */
const ROWS_AT_ONCE = 200;
/** What a tree is kept in, beside the keys of its pages. */
type Table = 'spool' | 'pages' | 'grams';

export interface TreeState {
  /** False while history comes, and when its writer died. */
  isMade: boolean;
  /** History by directories and nodes: a directory that is listed at all is listed in full. */
  byNodes: boolean;
  files: number;
  directories: number;
  problems: readonly string[];
}

/** @returns undefined for a set without file history */
export function stateOf(connection: Connection, set: number): TreeState | undefined {
  const row = connection.first('SELECT * FROM trees WHERE set_id = ?', set);
  return (
    row && {
      isMade: asText(row.state) === 'made',
      byNodes: asNumber(row.by_nodes) !== 0,
      files: asNumber(row.files),
      directories: asNumber(row.directories),
      problems: JSON.parse(asText(row.problems)) as string[],
    }
  );
}

export function beginTree(connection: Connection, set: number, separator: number): void {
  connection.run("INSERT INTO trees (set_id, state, separator) VALUES (?, 'taking', ?)", set, separator);
}

/**
 * Makes a set's tree of what waits in the file. What an attempt before left, which was cut off, is taken away first; only
 * when all of it is there is the tree said to be made.
 */
export async function makeTree(store: Store, set: number): Promise<HistoryEnd> {
  await clear(store, 'spool', `set_id = ${set} AND kind = ${RunKind.JOINED}`);
  await clearPages(store, set);
  const before = await store.use((db) => stateOf(db, set));
  const problems = new TreeProblems();
  if (before?.byNodes === true) await joinNodes(store, set, problems);
  const { files, directories, pages } = await makePages(store, set, problems);
  const sentences = [...(before?.problems ?? []), ...problems.sentences];
  await store.write(
    (db) =>
      db.change(
        "UPDATE trees SET state = 'made', files = ?, directories = ?, problems = ?, pages = ? WHERE set_id = ?",
        files,
        directories,
        JSON.stringify(sentences),
        pages,
        set,
      ),
    'process',
  );
  await clearSpool(store, set);
  return { files, directories, problems: sentences };
}

/** Takes a set's tree out, and what waits to become one. */
export async function removeTree(store: Store, set: number): Promise<void> {
  await store.write((db) => db.change('DELETE FROM trees WHERE set_id = ?', set), 'process');
  await clearSpool(store, set);
  await clearPages(store, set);
}

/** Takes out the history that a tree is made of. */
export async function clearSpool(store: Store, set: number): Promise<void> {
  await clear(store, 'spool', `set_id = ${set}`);
}

async function clearPages(store: Store, set: number): Promise<void> {
  await store.write((db) => db.change('DELETE FROM page_keys WHERE set_id = ?', set), 'process');
  for (const table of ['pages', 'grams'] as const) await clear(store, table, `set_id = ${set}`);
}

/** Takes rows out in small transactions, so that others can work in between. */
async function clear(store: Store, table: Table, where: string): Promise<void> {
  const rows = `SELECT rowid FROM ${table} WHERE ${where} LIMIT ${ROWS_AT_ONCE}`;
  const sql = `DELETE FROM ${table} WHERE rowid IN (${rows})`;
  while ((await store.write((db) => db.change(sql), 'process')) === ROWS_AT_ONCE) await breathe();
}
