import { Analysis } from '../../analysis/analysis';
import type { RowTest } from '../../analysis/filter';
import { spanBatches } from '../../export/otlp/captureSpans';
import { OtlpError } from '../../export/node/otlpError';
import { OtlpSender } from '../../export/node/otlpSender';
import { otlpTarget } from '../../export/node/otlpTarget';
import { batchToJson } from '../../export/otlp/encodeJson';
import type { SpanBatch } from '../../export/otlp/model';
import type { CaptureSession } from '../../session/capture';
import { Failure, Interrupted, UsageError } from '../failure';
import { openOutput, type ByteOutput } from '../output/byteOutput';
import { counted } from '../terminal/text';
import type { Io } from '../terminal/io';
import type { ExportOptions, Exporter } from './options';

const utf8 = new TextEncoder();

/** Jobs as OpenTelemetry traces: to a collector, or to a file as the collector's own file exporter writes it. */
export class OtlpExporter implements Exporter {
  private readonly sender: OtlpSender | undefined;
  private readonly output: ByteOutput | undefined;
  private readonly service: string;
  private spans = 0;

  constructor(
    private readonly io: Io,
    options: ExportOptions,
  ) {
    const { output, endpoint } = options;
    if (output !== undefined && endpoint !== undefined)
      throw new UsageError('--endpoint sends to a collector, --output writes a file: name one of them.');
    const target = output === undefined ? targetOf(io, options) : undefined;
    this.sender = target && new OtlpSender(target, io.signal);
    this.output = target === undefined ? openOutput(io, output ?? '-') : undefined;
    this.service = io.env.OTEL_SERVICE_NAME ?? 'ndmp';
  }

  async capture(session: CaptureSession, name: string, test: RowTest): Promise<void> {
    const options = { name, test, resource: { 'service.name': this.service } };
    for (const batch of spanBatches(new Analysis(session), options)) {
      if (this.io.signal.aborted) throw new Interrupted();
      if (batch === undefined) {
        // Ctrl-C arrives as an event
        await new Promise((resolve) => setImmediate(resolve));
        continue;
      }
      this.spans += batch.spans.length;
      await this.send(batch);
      await this.output?.write(utf8.encode(`${batchToJson(batch)}\n`));
    }
  }

  private async send(batch: SpanBatch): Promise<void> {
    try {
      await this.sender?.send(batch);
    } catch (error) {
      if (this.io.signal.aborted) throw new Interrupted();
      throw error instanceof OtlpError ? new Failure(error.message) : error;
    }
  }

  async finish(): Promise<string | undefined> {
    await this.output?.finish();
    if (this.sender === undefined) return undefined;
    const { rejected } = this.sender;
    return `${counted(this.spans, 'span')} sent${rejected === 0 ? '' : `, ${rejected} of them were not taken`}`;
  }

  abandon(): void {
    this.output?.abandon();
  }
}

function targetOf(io: Io, options: ExportOptions): ReturnType<typeof otlpTarget> {
  try {
    return otlpTarget(io.env, options);
  } catch (error) {
    throw error instanceof OtlpError ? new UsageError(error.message) : error;
  }
}
