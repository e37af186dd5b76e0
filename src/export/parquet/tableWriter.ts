import type { Cell, Table } from './columns';
import { GROUP_BYTES, GROUP_ROWS, ParquetFile } from './parquetFile';

/** Writes one Parquet file, a row group at a time: never more than a row group is kept. */
export class TableWriter<Row> {
  rows = 0;
  private readonly file: ParquetFile;
  private cells: Cell[][];
  private characters = 0;

  constructor(
    readonly table: Table<Row>,
    private readonly groupRows = GROUP_ROWS,
  ) {
    this.file = new ParquetFile(table);
    this.cells = table.columns.map(() => []);
  }

  /** Adds a row. @returns bytes of the file when a row group is full */
  add(row: Row): Uint8Array | undefined {
    this.rows++;
    const { cells } = this;
    const { columns } = this.table;
    for (let i = 0; i < columns.length; i++) {
      const cell = columns[i].value(row);
      if (typeof cell === 'string') this.characters += cell.length;
      cells[i].push(cell);
    }
    return cells[0].length >= this.groupRows || this.characters >= GROUP_BYTES ? this.group() : undefined;
  }

  /** @returns the last bytes of the file */
  finish(): Uint8Array[] {
    const last = this.cells[0].length > 0 ? [this.group()] : [];
    return [...last, this.file.finish()];
  }

  private group(): Uint8Array {
    const bytes = this.file.cells(this.cells);
    this.cells = this.table.columns.map(() => []);
    this.characters = 0;
    return bytes;
  }
}
