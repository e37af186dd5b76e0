import type { Command } from 'commander';
import { reportMarkdown, reportOf } from '../../analysis/explain';
import { printLines, withAnalysis, type ReadingOptions } from '../analysed';
import { chosenJobs, jobOption } from '../jobOption';
import { formatOption, jsonOption, keyLogOption, portOption, versionOption } from '../options';
import { reportJson } from '../output/explainJson';
import { jsonLine } from '../output/jsonl';
import type { Io } from '../terminal/io';

interface ExplainOptions extends ReadingOptions {
  format: 'markdown' | 'json';
  job?: number;
}

const help = `
Examples:
  ndmp explain backup.pcap
  ndmp explain backup.pcap --job 2 > job2.md
  ndmp explain backup.pcap --format json | jq '.jobs[] | .firstWrongTurn.text'

One page a job, as Markdown: what was asked and answered, the state each side was in, the first wrong turn with its
messages, log texts with their known causes and what to change, and where the time went. All of it names the messages
that show it; what the capture does not tell is not guessed.
Exit status: 0 done, 1 nothing could be read, 2 wrong use.`;

export function registerExplain(program: Command, io: Io): void {
  program
    .command('explain')
    .summary('tell what happened in a job, and why it went wrong')
    .description(
      'One page a job: what was asked and answered, the first wrong turn, known causes, where the time went.',
    )
    .argument('<file>', "a capture or a server's log, or - for standard input")
    .addOption(formatOption('markdown', 'json'))
    .addOption(jsonOption())
    .addOption(jobOption())
    .addOption(portOption())
    .addOption(versionOption())
    .addOption(keyLogOption())
    .addHelpText('after', help)
    .action((file: string, options: ExplainOptions) => explain(io, file, options));
}

async function explain(io: Io, file: string, options: ExplainOptions): Promise<void> {
  await withAnalysis(io, file, options, async (analysis, name) => {
    const reports = chosenJobs(analysis.jobs, options.job)
      .map(({ id }) => reportOf(analysis, id))
      .filter((report) => report !== undefined);
    if (options.format === 'json') await printLines(io, [jsonLine({ file: name, jobs: reports.map(reportJson) })]);
    else if (reports.length === 0) await printLines(io, ['There is no job in this capture.']);
    else {
      const pages = reports.map((report) => reportMarkdown(report, name));
      await printLines(io, [pages.join('\n').trimEnd()]);
    }
  });
}
