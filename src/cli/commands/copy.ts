import { Option, type Command } from 'commander';
import { runCopy } from '../../dma/copy/copy';
import type { CopyRequest, CopyWay } from '../../dma/copy/model';
import { printLines } from '../analysed';
import { copyLines } from '../copy/text';
import { chosenSets, setNumber } from '../dma/chosenSets';
import { resultJson } from '../dma/json';
import { addDmaOptions, type DmaOptions } from '../dma/options';
import { withSurroundings } from '../dma/surroundings';
import { ExitStatus, Interrupted, UsageError } from '../failure';
import type { Io } from '../terminal/io';
import { styleFor } from '../terminal/style';

interface CopyOptions extends DmaOptions {
  pool: string;
  job?: string;
  chain?: boolean;
  from?: string;
  to?: string;
  fromDrive?: string;
  toDrive?: string;
  fromChanger?: string;
  toChanger?: string;
  append: boolean;
  again?: boolean;
  way: CopyWay;
  json?: boolean;
}

const help = `
Examples:
  ndmp copy 12 --pool offsite                        set 12, as "ndmp catalog list" numbers them
  ndmp copy --job nightly --chain --pool offsite     the newest backups of the job, with all that they build on
  ndmp copy 12 13 --pool far --to tapes2             to drives of another tape server

A copy needs two drives. The stream goes from mover to mover, over the network between the tape servers. The copy is one
more copy of the same backup: a restore takes whichever is at hand. What lies in the pool already is not copied again.
Exit status: 0 every set is in the pool, 1 one is not, 2 wrong use.`;

export function registerCopy(program: Command, io: Io): void {
  const command = program
    .command('copy')
    .summary('copy backups from tape to tape')
    .description('Copies backup sets from their tapes to tapes of another pool.')
    .argument('[sets...]', 'numbers of sets')
    .requiredOption('--pool <pool>', 'pool of the tapes to copy to')
    .option('--job <name>', 'the newest complete backup of every source of a job')
    .option('--chain', 'with each set the ones that it builds on')
    .option('--from <server>', 'tape server of the tapes (default: where they were last)')
    .option('--to <server>', 'tape server to copy to (default: the same)')
    .option('--from-drive <device>', 'drive to read with (default: any)')
    .option('--to-drive <device>', 'drive to write with (default: any)')
    .option('--from-changer <device>', 'changer of the tapes (default: the one there is)')
    .option('--to-changer <device>', 'changer to copy with (default: the one there is)')
    .option('--no-append', 'on empty or expired tapes only, not behind what is on a tape')
    .option('--again', 'copy also what lies in the pool already')
    .addOption(
      new Option('--way <way>', 'from mover to mover, or through this machine')
        .choices(['auto', 'direct', 'relay'])
        .default('auto'),
    )
    .option('--json', 'print the report as JSON');
  addDmaOptions(command)
    .addHelpText('after', help)
    .action((sets: string[], options: CopyOptions) => copy(io, sets.map(setNumber), options));
}

async function copy(io: Io, numbers: readonly number[], options: CopyOptions): Promise<void> {
  if (numbers.length > 0 === (options.job !== undefined))
    throw new UsageError('name the sets to copy, or a job with --job.');
  const { pool, from, to, fromDrive, toDrive, fromChanger, toChanger, append, again = false, way } = options;
  const wish = { pool, from, to, fromDrive, toDrive, fromChanger, toChanger, append, again, way };
  const report = await withSurroundings(
    options,
    io,
    async (surroundings) => {
      const request: CopyRequest = { ...wish, sets: await chosenSets(surroundings, numbers, options) };
      return runCopy(request, surroundings);
    },
    { run: `copy-${options.job ?? `set-${numbers[0]}`}` },
  );
  await printLines(io, options.json === true ? [resultJson(report)] : copyLines(report, styleFor(io)));
  if (io.signal.aborted) throw new Interrupted();
  if (report.state !== 'done') throw new ExitStatus(1);
}
