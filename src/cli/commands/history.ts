import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Analysis } from '../../analysis/analysis';
import { historyRows } from '../../analysis/history';
import type { Job } from '../../analysis/jobs/model';
import { printLines, withAnalysis, type ReadingOptions } from '../analysed';
import { environmentLines } from '../history/environmentOutput';
import { fileLines, type FileChoice } from '../history/filesOutput';
import { nameLines } from '../history/namesOutput';
import { chosenJobs, jobOption } from '../jobOption';
import { formatOption, jsonOption, keyLogOption, portOption, versionOption } from '../options';
import type { Io } from '../terminal/io';
import { styleFor, widthOf } from '../terminal/style';

interface HistoryOptions extends ReadingOptions {
  format: 'tree' | 'csv' | 'json' | 'jsonl';
  job?: number;
  env?: boolean;
  names?: boolean;
  search?: string;
  matchCase?: boolean;
  depth?: number;
}

const help = `
Examples:
  ndmp history backup.pcap                       the tree of each job
  ndmp history backup.pcap --job 2 --depth 1     its top directories with what is in them
  ndmp history backup.pcap --search '*.dat'      files by a pattern; with a / in it whole paths are compared
  ndmp history backup.pcap --format csv > files.csv
  ndmp history backup.pcap --env                 variables sent, by default, returned
  ndmp history restore.pcap --names              what a recovery asked for and what came of it

Formats:
  tree   for reading: sizes, times, modes and positions (fh_info) beside the tree
  csv    a line a file (RFC 4180); what a spreadsheet would take for a formula gets an apostrophe in front
  json   one object; numbers of 64 bits are decimal strings
  jsonl  one JSON object a line

Repeated names, orphans, circles and the like are named after the tree and on standard error.
Exit status: 0 done, 1 nothing could be read, 2 wrong use.`;

export function registerHistory(program: Command, io: Io): void {
  program
    .command('history')
    .summary('show the files of backups, environments, lists of names of recoveries')
    .description(
      'Shows the files that the file history of each job tells, and what the job was told by its environment.',
    )
    .argument('<file>', "a capture or a server's log, or - for standard input")
    .addOption(formatOption('tree', 'csv', 'json', 'jsonl'))
    .addOption(jsonOption())
    .addOption(jobOption())
    .addOption(new Option('--env', 'the environment instead of the files').conflicts(['names', 'search', 'depth']))
    .addOption(
      new Option(
        '--names',
        'the list of names of a recovery, with the results by file, instead of the files',
      ).conflicts(['search', 'depth']),
    )
    .option('--search <pattern>', 'only files whose name or path fits: a part of it, or a pattern with * ? **')
    .option('--match-case', 'large and small letters differ in --search')
    .addOption(new Option('--depth <number>', 'directories below so many others are not listed').argParser(parseDepth))
    .addOption(portOption())
    .addOption(versionOption())
    .addOption(keyLogOption())
    .addHelpText('after', help)
    .action((file: string, options: HistoryOptions) => history(io, file, options));
}

function parseDepth(value: string): number {
  if (!/^\d{1,6}$/.test(value)) throw new InvalidArgumentError('It is a number from 0.');
  return Number(value);
}

async function history(io: Io, file: string, options: HistoryOptions): Promise<void> {
  await withAnalysis(io, file, options, (analysis, name) => printLines(io, linesOf(io, analysis, name, options)));
}

function linesOf(io: Io, analysis: Analysis, file: string, options: HistoryOptions): Iterable<string> {
  const { format, search, matchCase = false, depth = Infinity } = options;
  const jobs = jobsToShow(analysis, options);
  const look = { style: styleFor(io), width: widthOf(io), warn: (text: string) => io.stderr.write(`ndmp: ${text}\n`) };
  if (options.env === true) return environmentLines(analysis, jobs, file, format, look);
  if (options.names === true) return nameLines(analysis, jobs, file, format, look);
  const choice: FileChoice = { search, matchCase, depth };
  return fileLines(analysis, jobs, file, format, choice, look);
}

/** A job that was asked for, else all that have something to show. */
function jobsToShow(analysis: Analysis, { job, env, names }: HistoryOptions): Job[] {
  const jobs = chosenJobs(analysis.jobs, job);
  if (job !== undefined) return jobs;
  if (env === true) return jobs.filter(({ startRow }) => startRow >= 0);
  if (names === true) return jobs.filter(({ startRow, operation }) => startRow >= 0 && operation !== 'backup');
  const withHistory = new Set(historyRows(analysis).map((rows) => rows.job));
  return jobs.filter(({ id }) => withHistory.has(id));
}
