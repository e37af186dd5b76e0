import { Option, type Command } from 'commander';
import type { Topology } from '../../dma/job/model';
import { gatherRestore } from '../../dma/restore/gather';
import type { Rename, RestoreFrom, RestorePlan, RestoreReport, RestoreRequest } from '../../dma/restore/model';
import { planRestore } from '../../dma/restore/plan';
import { runRestore } from '../../dma/restore/run';
import type { Surroundings } from '../../dma/run/model';
import { escapeText } from '../../protocol';
import { printLines } from '../analysed';
import { resultJson } from '../dma/json';
import { addDmaOptions, type DmaOptions } from '../dma/options';
import { confirmed } from '../dma/questions';
import { withSurroundings } from '../dma/surroundings';
import { ExitStatus, Failure, Interrupted, UsageError } from '../failure';
import { numberFromOne } from '../options';
import { listedFiles, listJson, listLines } from '../restore/list';
import { restorePlanLines } from '../restore/planText';
import { restoreReportLines } from '../restore/reportText';
import { moment, rename, variableFrom } from '../restore/values';
import { repeated } from '../serve/values';
import type { Io } from '../terminal/io';
import { styleFor, widthOf } from '../terminal/style';

interface RestoreOptions extends DmaOptions {
  job?: string;
  set?: number;
  server?: string;
  path?: string;
  at?: number;
  to?: string;
  toServer?: string;
  rename?: Rename[];
  env?: [string, string][];
  tapeServer?: string;
  changer?: string;
  drive?: string[];
  topology: Topology;
  listen: RestoreRequest['listen'];
  direct: boolean;
  list?: boolean;
  dryRun?: boolean;
  yes?: boolean;
  json?: boolean;
}

const help = `
Examples:
  ndmp restore --job nightly --to /vs1/restored                    everything, as of the newest backup, elsewhere
  ndmp restore --job nightly --at 2026-03-01 /docs/plan.odt --yes  one file as it was that day, to its own place
  ndmp restore --server filer1 --path /vs1/vol1 '*.c' '/src/**/*.h' --to /vs1/sources
  ndmp restore --set 17 /docs --rename /docs=/docs.old --yes       a directory beside what is there now
  ndmp restore --job nightly --list /docs                          what there is to restore; no server is asked

A path with a / counts from the root of the backup; * and ? stay within a directory, ** does not. A name without / is
looked for everywhere when the root has none of it.
Dates are UTC, as all lists are, unless a zone stands behind them: +01:00, or local for that of this machine. A date without
a time means the end of that day, a time without seconds the end of that minute.
Files go where they were backed up unless --to says another directory; then --yes, or an answer on the terminal, is
needed. Failed files are named, the others are restored.
Exit status: 0 everything restored, 1 something was not, 2 wrong use.`;

export function registerRestore(program: Command, io: Io): void {
  const command = program
    .command('restore')
    .summary('restore files, directories or whole backups from tape')
    .description(
      'Restores what the catalog knows: a whole backup, chosen files and directories, as of any date, through increments, across tapes.',
    )
    .argument('[files...]', 'paths, names or patterns; left out: everything')
    .option('--job <name>', 'of this job')
    .option('--set <id>', 'of this set and those it builds on', numberFromOne)
    .option('--server <name>', 'of a source of this data server; goes with --path')
    .option('--path <path>', 'of this source, as it was backed up')
    .option('--at <date>', 'as it was then, in UTC: the newest backup that is no later (default: the newest)', moment)
    .option('--to <dir>', 'directory of the data server to restore to (default: the original place)')
    .option('--to-server <name>', 'data server to restore to (default: that of the backup)')
    .option('--rename <old=new>', 'another path for a file or directory; may be repeated', repeated(rename))
    .option(
      '--env <name=value>',
      'a variable for the server, or its name alone, with the value from the environment; may be repeated',
      repeated(variableFrom(io.env)),
    )
    .option('--tape-server <name>', 'server of the tape drives (default: where the tapes were seen last)')
    .option('--changer <device>', 'changer of the tape server (default: the only one)')
    .option('--drive <device>', 'tape drive to use; may be repeated (default: all)', repeated(String))
    .addOption(
      new Option('--topology <way>', 'way of the data')
        .choices(['auto', 'local', 'three-way', 'indirect'])
        .default('auto'),
    )
    .addOption(
      new Option('--listen <side>', 'side of the data connection that listens')
        .choices(['auto', 'mover', 'data'])
        .default('auto'),
    )
    .option('--no-direct', 'read the backup from its beginning, without direct access')
    .option('--list', 'list what there is, and restore nothing')
    .option('--dry-run', 'print what would be done, and restore nothing')
    .option('-y, --yes', 'restore to the original place without asking')
    .option('--json', 'print the result as JSON');
  addDmaOptions(command)
    .addHelpText('after', help)
    .action((files: string[], options: RestoreOptions) => restore(io, files, options));
}

