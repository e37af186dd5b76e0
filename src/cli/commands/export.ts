import { basename } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { RowTest } from '../../analysis/filter';
import { escapeText } from '../../protocol';
import type { CaptureSession } from '../../session/capture';
import { checkMessages } from '../analysed';
import { JsonlExporter } from '../export/jsonl';
import { formats, type ExportFormat, type Exporter, type ExportOptions } from '../export/options';
import { OtlpExporter } from '../export/otlp';
import { ParquetExporter } from '../export/parquet';
import { PcapngExporter } from '../export/pcapng';
import { newRedactor, reportPath, withRedacted, writeReports } from '../export/redaction';
import { Failure, UsageError } from '../failure';
import { withCapture } from '../input';
import { refuseSamePlaces } from '../output/places';
import { filterOption, filterTest, keyLogOption, portOption, versionOption } from '../options';
import type { Redactor } from '../../export/redact/redactCapture';
import type { Io } from '../terminal/io';

const help = `
Examples:
  ndmp export backup.pcap --to jsonl --output backup.jsonl
  ndmp export captures/*.pcap --to parquet --output lake/
  ndmp export backup.pcapng --to otlp --endpoint http://localhost:4318
  ndmp export backup.pcapng --to pcapng -Y 'connection == 2' --output one.pcapng
  ndmp export backup.pcapng --to pcapng --redact --output share.pcapng

Formats, the tables of parquet and what --redact replaces: docs/manual/export.md.
OTEL_EXPORTER_OTLP_ENDPOINT, …_HEADERS, …_PROTOCOL, …_TIMEOUT and …_COMPRESSION are understood; secrets belong there.
NDMP_REDACT_KEY in the environment gives the same pseudonyms in every run.
Exit status: 0 done, 1 a capture could not be read or the output not be written, 2 wrong use.`;

const makers: Readonly<
  Record<
    ExportFormat,
    (
      io: Io,
      options: ExportOptions,
      several: boolean,
      redactor: Redactor | undefined,
      inputs: readonly string[],
    ) => Exporter
  >
> = {
  jsonl: (io, options, several) => new JsonlExporter(io, options, several),
  parquet: (io, options, several) => new ParquetExporter(io, options, several),
  otlp: (io, options) => new OtlpExporter(io, options),
  pcapng: (io, options, several, redactor, inputs) => new PcapngExporter(io, options, several, redactor, inputs),
};

export function registerExport(program: Command, io: Io): void {
  program
    .command('export')
    .summary('write messages for other tools, or a capture that is safe to share')
    .description(
      'Writes the messages of captures for other tools: JSON lines, Parquet tables, OpenTelemetry traces, captures. With --redact without what tells of people and places.',
    )
    .argument('<file...>', "captures or servers' logs, or - for standard input")
    .addOption(new Option('--to <format>', 'what to write').choices(formats).makeOptionMandatory())
    .addOption(filterOption())
    .option('-o, --output <path>', 'file or folder to write; - is standard output')
    .option('--redact', 'replace names, addresses, paths, texts and digests by pseudonyms, drop data')
    .option('--report <file>', 'where the list of what was replaced goes (default: beside the output)')
    .option('--private-map <file>', 'write the originals beside their pseudonyms, for yourself')
    .addOption(
      new Option('--table <name...>', 'tables of parquet to write').choices([
        'messages',
        'jobs',
        'connections',
        'files',
      ]),
    )
    .option('--history-bodies', 'bodies of file history among the messages too, where the table of files has them')
    .option('--endpoint <url>', 'send traces to this OpenTelemetry collector, as in http://localhost:4318')
    .addOption(new Option('--protocol <protocol>', 'how traces are sent').choices(['http/protobuf', 'http/json']))
    .addOption(new Option('--timeout <ms>', 'milliseconds for one request to the collector').argParser(parseTimeout))
    .addOption(portOption())
    .addOption(versionOption())
    .addOption(keyLogOption())
    .addHelpText('after', help)
    .action((files: string[], options: ExportOptions) => exportCaptures(io, files, options));
}

async function exportCaptures(io: Io, files: string[], options: ExportOptions): Promise<void> {
  if (!options.redact && (options.report !== undefined || options.privateMap !== undefined))
    throw new UsageError('--report and --private-map belong to --redact.');
  // without --output standard output, unless tables or traces go elsewhere
  const output = options.output ?? (options.to === 'jsonl' || options.to === 'pcapng' ? '-' : undefined);
  const list = options.redact ? reportPath(options) : undefined;
  refuseSamePlaces(files, [output, list, options.privateMap]);
  const makeTest = filterTest(options.filter);
  const redactor = options.redact ? newRedactor(io) : undefined;
  const exporter = makers[options.to](io, options, files.length > 1, redactor, files);
  const names = new CaptureNames(redactor !== undefined);
  const failures: string[] = [];
  try {
    for (const file of files) {
      try {
        await exportFile(io, file, names.next(file), options, makeTest, exporter, redactor);
      } catch (error) {
        // one unreadable file does not keep the others from being read
        if (!(error instanceof Unreadable) || files.length === 1) throw error;
        failures.push(file);
        io.stderr.write(`ndmp: ${error.message}\n`);
      }
    }
    const said = [await exporter.finish()];
    if (redactor !== undefined) said.push(await writeReports(io, redactor, options, names.used));
    for (const line of said) if (line !== undefined) io.stderr.write(`ndmp: ${escapeText(line)}\n`);
  } catch (error) {
    exporter.abandon();
    throw error;
  }
  if (failures.length > 0) throw new Failure(`${failures.length} of ${files.length} files could not be read.`);
}

/** A capture that cannot be read, or in which there is nothing. */
class Unreadable extends Failure {}

async function exportFile(
  io: Io,
  file: string,
  name: string,
  options: ExportOptions,
  makeTest: (session: CaptureSession) => RowTest,
  exporter: Exporter,
  redactor: Redactor | undefined,
): Promise<void> {
  let isReadable = false;
  const use = async (session: CaptureSession): Promise<void> => {
    checkMessages(io, file, session);
    isReadable = true;
    const test = makeTest(session);
    if (redactor === undefined || options.to === 'pcapng') await exporter.capture(session, name, test);
    else await withRedacted(io, redactor, session, test, (redacted) => exporter.capture(redacted, name, () => true));
  };
  try {
    await withCapture(
      io,
      file,
      { ports: options.port, version: options.ndmpVersion, tlsKeyLog: options.tlsKeylog },
      use,
    );
  } catch (error) {
    if (!isReadable && error instanceof Failure && error.exitCode === 1) throw new Unreadable(error.message);
    throw error;
  }
}

/** What captures are called in the output: their files' names, made different; numbers alone where nothing may be told. */
class CaptureNames {
  private readonly names = new Set<string>();

  constructor(private readonly isSecret: boolean) {}

  get used(): string[] {
    return [...this.names];
  }

  next(file: string): string {
    const base = file === '-' ? 'standard-input' : basename(file).replace(/(\.(pcapng|pcap|cap|gz))+$/, '');
    const wanted = this.isSecret ? `capture-${this.names.size + 1}` : base;
    let name = wanted;
    for (let i = 2; this.names.has(name); i++) name = `${wanted}-${i}`;
    this.names.add(name);
    return name;
  }
}

function parseTimeout(value: string): number {
  const timeout = Number(value);
  if (!Number.isInteger(timeout) || timeout < 1)
    throw new InvalidArgumentError('A timeout is a whole number of milliseconds.');
  return timeout;
}
