import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { ColumnBuffer } from './columnBuffers';
import { writeColumnChunk, type RowGroup } from './columnChunk';
import { schemaOf, type Cell, type TableFacts } from './columns';

/** Version of the tables: a column's meaning never changes without it. It stands in every file's metadata. */
export const SCHEMA_VERSION = '1';

/** A row group is written at so many rows, or at so many bytes of text, whichever comes first. */
export const GROUP_ROWS = 50_000;
export const GROUP_BYTES = 16 * 1024 * 1024;

/** A Parquet file that is made a row group at a time. */
export class ParquetFile {
  private readonly writer = new ByteWriter();
  private readonly parquet: ParquetWriter;
  private readonly schema: ReturnType<typeof schemaOf>;

  constructor(private readonly table: TableFacts) {
    this.schema = schemaOf(table);
    this.parquet = new ParquetWriter({
      writer: this.writer,
      schema: this.schema,
      createdBy: 'NDMP Workbench',
      kvMetadata: [
        { key: 'ndmp.table', value: table.name },
        { key: 'ndmp.schema', value: SCHEMA_VERSION },
      ],
    });
  }

  /** Adds a row group of cells, a list a column. @returns its bytes */
  cells(cells: readonly Cell[][]): Uint8Array {
    const columnData = this.table.columns.map(({ name }, i) => ({ name, data: cells[i] }));
    void this.parquet.write({ columnData, rowGroupSize: cells[0].length });
    return this.take();
  }

  /** Adds a row group of columns that have as many rows each. @returns its bytes */
  group(columns: readonly ColumnBuffer[]): Uint8Array {
    const { parquet, writer } = this;
    const start = writer.offset;
    // the schema's first element is its root
    const chunks = columns.map((column, i) => writeColumnChunk(writer, this.schema[i + 1], column));
    const rows = BigInt(columns[0].rows);
    const group: RowGroup = {
      columns: chunks,
      total_byte_size: chunks.reduce((sum, { meta_data: facts }) => sum + (facts?.total_uncompressed_size ?? 0n), 0n),
      num_rows: rows,
      total_compressed_size: BigInt(writer.offset - start),
    };
    parquet.row_groups.push(group);
    parquet.num_rows += rows;
    return this.take();
  }

  /** @returns the last bytes of the file */
  finish(): Uint8Array {
    void this.parquet.finish();
    return this.take();
  }

  private take(): Uint8Array {
    const bytes = this.writer.getBytes().slice();
    this.writer.index = 0;
    return bytes;
  }
}
