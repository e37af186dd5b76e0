import type { Command } from 'commander';
import { diffJoined, diffSessions } from '../../analysis/diff';
import { joinSessions } from '../../analysis/join';
import type { CaptureSession } from '../../session/capture';
import { printLines, withAnalysis, type ReadingOptions } from '../analysed';
import { ExitStatus, UsageError } from '../failure';
import { formatOption, jsonOption, keyLogOption, portOption, versionOption } from '../options';
import { diffJson } from '../output/diffJson';
import { diffLines } from '../output/diffText';
import { joinJson, joinLines } from '../output/joinText';
import { jsonLine } from '../output/jsonl';
import type { Io } from '../terminal/io';
import { styleFor } from '../terminal/style';

interface DiffOptions extends ReadingOptions {
  format: 'text' | 'json';
  all?: boolean;
}

const help = `
Examples:
  ndmp diff yesterday.pcap today.pcap
  ndmp diff reference.pcap ours.pcap --format json | jq '.jobs[].steps'
  ndmp diff backup.pcap ndmpd.log

Jobs are compared with jobs, then requests and posts of each service in their order, field by field. Sequence numbers,
times, ports, challenges and the like differ from run to run and count for nothing, nor does other polling; --all shows
them. "-" stands for what only A has, "+" for what only B has, "!" for what both have with other values. Of a log and a
capture of the same session it is also told how their clocks differ.
Exit status: 0 both say the same, 1 they differ or nothing could be read, 2 wrong use.`;

export function registerDiff(program: Command, io: Io): void {
  program
    .command('diff')
    .summary('compare two sessions by what they mean')
    .description(
      'Compares two captures or logs: what one did that the other did not, other values, other order, timing.',
    )
    .argument('<a>', "a capture or a server's log, or - for standard input")
    .argument('<b>', 'the other one')
    .addOption(formatOption('text', 'json'))
    .addOption(jsonOption())
    .option('--all', 'also equal steps, and differences that mean nothing')
    .addOption(portOption())
    .addOption(versionOption())
    .addOption(keyLogOption())
    .addHelpText('after', help)
    .action((a: string, b: string, options: DiffOptions) => diff(io, a, b, options));
}

async function diff(io: Io, a: string, b: string, options: DiffOptions): Promise<void> {
  if (a === '-' && b === '-') throw new UsageError('Standard input can be only one of the two.');
  const { format, all = false } = options;
  const same = await withAnalysis(io, a, options, (left, nameA, sessionA) =>
    withAnalysis(io, b, options, async (right, nameB, sessionB) => {
      const joined = isLog(sessionA) || isLog(sessionB) ? joinSessions(sessionA, sessionB) : undefined;
      const found = joined === undefined ? diffSessions(left, right) : diffJoined(left, right, joined);
      await printLines(
        io,
        format === 'json'
          ? [jsonLine({ ...diffJson(found, nameA, nameB, all), join: joinJson(joined) })]
          : [...joinLines(joined, sessionA, sessionB), ...diffLines(found, all, styleFor(io))],
      );
      return found.same;
    }),
  );
  if (!same) throw new ExitStatus(1);
}

/** Only of a log can one tell from messages alone that it is the same session: two runs of one job look alike. */
function isLog({ info }: CaptureSession): boolean {
  return info.format === 'ontap-log' || info.format === 'ndmjob-log';
}
