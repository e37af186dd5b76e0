import { InvalidArgumentError, Option, type Command } from 'commander';
import { gatherInputs } from '../../dma/plan/gather';
import { planBackup } from '../../dma/plan/plan';
import { printLines } from '../analysed';
import { addDmaOptions, type DmaOptions } from '../dma/options';
import { withSurroundings } from '../dma/surroundings';
import { ExitStatus } from '../failure';
import { jsonLine } from '../output/jsonl';
import { jobFromFile } from '../plan/jobFile';
import { planJson } from '../plan/planJson';
import { planLines } from '../plan/planText';
import type { Io } from '../terminal/io';
import { styleFor, widthOf } from '../terminal/style';

interface PlanOptions extends DmaOptions {
  server?: string;
  full?: boolean;
  level?: number;
  json?: boolean;
}

const help = `
Examples:
  ndmp plan nightly.ndmpjob.json
  ndmp plan nightly.ndmpjob.json --full
  ndmp plan nightly.ndmpjob.json --json | jq '.connections[]'

Asks the servers, the library and the catalog, and writes nothing. ndmp backup takes the same decisions.
Exit status: 0 the job can run, 1 it cannot, and the plan says why, or a server cannot be asked, 2 wrong use.`;

export function registerPlan(program: Command, io: Io): void {
  const command = program
    .command('plan')
    .summary('say how a job would be run, and why')
    .description(
      'Says how a backup job would be run now: the way of the data, levels, drives, tapes, every connection that will be opened, every step, each with its reason.',
    )
    .argument('<job>', 'the job file, *.ndmpjob.json')
    .option('--server <name>', "another data server than the job's")
    .addOption(new Option('--full', 'as for a full backup').conflicts('level'))
    .option('--level <n>', 'as for this level, 0 to 9', levelFrom)
    .option('--json', 'print the plan as JSON')
    .addHelpText('after', help);
  addDmaOptions(command).action((file: string, options: PlanOptions) => plan(io, file, options));
}

/** A level of an option. */
export function levelFrom(value: string): number {
  if (!/^[0-9]$/.test(value)) throw new InvalidArgumentError('It has to be from 0 to 9.');
  return Number(value);
}

async function plan(io: Io, file: string, options: PlanOptions): Promise<void> {
  const { server, full, level, json } = options;
  const read = await jobFromFile(file);
  const job = server === undefined ? read : { ...read, server };
  const made = await withSurroundings(options, io, async (surroundings) =>
    planBackup(await gatherInputs(job, surroundings, { full, level })),
  );
  await printLines(io, json ? [jsonLine(planJson(made))] : planLines(made, styleFor(io), widthOf(io)));
  if (made.refusals.length > 0) throw new ExitStatus(1);
}
