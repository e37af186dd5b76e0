import type { SchemaElement } from 'hyparquet-writer';

/**
 * Types of columns that DuckDB, Spark, Trino and ClickHouse all read as they are. There is no unsigned one: numbers of 32
 * bits are `long`, those of 64 bits that may be all ones are `decimal20`.
 */
export type ColumnType = 'string' | 'int' | 'long' | 'double' | 'boolean' | 'timestamp' | 'decimal20';

/** A value of a column; bigint for long, timestamp (microseconds since 1970 UTC) and decimal20. */
export type Cell = string | number | bigint | boolean | null;

export interface ColumnFacts {
  name: string;
  type: ColumnType;
  /** One line for the manual. */
  doc: string;
}

export interface Column<Row> extends ColumnFacts {
  value: (row: Row) => Cell;
}

export interface TableFacts {
  name: TableName;
  doc: string;
  columns: readonly ColumnFacts[];
}

export interface Table<Row> extends TableFacts {
  columns: readonly Column<Row>[];
}

export type TableName = 'messages' | 'jobs' | 'connections' | 'files';

const elements: Readonly<Record<ColumnType, Partial<SchemaElement>>> = {
  string: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  int: { type: 'INT32' },
  long: { type: 'INT64' },
  double: { type: 'DOUBLE' },
  boolean: { type: 'BOOLEAN' },
  timestamp: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MICROS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
  },
  decimal20: {
    type: 'FIXED_LEN_BYTE_ARRAY',
    type_length: 9,
    converted_type: 'DECIMAL',
    precision: 20,
    scale: 0,
    logical_type: { type: 'DECIMAL', precision: 20, scale: 0 },
  },
};

/** The Parquet schema of a table: every column may be empty. */
export function schemaOf({ columns }: TableFacts): SchemaElement[] {
  return [
    { name: 'schema', num_children: columns.length },
    ...columns.map(({ name, type }): SchemaElement => ({ name, repetition_type: 'OPTIONAL', ...elements[type] })),
  ];
}

/** Functions that make columns, so that tables read as lists. */
export function column<Row>(type: ColumnType) {
  return (name: string, doc: string, value: (row: Row) => Cell): Column<Row> => ({ name, type, doc, value });
}
