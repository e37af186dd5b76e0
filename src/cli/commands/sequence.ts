import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Analysis } from '../../analysis/analysis';
import { FOLD_KINDS, type FoldKind, type Unfold } from '../../analysis/sequence/model';
import { Sequence } from '../../analysis/sequence/sequence';
import {
  darkPalette,
  diagram,
  lightPalette,
  mermaidText,
  plantUmlText,
  svgText,
  terminalLines,
  type DrawnJob,
} from '../../drawing/sequence';
import { printLines, withAnalysis, type ReadingOptions } from '../analysed';
import { Failure } from '../failure';
import { chosenJobs, jobOption } from '../jobOption';
import { formatOption, keyLogOption, portOption, versionOption } from '../options';
import { openOutput } from '../output/byteOutput';
import { refuseSamePlaces } from '../output/places';
import type { Io } from '../terminal/io';
import { styleFor, widthOf } from '../terminal/style';

type Format = 'text' | 'svg' | 'mermaid' | 'plantuml';

interface SequenceOptions extends ReadingOptions {
  job?: number;
  format: Format;
  unfold: Unfold;
  theme: 'light' | 'dark' | 'auto';
  output?: string;
}

const utf8 = new TextEncoder();

/** Lines that are drawn of one job; no document takes more, and no reader either. */
const MAX_LINES = 5000;

const help = `
Examples:
  ndmp sequence backup.pcap
  ndmp sequence backup.pcap --job 2 --format svg --output backup.svg
  ndmp sequence backup.pcap --format svg --theme dark --unfold polls > backup.svg
  ndmp sequence backup.pcap --format mermaid --job 1
  ndmp sequence backup.pcap --format text --unfold all

Folded into one line with a count: floods of file history (history) and of log messages (log), polling of states
(polls), the reads of a recovery (reads), and neighbours that do the same (repeats). --unfold takes these names, or
message numbers of single folds, separated by commas, or all.
Without --job every job of the capture is drawn; mermaid knows one diagram a file, so there it is the first job.
Exit status: 0 done, 1 nothing could be read or written, 2 wrong use.`;

export function registerSequence(program: Command, io: Io): void {
  program
    .command('sequence')
    .summary('draw the jobs of a capture as sequence diagrams')
    .description(
      'Draws who said what to whom: DMA, data server, tape server and changer as lifelines, requests with their results, the states of data server and mover, phases, pauses and the data connection.',
    )
    .argument('<file>', "a capture or a server's log, or - for standard input")
    .addOption(formatOption('text', 'svg', 'mermaid', 'plantuml'))
    .addOption(jobOption())
    .addOption(
      new Option('--unfold <what>', 'what not to fold: names, message numbers, or all')
        .argParser(parseUnfold)
        .default({ kinds: [], ids: [] }, 'nothing'),
    )
    .addOption(
      new Option('--theme <theme>', 'colours of the SVG; auto follows the reader')
        .choices(['light', 'dark', 'auto'])
        .default('light'),
    )
    .option('-o, --output <file>', 'file to write; - is standard output, as without it')
    .addOption(portOption())
    .addOption(versionOption())
    .addOption(keyLogOption())
    .addHelpText('after', help)
    .action((file: string, options: SequenceOptions) => sequence(io, file, options));
}

async function sequence(io: Io, file: string, given: SequenceOptions): Promise<void> {
  const options = given.output === '-' ? { ...given, output: undefined } : given;
  refuseSamePlaces([file], [options.output]);
  await withAnalysis(io, file, options, async (analysis) => {
    const jobs = jobsFor(io, analysis, options).map((job) => drawn(analysis, job, options.unfold));
    const lines = linesOf(io, jobs, options);
    if (options.output === undefined) await printLines(io, lines);
    else await write(io, options.output, lines);
  });
}

function jobsFor(io: Io, { jobs }: Analysis, { job, format }: SequenceOptions): number[] {
  if (jobs.length === 0) throw new Failure('The capture has messages but no job to draw.');
  if (job !== undefined) return chosenJobs(jobs, job).map(({ id }) => id);
  if (format !== 'mermaid' || jobs.length === 1) return jobs.map((_each, i) => i);
  io.stderr.write(`ndmp: the capture has ${jobs.length} jobs; this is job 1, --job draws the others.\n`);
  return [0];
}

function drawn(analysis: Analysis, job: number, unfold: Unfold): DrawnJob {
  const sequence = new Sequence(analysis, analysis.jobs[job], unfold);
  sequence.mark();
  const omitted = Math.max(0, sequence.length - MAX_LINES);
  return { outline: sequence.outline, lines: sequence.window(0, MAX_LINES), omitted };
}

function linesOf(io: Io, jobs: readonly DrawnJob[], { format, theme, output }: SequenceOptions): string[] {
  switch (format) {
    case 'svg': {
      const title = jobs.map(({ outline }) => outline.title).join('; ');
      const description = jobs.map(({ outline }) => `${outline.title}: ${outline.subtitle}`).join(' ');
      const palette = theme === 'dark' ? darkPalette : lightPalette;
      return svgText(diagram(jobs), {
        title,
        description,
        palette,
        ...(theme === 'auto' ? { dark: darkPalette } : {}),
      })
        .trimEnd()
        .split('\n');
    }
    case 'mermaid':
      return jobs.flatMap(mermaidText);
    case 'plantuml':
      return jobs.flatMap(plantUmlText);
    case 'text': {
      const plain = output !== undefined;
      const style = styleFor(plain ? { ...io, env: { ...io.env, NO_COLOR: '1' } } : io);
      return terminalLines(jobs, plain ? undefined : widthOf(io), style);
    }
  }
}

async function write(io: Io, path: string, lines: readonly string[]): Promise<void> {
  const file = openOutput(io, path);
  try {
    for (const line of lines) await file.write(utf8.encode(`${line}\n`));
    await file.finish();
  } catch (error) {
    file.abandon();
    throw error;
  }
}

function parseUnfold(value: string): Unfold {
  const kinds = new Set<FoldKind>();
  const ids: number[] = [];
  for (const word of value.split(',').map((each) => each.trim())) {
    const kind = FOLD_KINDS.find((known) => known === word);
    if (word === 'all') FOLD_KINDS.forEach((each) => kinds.add(each));
    else if (kind !== undefined) kinds.add(kind);
    else if (/^[1-9]\d{0,9}$/.test(word)) ids.push(Number(word) - 1);
    else throw new InvalidArgumentError(`Allowed are ${FOLD_KINDS.join(', ')}, all, and message numbers.`);
  }
  return { kinds: [...kinds], ids };
}
