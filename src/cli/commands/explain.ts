import { Option, type Command } from 'commander';
import { Analysis } from '../../analysis/analysis';
import { reportMarkdown, reportOf } from '../../analysis/explain';
import type { NdmpVersion } from '../../protocol';
import { damageLine, nothingFound } from '../damageLine';
import { Failure } from '../failure';
import { inputName, withCapture } from '../input';
import { chosenJobs, jobOption } from '../jobOption';
import { portOption, versionOption } from '../options';
import { reportJson } from '../output/explainJson';
import { jsonLine } from '../output/jsonl';
import { Output, type Io } from '../terminal/io';

interface ExplainOptions {
  format: 'markdown' | 'json';
  job?: number;
  port: number[];
  ndmpVersion?: NdmpVersion;
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
    .argument('<file>', 'a capture, or - for standard input')
    .addOption(new Option('--format <format>', 'output format').choices(['markdown', 'json']).default('markdown'))
    .addOption(jobOption())
    .addOption(portOption())
    .addOption(versionOption())
    .addHelpText('after', help)
    .action((file: string, options: ExplainOptions) => explain(io, file, options));
}

async function explain(io: Io, file: string, { format, job, port, ndmpVersion }: ExplainOptions): Promise<void> {
  const output = new Output(io.stdout, io.signal);
  await withCapture(io, file, { ports: port, version: ndmpVersion }, async (session) => {
    const name = inputName(file);
    const damage = damageLine(name, session);
    if (damage !== undefined) io.stderr.write(`ndmp: ${damage}\n`);
    if (session.index.count === 0) throw new Failure(nothingFound(name, session));
    const analysis = new Analysis(session);
    const reports = chosenJobs(analysis.jobs, job)
      .map(({ id }) => reportOf(analysis, id))
      .filter((report) => report !== undefined);
    if (format === 'json') await output.line(jsonLine({ file: name, jobs: reports.map(reportJson) }));
    else if (reports.length === 0) await output.line('There is no job in this capture.');
    else {
      const pages = reports.map((report) => reportMarkdown(report, name));
      await output.line(pages.join('\n').trimEnd());
    }
    await output.flush();
  });
}