async function restore(io: Io, files: readonly string[], options: RestoreOptions): Promise<void> {
  const request = requestOf(files, options);
  if (options.list === true) return list(io, request, options);
  if (options.dryRun === true) {
    const plan = await withSurroundings(options, io, (surroundings) => planned(request, surroundings));
    await show(io, options, plan, () => restorePlanLines(plan, styleFor(io), widthOf(io)));
    if (plan.refusals.length > 0) throw new ExitStatus(1);
    return;
  }
  const run = `restore-${options.job ?? options.set ?? options.path}`;
  const report = await withSurroundings(options, io, (each) => carriedOut(io, request, options, each), { run });
  await show(io, options, report, () => restoreReportLines(report, styleFor(io)));
  if (io.signal.aborted) throw new Interrupted();
  if (report.state !== 'done') throw new ExitStatus(1);
}

async function carriedOut(
  io: Io,
  request: RestoreRequest,
  { yes, json }: RestoreOptions,
  surroundings: Surroundings,
): Promise<RestoreReport> {
  const plan = await planned(request, surroundings);
  if (plan.refusals.length > 0) throw new Failure(plan.refusals.map(escapeText).join('\n'));
  for (const warning of plan.warnings) surroundings.events.message?.('warning', warning);
  if (plan.inPlace && yes !== true) {
    const place = plan.targets.join(', ');
    const question = `Restore to ${place} of ${plan.server}, where it was backed up? What stands there is replaced.`;
    if (json === true || !(await confirmed(io, question)))
      throw new Failure(
        `Nothing was restored: files would go to ${escapeText(place)} of ${plan.server}, where they were backed up. Say --yes, or another directory with --to.`,
      );
  }
  return runRestore(plan, surroundings);
}

async function planned(request: RestoreRequest, surroundings: Surroundings): Promise<RestorePlan> {
  return planRestore(await gatherRestore(request, surroundings));
}

async function list(io: Io, request: RestoreRequest, options: RestoreOptions): Promise<void> {
  const rows = await withSurroundings(options, io, (surroundings) => listedFiles(request, surroundings));
  await printLines(io, options.json === true ? listJson(rows) : listLines(rows, widthOf(io)));
  if (rows.length === 0) throw new Failure('Nothing of it is in the backup.');
}

async function show(
  io: Io,
  { json }: RestoreOptions,
  value: RestorePlan | RestoreReport,
  lines: () => string[],
): Promise<void> {
  await printLines(io, json === true ? [resultJson(value)] : lines());
}

function requestOf(files: readonly string[], options: RestoreOptions): RestoreRequest {
  const { at, to, toServer, tapeServer, changer, drive = [], topology, listen, direct } = options;
  if (to !== undefined && !to.startsWith('/'))
    throw new UsageError('--to takes a directory of the data server, from its root on: /…');
  return {
    from: fromOf(options),
    at,
    wanted: files,
    renames: options.rename ?? [],
    to,
    server: toServer,
    tape: { server: tapeServer, changer, drives: drive },
    topology,
    listen,
    family: 'auto',
    direct,
    environment: Object.fromEntries(options.env ?? []),
  };
}

function fromOf({ job, set, server, path }: RestoreOptions): RestoreFrom {
  const said = [job, set, path].filter((each) => each !== undefined).length;
  if (said !== 1 || (server !== undefined && path === undefined))
    throw new UsageError('say what to restore: --job NAME, --set ID, or --server NAME --path PATH.');
  if (job !== undefined) return { kind: 'job', job };
  return set !== undefined ? { kind: 'set', set } : { kind: 'source', server, path: path ?? '/' };
}
