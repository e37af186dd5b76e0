import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { RowTest } from '../../analysis/filter';
import { messagesToPcapng } from '../../export/pcapng/messages';
import type { Redactor } from '../../export/redact/redactCapture';
import type { CaptureSession } from '../../session/capture';
import { UsageError } from '../failure';
import { openOutput, type ByteOutput } from '../output/byteOutput';
import { refuseSamePlaces } from '../output/places';
import type { Io } from '../terminal/io';
import type { ExportOptions, Exporter } from './options';

/** Captures with nothing but the NDMP messages, one for each that is read. */
export class PcapngExporter implements Exporter {
  private readonly folder: string | undefined;
  private readonly path: string;
  private open: ByteOutput | undefined;

  constructor(
    private readonly io: Io,
    { output = '-' }: ExportOptions,
    several: boolean,
    private readonly redactor: Redactor | undefined,
    private readonly inputs: readonly string[],
  ) {
    const isFolder = output.endsWith('/') || statSync(output, { throwIfNoEntry: false })?.isDirectory() === true;
    if (several && !isFolder)
      throw new UsageError(
        'several captures become several captures: --output must name a folder, as in --output out/',
      );
    if (output === '-' && io.stdout.isTTY === true)
      throw new UsageError(
        'a capture is nothing for a terminal: name a file with --output, or pipe it into a program.',
      );
    this.folder = isFolder ? output : undefined;
    this.path = output;
  }

  async capture(session: CaptureSession, name: string, test: RowTest): Promise<void> {
    const path = this.folder === undefined ? this.path : join(this.folder, `${name}.pcapng`);
    if (this.folder !== undefined) refuseSamePlaces(this.inputs, [path]);
    const output = openOutput(this.io, path);
    this.open = output;
    const pieces = this.redactor?.capture(session, test) ?? messagesToPcapng(session, { test });
    for (const piece of pieces) await output.write(piece);
    await output.finish();
    this.open = undefined;
  }

  finish(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  abandon(): void {
    this.open?.abandon();
  }
}
