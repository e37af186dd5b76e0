import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { schemaOf, type Cell, type Table } from './columns';

/** Version of the tables: a column's meaning never changes without it. It stands in every file's metadata. */
export const SCHEMA_VERSION = '1';

/** A row group is written at so many rows, or at so many characters of text, whichever comes first. */
const GROUP_ROWS = 50_000;
const GROUP_CHARACTERS = 32 * 1024 * 1024;

/** Writes one Parquet file, a row group at a time: never more than a row group is kept. */
export class TableWriter<Row> {
  rows = 0;
  private readonly writer = new ByteWriter();
  private readonly parquet: ParquetWriter;
  private cells: Cell[][];
  private characters = 0;

  constructor(
    readonly table: Table<Row>,
    private readonly groupRows = GROUP_ROWS,
  ) {
    this.parquet = new ParquetWriter({
      writer: this.writer,
      schema: schemaOf(table),
      createdBy: 'NDMP Workbench',
      kvMetadata: [
        { key: 'ndmp.table', value: table.name },
        { key: 'ndmp.schema', value: SCHEMA_VERSION },
      ],
    });
    this.cells = table.columns.map(() => []);
  }

  /** Adds a row. @returns bytes of the file when a row group is full */
  add(row: Row): Uint8Array | undefined {
    this.rows++;
    for (const [i, { value }] of this.table.columns.entries()) {
      const cell = value(row);
      if (typeof cell === 'string') this.characters += cell.length;
      this.cells[i].push(cell);
    }
    return this.cells[0].length >= this.groupRows || this.characters >= GROUP_CHARACTERS ? this.group() : undefined;
  }

  /** @returns the last bytes of the file */
  finish(): Uint8Array {
    const last = this.group();
    void this.parquet.finish();
    return joined(last, this.take());
  }

  private group(): Uint8Array {
    const columnData = this.table.columns.map(({ name }, i) => ({ name, data: this.cells[i] }));
    if (this.cells[0].length > 0) void this.parquet.write({ columnData, rowGroupSize: this.cells[0].length });
    this.cells = this.table.columns.map(() => []);
    this.characters = 0;
    return this.take();
  }

  private take(): Uint8Array {
    const bytes = this.writer.getBytes().slice();
    this.writer.index = 0;
    return bytes;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
