import { DmaFailure } from '../../connection/failures';
import type { New, SetRecord, SetState } from '../model';
import { conditions, insertion, readRow, written, type Columns } from './columns';
import type { Connection } from './connection';
import {
  bytesColumn,
  numberColumn,
  optionalNumber,
  optionalText,
  textColumn,
  variablesColumn,
  wideColumn,
} from './kinds';
import { blob, text, type Row } from './values';

const COLUMNS: Columns<SetRecord> = {
  id: numberColumn('id'),
  uuid: textColumn('uuid'),
  run: numberColumn('run'),
  job: textColumn('job'),
  serverIdentity: textColumn('server_identity'),
  server: textColumn('server'),
  path: bytesColumn('path'),
  type: textColumn('type'),
  level: numberColumn('level'),
  base: optionalNumber('base'),
  started: numberColumn('started'),
  ended: optionalNumber('ended'),
  state: textColumn('state'),
  bytes: wideColumn('bytes'),
  files: numberColumn('files'),
  recordSize: numberColumn('record_size'),
  environment: variablesColumn('environment'),
  digest: optionalText('digest'),
  expires: optionalNumber('expires'),
  topology: textColumn('topology'),
  withoutFiles: optionalText('without_files'),
};
/** A chain is as long as its levels or restore points; anything longer goes in a circle or is broken. */
const LONGEST_CHAIN = 1000;

export interface SetFilter {
  job?: string;
  path?: string;
  serverIdentity?: string;
  server?: string;
  state?: SetState;
  barcode?: string;
  run?: number;
}

export function beginSet(connection: Connection, set: New<SetRecord>): SetRecord {
  if (connection.first('SELECT 1 FROM sets WHERE uuid = ?', text(set.uuid)) !== undefined)
    throw new DmaFailure(`There is an image ${set.uuid} in the catalog already.`);
  const { names, values } = written(COLUMNS, { ...set, id: undefined });
  const [, ...columns] = names;
  const [, ...given] = values;
  return needSet(connection, connection.run(insertion('sets', columns), ...given));
}

export function updateSet(
  connection: Connection,
  id: number,
  change: Partial<Omit<SetRecord, 'id' | 'uuid'>>,
): SetRecord {
  const { names, values } = written(COLUMNS, { ...needSet(connection, id), ...change });
  connection.change(`UPDATE sets SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE id = ?`, ...values, id);
  return needSet(connection, id);
}

export function findSet(connection: Connection, id: number): SetRecord | undefined {
  const row = connection.first('SELECT * FROM sets WHERE id = ?', id);
  return row && readSet(row);
}

export function needSet(connection: Connection, id: number): SetRecord {
  const set = findSet(connection, id);
  if (set === undefined) throw new DmaFailure(`There is no set ${id} in the catalog.`);
  return set;
}

/** Sets in the order in which they were begun. */
export function listSets(connection: Connection, filter: SetFilter): SetRecord[] {
  const { job, path, serverIdentity, server, state, barcode, run } = filter;
  const wanted = { job, path: path === undefined ? undefined : blob(path), server, state, run };
  const { where, values } = conditions({ ...wanted, server_identity: serverIdentity });
  const onTape = barcode === undefined ? '' : ' AND id IN (SELECT set_id FROM parts WHERE barcode = ?)';
  if (barcode !== undefined) values.push(text(barcode));
  return connection.all(`SELECT * FROM sets WHERE ${where}${onTape} ORDER BY started, id`, ...values).map(readSet);
}

/** The sets that a restore of this one needs, the full one first. */
export function chainOf(connection: Connection, id: number): SetRecord[] {
  const chain = [needSet(connection, id)];
  for (let [{ base }] = chain; base !== undefined; [{ base }] = chain) {
    const set = findSet(connection, base);
    if (set === undefined)
      throw new DmaFailure(`Set ${chain[0].id} builds on set ${base}, which is not in the catalog any more.`);
    if (chain.length >= LONGEST_CHAIN || chain.some((known) => known.id === set.id))
      throw new DmaFailure(`The sets that set ${id} builds on go in a circle.`);
    chain.unshift(set);
  }
  return chain;
}

export function deleteSet(connection: Connection, id: number): void {
  connection.change('DELETE FROM parts WHERE set_id = ?', id);
  connection.change('DELETE FROM sets WHERE id = ?', id);
}

function readSet(row: Row): SetRecord {
  return readRow(COLUMNS, row);
}
