import type { Row, SqlValue } from './values';

/** How a field of a record lies in a column. */
export interface Column<T> {
  column: string;
  toSql(value: T): SqlValue;
  fromSql(value: SqlValue): T;
}

/** Every field of a record with its column. */
export type Columns<R> = { readonly [K in keyof R]-?: Column<R[K]> };

export function readRow<R extends object>(columns: Columns<R>, row: Row): R {
  const record: Partial<R> = {};
  for (const field of fieldsOf(columns)) record[field] = columns[field].fromSql(row[columns[field].column]);
  return record as R;
}

/** Column names and values of the fields that are given. */
export function written<R extends object>(
  columns: Columns<R>,
  record: Partial<R>,
): { names: string[]; values: SqlValue[] } {
  const fields = fieldsOf(columns).filter((field) => field in record);
  return {
    names: fields.map((field) => columns[field].column),
    values: fields.map((field) => columns[field].toSql(record[field] as R[typeof field])),
  };
}

/** `INSERT` of the columns that are given. */
export function insertion(table: string, names: readonly string[], verb: 'INSERT' | 'REPLACE' = 'INSERT'): string {
  return `${verb} INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
}

/** Conditions of the columns that are wanted to have a value; those without one are left out. */
export function conditions(wanted: Readonly<Record<string, SqlValue | undefined>>): {
  where: string;
  values: SqlValue[];
} {
  const given = Object.entries(wanted).filter((pair): pair is [string, SqlValue] => pair[1] !== undefined);
  const where = given.map(([column]) => `${column} = ?`).join(' AND ');
  return { where: where === '' ? '1' : where, values: given.map(([, value]) => value) };
}

function fieldsOf<R extends object>(columns: Columns<R>): (keyof R)[] {
  return Object.keys(columns) as (keyof R)[];
}
