import { join } from 'node:path';
import { Analysis } from '../../analysis/analysis';
import type { RowTest } from '../../analysis/filter';
import { captureTables } from '../../export/parquet/captureTables';
import type { TableName } from '../../export/parquet/columns';
import { partitionPath } from '../../export/parquet/partition';
import type { CaptureSession } from '../../session/capture';
import { UsageError } from '../failure';
import { openOutput, type ByteOutput } from '../output/byteOutput';
import { counted } from '../terminal/text';
import type { Io } from '../terminal/io';
import type { ExportOptions, Exporter } from './options';

/** Tables for query engines: a folder with a file for each table and capture, or one file of one table of one capture. */
export class ParquetExporter implements Exporter {
  private readonly output: string;
  private readonly isFile: boolean;
  private readonly tables: ReadonlySet<TableName>;
  private readonly historyBodies: boolean;
  private readonly open = new Map<TableName, ByteOutput>();
  private captures = 0;
  private files = 0;

  constructor(
    private readonly io: Io,
    { output, table, historyBodies = false }: ExportOptions,
    several: boolean,
  ) {
    if (output === undefined || output === '-')
      throw new UsageError('--to parquet needs --output: a folder for all tables, or a file that ends in .parquet.');
    this.output = output;
    this.historyBodies = historyBodies;
    this.isFile = output.endsWith('.parquet');
    const all: TableName[] = this.isFile ? ['messages'] : ['messages', 'jobs', 'connections', 'files'];
    this.tables = new Set((table as TableName[] | undefined) ?? all);
    if (this.isFile && (several || this.tables.size !== 1))
      throw new UsageError('a .parquet file holds one table of one capture: name a folder with --output for more.');
  }

  async capture(session: CaptureSession, name: string, test: RowTest): Promise<void> {
    const options = { name, tables: this.tables, test, historyBodies: this.historyBodies };
    for (const piece of captureTables(new Analysis(session), options)) {
      // Ctrl-C arrives as an event
      if (piece === undefined) await new Promise((resolve) => setImmediate(resolve));
      else await this.outputOf(piece.table, name, session).write(piece.bytes);
    }
    for (const output of this.open.values()) await output.finish();
    this.files += this.open.size;
    this.open.clear();
    this.captures++;
  }

  finish(): Promise<string> {
    return Promise.resolve(
      `${counted(this.captures, 'capture')}, ${counted(this.files, 'Parquet file')} in ${this.output}`,
    );
  }

  abandon(): void {
    for (const output of this.open.values()) output.abandon();
  }

  private outputOf(table: TableName, name: string, session: CaptureSession): ByteOutput {
    let output = this.open.get(table);
    if (output === undefined) {
      const path = this.isFile ? this.output : join(this.output, partitionPath(table, session, name));
      output = openOutput(this.io, path);
      this.open.set(table, output);
    }
    return output;
  }
}
