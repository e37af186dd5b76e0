import type { Variable } from '../../query/model';
import type { Column } from './columns';
import * as values from './values';

/** The kinds of columns that records are made of. */
export function textColumn<T extends string = string>(column: string): Column<T> {
  return { column, toSql: values.text, fromSql: (value) => values.asText(value) as T };
}

export function optionalText(column: string): Column<string | undefined> {
  return { column, toSql: values.optionalText, fromSql: values.asOptionalText };
}

/** A string of bytes that need not be text. */
export function bytesColumn(column: string): Column<string> {
  return { column, toSql: values.blob, fromSql: values.asByteString };
}

export function numberColumn(column: string): Column<number> {
  return { column, toSql: (value) => value, fromSql: values.asNumber };
}

export function optionalNumber(column: string): Column<number | undefined> {
  return { column, toSql: (value) => value ?? null, fromSql: values.asOptionalNumber };
}

export function wideColumn(column: string): Column<bigint> {
  return { column, toSql: values.wide, fromSql: values.asWide };
}

export function flagColumn(column: string): Column<boolean> {
  return { column, toSql: (value) => (value ? 1 : 0), fromSql: (value) => values.asNumber(value) !== 0 };
}

/** JSON keeps any string, NUL and lone surrogates included. */
export function variablesColumn(column: string): Column<readonly Variable[]> {
  return {
    column,
    toSql: (value) => JSON.stringify(value.map(({ name, value: content }) => ({ name, value: content }))),
    fromSql: (value) => JSON.parse(values.asText(value) || '[]') as Variable[],
  };
}
