import type { Command } from 'commander';
import type { JsonValue } from '../../protocol';
import { printLines, withMessages, type ReadingOptions } from '../analysed';
import { formatOption, jsonOption, keyLogOption, portOption, versionOption } from '../options';
import { jsonLine } from '../output/jsonl';
import { captureJson, connectionRows } from '../output/sessionsJson';
import { sessionLines } from '../output/sessionsTable';
import { tsvValue } from '../output/tsv';
import type { Io } from '../terminal/io';
import { styleFor, widthOf } from '../terminal/style';

interface SessionsOptions extends ReadingOptions {
  format: 'table' | 'json' | 'jsonl' | 'tsv';
}

const help = `
Examples:
  ndmp sessions backup.pcap
  ndmp sessions backup.pcapng.gz --format json | jq '.jobs'
  ndmp sessions backup.pcap --format tsv

Roles are told by the requests on a connection: data (data server), tape and mover (tape server), scsi (changer).
Exit status: 0 done, 1 nothing could be read, 2 wrong use.`;

export function registerSessions(program: Command, io: Io): void {
  program
    .command('sessions')
    .summary('list the connections and jobs of a capture')
    .description(
      'Lists the NDMP connections of a capture, their roles, versions and logins, and the jobs run over them.',
    )
    .argument('<file>', "a capture or a server's log, or - for standard input")
    .addOption(formatOption('table', 'json', 'jsonl', 'tsv'))
    .addOption(jsonOption())
    .addOption(portOption())
    .addOption(versionOption())
    .addOption(keyLogOption())
    .addHelpText('after', help)
    .action((file: string, options: SessionsOptions) => sessions(io, file, options));
}

async function sessions(io: Io, file: string, options: SessionsOptions): Promise<void> {
  await withMessages(io, file, options, (session, name) => printLines(io, linesOf(options.format, io, name, session)));
}

function linesOf(
  format: SessionsOptions['format'],
  io: Io,
  name: string,
  session: Parameters<typeof captureJson>[1],
): string[] {
  switch (format) {
    case 'json':
      return [jsonLine(captureJson(name, session))];
    case 'jsonl':
      return connectionRows(session).map((row) => jsonLine(row));
    case 'tsv': {
      const rows = connectionRows(session);
      const titles = Object.keys(rows[0]);
      const values = rows.map((row) => titles.map((title) => tsvValue(cellText(row[title]))).join('\t'));
      return [titles.join('\t'), ...values];
    }
    case 'table':
      return sessionLines(name, session, styleFor(io), widthOf(io));
  }
}

function cellText(value: JsonValue): string {
  if (value === null) {
    return '';
  }
  return Array.isArray(value)
    ? value.map(cellText).join(', ')
    : typeof value === 'object'
      ? jsonLine(value)
      : String(value);
}
