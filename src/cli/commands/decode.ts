import type { Command } from 'commander';
import type { RowTest } from '../../analysis/filter';
import { MessageView } from '../../analysis/messageView';
import type { CaptureSession } from '../../session/capture';
import { checkMessages, type ReadingOptions } from '../analysed';
import { Failure, UsageError } from '../failure';
import { inputName, withCapture } from '../input';
import { filterOption, filterTest, formatOption, keyLogOption, portOption, versionOption } from '../options';
import { parseColumns, type Column } from '../output/columns';
import { JsonlWriter } from '../output/jsonl';
import type { RowWriter } from '../output/rowWriter';
import { TableWriter } from '../output/table';
import { TextWriter } from '../output/text';
import { TsvWriter } from '../output/tsv';
import { Output, type Io } from '../terminal/io';
import { styleFor, widthOf } from '../terminal/style';

interface DecodeOptions extends ReadingOptions {
  filter?: string;
  format: 'table' | 'tsv' | 'jsonl' | 'text';
  fields?: string;
}

const help = `
Examples:
  ndmp decode backup.pcap
  ndmp decode backup.pcapng -Y 'failed'
  ndmp decode backup.pcap -Y 'message contains "START" && error != 0'
  ndmp decode *.pcap --format tsv --fields file,n,time,message,body.env.FILESYSTEM
  ndmp decode backup.pcap --format jsonl | jq 'select(.latency > 1)'
  ndmp decode backup.pcap -Y 'n == 27' --format text
  tcpdump -i any -U -w - tcp port 10000 | ndmp decode -

Formats:
  table  for reading: errors by name, one line about each body, cut to the terminal's width
  tsv    tab-separated values with a header line; \\t, \\n, \\\\ and \\xNN stand for what would break a line
  jsonl  one JSON object a line, bodies included
  text   every field of every message as a tree

Columns for --fields and the filter language: ndmp fields, and docs/manual/filters.md.
Damaged captures are read as far as they go; the damage is named on standard error.
Exit status: 0 done, 1 nothing could be read, 2 wrong use.`;

export function registerDecode(program: Command, io: Io): void {
  program
    .command('decode')
    .summary('print the messages of captures')
    .description(
      'Prints the NDMP messages of captures (pcap, pcapng, also gzipped; - is standard input), in capture order.',
    )
    .argument('<file...>', "captures or servers' logs, or - for standard input")
    .addOption(filterOption())
    .addOption(formatOption('table', 'tsv', 'jsonl', 'text'))
    .option('--fields <names>', 'columns, separated by commas')
    .addOption(portOption())
    .addOption(versionOption())
    .addOption(keyLogOption())
    .addHelpText('after', help)
    .action((files: string[], options: DecodeOptions) => decode(io, files, options));
}

async function decode(io: Io, files: string[], options: DecodeOptions): Promise<void> {
  const makeTest = filterTest(options.filter);
  const writer = newWriter(io, options);
  const output = new Output(io.stdout, io.signal);
  const failures: string[] = [];
  for (const file of files) {
    try {
      await decodeFile(io, file, files.length > 1, options, makeTest, writer, output);
    } catch (error) {
      // One unreadable file does not keep the others from being read.
      if (!(error instanceof Failure) || error.exitCode !== 1 || files.length === 1) {
        throw error;
      }
      failures.push(file);
      await output.flush();
      io.stderr.write(`ndmp: ${error.message}\n`);
    }
  }
  await output.flush();
  if (failures.length > 0) {
    throw new Failure(`${failures.length} of ${files.length} files could not be read.`);
  }
}

async function decodeFile(
  io: Io,
  file: string,
  several: boolean,
  options: DecodeOptions,
  makeTest: (session: CaptureSession) => RowTest,
  writer: RowWriter,
  output: Output,
): Promise<void> {
  let test: RowTest | undefined;
  const print = async (session: CaptureSession, from: number, to: number): Promise<void> => {
    if (test === undefined) {
      test = makeTest(session);
      for (const line of writer.head(session, several ? inputName(file) : undefined)) {
        await output.line(line);
      }
    }
    for (let row = from; row < to; row++) {
      if (test(row)) {
        const full = output.line(writer.row(new MessageView(session, row, inputName(file))));
        if (full !== undefined) {
          await full;
        }
      }
    }
    await output.flush();
  };
  const input = {
    ports: options.port,
    version: options.ndmpVersion,
    tlsKeyLog: options.tlsKeylog,
    onRows: (session: CaptureSession, from: number, to: number) =>
      to > from ? print(session, from, to) : Promise.resolve(),
  };
  await withCapture(io, file, input, (session) => checkMessages(io, file, session));
}

function newWriter(io: Io, { format, fields }: DecodeOptions): RowWriter {
  const columns: Column[] | undefined = fields === undefined ? undefined : parseColumns(fields);
  if (columns?.length === 0) {
    throw new UsageError('--fields names no columns.');
  }
  switch (format) {
    case 'tsv':
      return new TsvWriter(columns);
    case 'jsonl':
      return new JsonlWriter(columns);
    case 'table':
      return new TableWriter(styleFor(io), widthOf(io), columns);
    case 'text':
      if (columns !== undefined) {
        throw new UsageError('--fields is for the formats table, tsv and jsonl; text shows every field.');
      }
      return new TextWriter(styleFor(io));
  }
}
