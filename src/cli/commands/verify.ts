import { Option, type Command } from 'commander';
import { runVerify } from '../../dma/verify/verify';
import { printLines } from '../analysed';
import { chosenSets, setNumber } from '../dma/chosenSets';
import { resultJson } from '../dma/json';
import { addDmaOptions, type DmaOptions } from '../dma/options';
import { withSurroundings } from '../dma/surroundings';
import { ExitStatus, Interrupted, UsageError } from '../failure';
import { formatOption, jsonOption } from '../options';
import { countBetween, repeated } from '../serve/values';
import type { Io } from '../terminal/io';
import { styleFor } from '../terminal/style';
import { verifyLines } from '../verify/text';

interface VerifyOptions extends DmaOptions {
  format: 'text' | 'json';
  job?: string;
  chain?: boolean;
  once?: boolean;
  copy?: number;
  tapeServer?: string;
  changer?: string;
  drive?: string[];
}

const MOST_COPIES = 1000;

const help = `
Examples:
  ndmp verify 12                       set 12, as "ndmp catalog list" numbers them
  ndmp verify --job nightly            the newest backup of every source of the job
  ndmp verify --job nightly --chain    with all that it builds on
  ndmp verify 12 13 --tape-server tapes --drive nst1 --json

Every byte is read back from tape through this machine: nothing is restored, nothing on tape is changed. What is compared:
bytes and digest with those of the backup (or of a second reading, when nobody knew a digest), the structure of tar and
dump streams, and the names in a tar stream with the files in the catalog.
Exit status: 0 all is as it should be, 1 something is not, or could not be read, 2 wrong use.`;

export function registerVerify(program: Command, io: Io): void {
  const command = program
    .command('verify')
    .summary('read backups back from tape, and compare')
    .description('Reads backup sets back from their tapes and compares them with what the catalog says of them.')
    .argument('[sets...]', 'numbers of sets')
    .option('--job <name>', 'the newest complete backup of every source of a job')
    .option('--chain', 'with each set the ones that it builds on')
    .option('--once', 'read a set whose digest nobody knows once, not twice')
    .addOption(new Option('--copy <n>', 'this copy of the sets').argParser(countBetween(1, MOST_COPIES)))
    .option('--tape-server <name>', 'server of the drives (default: where the tapes were last)')
    .option('--changer <device>', 'changer of the tapes (default: the one there is)')
    .option('--drive <device>', 'drive to read with; may be repeated (default: any)', repeated(String))
    .addOption(formatOption('text', 'json'))
    .addOption(jsonOption());
  addDmaOptions(command)
    .addHelpText('after', help)
    .action((sets: string[], options: VerifyOptions) => verify(io, sets.map(setNumber), options));
}

async function verify(io: Io, numbers: readonly number[], options: VerifyOptions): Promise<void> {
  if (numbers.length > 0 === (options.job !== undefined))
    throw new UsageError('name the sets to verify, or a job with --job.');
  const { tapeServer: server, changer, drive: drives = [], copy, once = false } = options;
  const name = options.job ?? `set-${numbers[0]}`;
  const report = await withSurroundings(
    options,
    io,
    async (surroundings) => {
      const sets = await chosenSets(surroundings, numbers, options);
      return runVerify({ sets, tape: { server, changer, drives }, copy, once }, surroundings);
    },
    { run: `verify-${name}` },
  );
  if (report.state === 'aborted' && io.signal.aborted) throw new Interrupted();
  const lines = options.format === 'json' ? [resultJson(report)] : verifyLines(report, styleFor(io));
  await printLines(io, lines);
  if (report.state !== 'done') throw new ExitStatus(1);
}
