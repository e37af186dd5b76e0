import type { Exported } from '../exported';
import { MessageView } from '../../analysis/messageView';
import { JobOfRow } from '../jobOfRow';
import type { TableName } from './columns';
import { connectionsTable } from './connectionsTable';
import { filesTable } from './filesTable';
import { bringsFiles, FilesWriter } from './filesWriter';
import { jobsTable } from './jobsTable';
import { messagesTable, type MessageRow } from './messagesTable';
import { TableWriter } from './tableWriter';

/** A piece of one table's file; pieces of several tables come mixed, those of one in their order. */
export interface TablePiece {
  table: TableName;
  bytes: Uint8Array;
}

export interface TableOptions {
  /** What the capture is called in the column `file`. */
  name: string;
  /** Tables to write; all when absent. */
  tables?: ReadonlySet<TableName>;
  /** Messages (and the file history that they bring) to write; all when absent. */
  test?: (row: number) => boolean;
  /** Whether bodies of file history that the table of files tells in full stand among the messages as well. */
  historyBodies?: boolean;
  /** Rows of a row group: fewer take less time at once. */
  groupRows?: number;
}

/** Every table, in the order of the manual. */
export const allTables = [messagesTable, jobsTable, connectionsTable, filesTable] as const;

/** A yield stands after so many messages at least, so that a caller can stop. */
const PAUSE = 256;

/**
 * A capture as Parquet files, one a table. Gives pieces of them as row groups are full; undefined now and then, so that
 * the caller can see to other things. A table without rows is a file all the same, so that readers find its columns.
 */
export function* captureTables(exported: Exported, options: TableOptions): Generator<TablePiece | undefined> {
  const { source } = exported;
  const { index } = source;
  const { name: sourceName, tables, test = () => true, groupRows, historyBodies = false } = options;
  const wants = (table: TableName): boolean => tables?.has(table) ?? true;
  if (wants('jobs')) {
    const writer = new TableWriter(jobsTable);
    for (const job of exported.jobs) yield* piece('jobs', writer.add({ job, index, sourceName }));
    yield* pieces('jobs', writer.finish());
  }
  if (wants('connections')) {
    const writer = new TableWriter(connectionsTable);
    for (const facts of exported.connections) yield* piece('connections', writer.add({ facts, index, sourceName }));
    yield* pieces('connections', writer.finish());
  }
  const messages = wants('messages') ? new TableWriter(messagesTable, groupRows) : undefined;
  const files = wants('files') ? new FilesWriter(groupRows) : undefined;
  if (messages === undefined && files === undefined) return;
  const jobs = new JobOfRow(exported.jobs);
  for (let row = 0; row < index.count; row++) {
    if (row % PAUSE === 0) yield undefined;
    if (!test(row)) continue;
    const message: MessageRow = {
      view: new MessageView(source, row, sourceName),
      job: jobs.jobOf(index.connection(row), row),
    };
    if (files !== undefined && bringsFiles(message.view)) {
      message.isTold = files.add(message) && !historyBodies;
      yield* pieces('files', files.take());
    }
    if (messages !== undefined) yield* piece('messages', messages.add(message));
  }
  if (messages !== undefined) yield* pieces('messages', messages.finish());
  if (files !== undefined) yield* pieces('files', files.finish());
}

function* pieces(table: TableName, list: Iterable<Uint8Array>): Generator<TablePiece> {
  for (const bytes of list) yield* piece(table, bytes);
}

function* piece(table: TableName, bytes: Uint8Array | undefined): Generator<TablePiece> {
  if (bytes !== undefined && bytes.length > 0) yield { table, bytes };
}
