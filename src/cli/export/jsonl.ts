import type { RowTest } from '../../analysis/filter';
import { MessageView } from '../../analysis/messageView';
import type { CaptureSession } from '../../session/capture';
import { JsonlWriter } from '../output/jsonl';
import { openOutput, type ByteOutput } from '../output/byteOutput';
import type { Io } from '../terminal/io';
import type { ExportOptions, Exporter } from './options';

const PIECE = 65536;
const utf8 = new TextEncoder();

/** The lines of `ndmp decode --format jsonl`. */
export class JsonlExporter implements Exporter {
  private readonly output: ByteOutput;
  private readonly writer = new JsonlWriter(undefined);

  /** @param several whether every line names its capture */
  constructor(
    io: Io,
    { output = '-' }: ExportOptions,
    private readonly several: boolean,
  ) {
    this.output = openOutput(io, output);
  }

  async capture(session: CaptureSession, name: string, test: RowTest): Promise<void> {
    this.writer.head(session, this.several ? name : undefined);
    let text = '';
    for (let row = 0; row < session.index.count; row++) {
      if (!test(row)) continue;
      text += `${this.writer.row(new MessageView(session, row, name))}\n`;
      if (text.length < PIECE) continue;
      await this.output.write(utf8.encode(text));
      text = '';
    }
    await this.output.write(utf8.encode(text));
  }

  async finish(): Promise<undefined> {
    await this.output.finish();
  }

  abandon(): void {
    this.output.abandon();
  }
}
