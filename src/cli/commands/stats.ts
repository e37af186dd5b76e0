import type { Command } from 'commander';
import type { Analysis } from '../../analysis/analysis';
import { breakdownOf, countMessages, dataRate, progressOf, rowsOfJob } from '../../analysis/statistics';
import { printLines, withAnalysis, type ReadingOptions } from '../analysed';
import { chosenJobs, jobOption } from '../jobOption';
import { formatOption, jsonOption, keyLogOption, portOption, versionOption } from '../options';
import { jsonLine } from '../output/jsonl';
import { breakdownJson, messagesJson, progressJson, rateJson } from '../output/statsJson';
import { breakdownLines, messageLines, rateLine } from '../output/statsTable';
import type { Io } from '../terminal/io';
import { styleFor, widthOf } from '../terminal/style';

interface StatsOptions extends ReadingOptions {
  format: 'table' | 'json';
  job?: number;
}

const help = `
Examples:
  ndmp stats backup.pcap
  ndmp stats backup.pcap --job 2
  ndmp stats backup.pcap --format json | jq '.jobs[].time.byWho'

Reply times are from the request to its reply, at the place of the capture. Where time went is told by messages,
by the packets of the data connection and by TCP windows; what they do not tell is "not told".
Exit status: 0 done, 1 nothing could be read, 2 wrong use.`;

export function registerStats(program: Command, io: Io): void {
  program
    .command('stats')
    .summary('count messages, and tell reply times, throughput, where time went')
    .description('Counts messages and bytes, tells reply times and throughput, and where the time of each job went.')
    .argument('<file>', "a capture or a server's log, or - for standard input")
    .addOption(formatOption('table', 'json'))
    .addOption(jsonOption())
    .addOption(jobOption())
    .addOption(portOption())
    .addOption(versionOption())
    .addOption(keyLogOption())
    .addHelpText('after', help)
    .action((file: string, options: StatsOptions) => stats(io, file, options));
}

async function stats(io: Io, file: string, options: StatsOptions): Promise<void> {
  const { format, job } = options;
  await withAnalysis(io, file, options, (analysis, name) =>
    printLines(io, format === 'json' ? [jsonOf(analysis, name, job)] : tableOf(io, analysis, job)),
  );
}

function jsonOf(analysis: Analysis, name: string, number: number | undefined): string {
  const { source, jobs } = analysis;
  const chosen = chosenJobs(jobs, number);
  const all = countMessages(source, rowsOfJob(source.index, number === undefined ? undefined : chosen[0]));
  return jsonLine({
    file: name,
    messages: messagesJson(all),
    jobs: chosen.map((job) => {
      const breakdown = breakdownOf(analysis, job.id);
      const rate = dataRate(source, job);
      return {
        job: job.id + 1,
        title: job.title,
        outcome: job.outcome,
        time: breakdown === undefined ? null : breakdownJson(breakdown),
        dataConnection: rate === undefined ? null : rateJson(rate),
        progress: progressOf(source, job).map(progressJson),
      };
    }),
  });
}

function tableOf(io: Io, analysis: Analysis, number: number | undefined): string[] {
  const { source, jobs } = analysis;
  const style = styleFor(io);
  const width = widthOf(io);
  const chosen = chosenJobs(jobs, number);
  const counts = countMessages(source, rowsOfJob(source.index, number === undefined ? undefined : chosen[0]));
  return [
    ...messageLines(counts, style, width),
    ...chosen.flatMap((job) => {
      const breakdown = breakdownOf(analysis, job.id);
      if (breakdown === undefined) return [];
      return ['', ...breakdownLines(job, breakdown, style, width), ...rateLine(dataRate(source, job), style)];
    }),
  ];
}
