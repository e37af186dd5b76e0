import { Option, type Command } from 'commander';
import { mediaHouse } from '../../dma/backup/backup';
import { drivesIn, runJob } from '../../dma/backup/job';
import type { Job } from '../../dma/job/model';
import { gatherInputs } from '../../dma/plan/gather';
import type { PlanInputs } from '../../dma/plan/model';
import { planBackup } from '../../dma/plan/plan';
import type { Surroundings } from '../../dma/run/model';
import { runQueue, type QueuedResult } from '../../dma/schedule/queue';
import { printLines } from '../analysed';
import { backupReportLines, queueLines } from '../backup/reportText';
import { resultJson } from '../dma/json';
import { addDmaOptions, type DmaOptions } from '../dma/options';
import { runFileLines } from '../dma/runFilesText';
import { withSurroundings } from '../dma/surroundings';
import { ExitStatus, Interrupted } from '../failure';
import { jsonLine } from '../output/jsonl';
import { jobFromFile } from '../plan/jobFile';
import { planJson } from '../plan/planJson';
import { planLines } from '../plan/planText';
import type { Io } from '../terminal/io';
import { styleFor, widthOf } from '../terminal/style';
import { levelFrom } from './plan';

interface BackupOptions extends DmaOptions {
  dryRun?: boolean;
  full?: boolean;
  level?: number;
  yes?: boolean;
  json?: boolean;
}

const help = `
Examples:
  ndmp backup nightly.ndmpjob.json
  ndmp backup nightly.ndmpjob.json --full
  ndmp backup nightly.ndmpjob.json --dry-run          the plan, and nothing else
  ndmp backup jobs/*.ndmpjob.json --yes --json        unattended, as many at a time as there are drives

When no tape is left that can be written, the run waits, asks on the terminal, and goes on with the one that is put in;
with --yes, or without a terminal, it ends as failed instead. Ctrl-C ends in order: what is on tape is closed, and the
catalog says that it is a part only.
Exit status: 0 every job is backed up, 1 at least one is not, 2 wrong use.`;

export function registerBackup(program: Command, io: Io): void {
  const command = program
    .command('backup')
    .summary('back up by jobs, to tape')
    .description(
      'Backs up the sources of a job to tape: planned afresh, written across as many tapes as it takes, kept in the catalog with the files as they arrive. Several jobs are queued on the drives.',
    )
    .argument('<job...>', 'job files, *.ndmpjob.json')
    .option('--dry-run', 'print the plans, and back up nothing')
    .addOption(new Option('--full', 'a full backup, whatever the policy says').conflicts('level'))
    .option('--level <n>', 'this level, 0 to 9, whatever the policy says', levelFrom)
    .option('-y, --yes', 'ask nobody anything')
    .option('--json', 'print the report as JSON; of several jobs a list')
    .addHelpText('after', help);
  addDmaOptions(command).action((files: string[], options: BackupOptions) => backup(io, files, options));
}

async function backup(io: Io, files: readonly string[], options: BackupOptions): Promise<void> {
  const jobs: Job[] = [];
  for (const file of files) jobs.push(await jobFromFile(file));
  const wish = { full: options.full, level: options.level };
  if (options.dryRun === true) return dryRun(io, jobs, wish, options);
  const run = jobs.length === 1 ? `backup-${jobs[0].name}` : `backup-${jobs.length}-jobs`;
  const results = await withSurroundings(options, io, (each) => queued(io, jobs, wish, options, each), { run });
  await show(io, results, options);
  if (io.signal.aborted) throw new Interrupted();
  if (results.some(({ report }) => report.state !== 'done')) throw new ExitStatus(1);
}

async function queued(
  io: Io,
  jobs: readonly Job[],
  wish: PlanInputs['wish'],
  { yes, json }: BackupOptions,
  surroundings: Surroundings,
): Promise<QueuedResult[]> {
  const { events } = surroundings;
  const own = yes === true ? { ...surroundings, events: { ...events, ask: undefined } } : surroundings;
  const house = mediaHouse(own);
  const isMany = jobs.length > 1;
  const unloaded = isMany ? undefined : (): Promise<void> => house.close();
  try {
    return await runQueue({
      jobs,
      signal: own.signal,
      run: (job, planned) =>
        runJob({ job, wish, surroundings: own, house, planned: (plan) => planned(drivesIn(plan)), unloaded }),
      ended: ({ job, report }) => {
        if (isMany && json !== true) events.message?.('info', `${job}: ${report.state}. ${report.message}`.trim());
      },
    });
  } finally {
    await house.close();
  }
}

async function show(io: Io, results: readonly QueuedResult[], { json }: BackupOptions): Promise<void> {
  const style = styleFor(io);
  const isMany = results.length > 1;
  if (json === true) {
    const reports = results.map(({ job, report }) => ({ job, ...report }));
    return printLines(io, [resultJson(isMany ? reports : reports[0])]);
  }
  const lines = results.flatMap(({ job, report }) => backupReportLines(job, report, style));
  // one recording for all of them
  const recorded = results.find(({ report }) => report.recording !== undefined);
  if (recorded) lines.push(...runFileLines(recorded.report, style));
  return printLines(io, isMany ? [...lines, ...queueLines(results, style)] : lines);
}

async function dryRun(io: Io, jobs: readonly Job[], wish: PlanInputs['wish'], options: BackupOptions): Promise<void> {
  const plans = await withSurroundings(options, io, async (surroundings) => {
    const made = [];
    for (const job of jobs) made.push(planBackup(await gatherInputs(job, surroundings, wish)));
    return made;
  });
  const lines = plans.flatMap((plan) =>
    options.json === true ? [jsonLine(planJson(plan))] : planLines(plan, styleFor(io), widthOf(io)),
  );
  await printLines(io, lines);
  if (plans.some(({ refusals }) => refusals.length > 0)) throw new ExitStatus(1);
}
