import { Option, type Command } from 'commander';
import { printLines, withAnalysis } from '../analysed';
import { ExitStatus, UsageError } from '../failure';
import { jobOption } from '../jobOption';
import { formatOption, jsonOption, keyLogOption, numberFromOne, portOption, versionOption } from '../options';
import { jsonLine } from '../output/jsonl';
import { replaceValue, secondsValue, targetValue, type ReplayCommandOptions } from '../replay/options';
import { isSame, replayJson, replayLines } from '../replay/output';
import { replay } from '../replay/run';
import { hostAndPort } from '../serve/values';
import type { Io } from '../terminal/io';
import { styleFor } from '../terminal/style';

const help = `
Examples:
  NDMP_PASSWORD=secret ndmp replay backup.pcap --as dma --target filer1:10000
  NDMP_PASSWORD=secret ndmp replay backup.pcap --as dma --job 2 --target 192.0.2.1=filer1:10000 --target 192.0.2.2=tape1:10000
  ndmp replay backup.pcap --as dma --target lab:10000 --replace /vol/vol1=/vs1/vol1 --replace nrst0a=nst0 --out again.pcapng
  ndmp replay backup.pcap --as server --listen 127.0.0.1:10000

What must be others now is made anew: digests of logins with the password of NDMP_PASSWORD, addresses of data connections,
sequence numbers, positions that the data server asks for. Where one end of a data connection is not played, this program stands
in for it: it throws away what comes, or sends as many zeros as were sent when it was recorded.
It writes to tapes and moves them as the recorded DMA did: play only against servers that are there for it.
Exit status: 0 the other side said the same as in the capture (A), 1 not, or it could not be played, 2 wrong use.`;

export function registerReplay(program: Command, io: Io): void {
  program
    .command('replay')
    .summary('play one side of a capture against a live peer, and compare what the other side says')
    .description(
      "Plays the DMA's side of a capture against a live server, or the server's side against a live DMA, and shows what differs from the recording.",
    )
    .argument('<capture>', 'a capture, or - for standard input')
    .addOption(new Option('--as <side>', 'the side that is played').choices(['dma', 'server']).makeOptionMandatory())
    .addOption(
      new Option(
        '--target <host:port>',
        'as the DMA: the live server; ADDRESS=HOST:PORT for the one that had this address; may be repeated',
      )
        .argParser((value: string, before: ReplayCommandOptions['target']) => [...before, targetValue(value)])
        .default([], 'none'),
    )
    .addOption(new Option('--listen <host:port>', 'as the server: where the DMA is to connect').argParser(hostAndPort))
    .addOption(
      new Option(
        '--connection <number>',
        'only this connection, numbered from 1 as in "ndmp sessions"; may be repeated',
      )
        .argParser((value: string, before: number[]) => [...before, numberFromOne(value)])
        .default([], 'all'),
    )
    .addOption(jobOption('only the connections of this job'))
    .addOption(
      new Option('--timing <how>', 'as fast as the other side goes on, or with the pauses of the capture')
        .choices(['fast', 'as-recorded'])
        .default('fast'),
    )
    .addOption(
      new Option('--patience <seconds>', 'how long to wait for a reply, a notification, a state')
        .argParser(secondsValue)
        .default(30),
    )
    .option('--user <name>', 'as the DMA: who logs in (default: who did)')
    .addOption(
      new Option('--replace <old=new>', 'as the DMA: a device or path that has another name now; may be repeated')
        .argParser((value: string, before: ReplayCommandOptions['replace']) => [...before, replaceValue(value)])
        .default([], 'none'),
    )
    .option('--out <file>', 'keep the recording of the live session, a new pcapng file')
    .option('--all', 'also equal steps, and differences that mean nothing')
    .addOption(formatOption('text', 'json'))
    .addOption(jsonOption())
    .addOption(portOption())
    .addOption(versionOption())
    .addOption(keyLogOption())
    .addHelpText('after', help)
    .action((capture: string, options: ReplayCommandOptions) => run(io, capture, options));
}

async function run(io: Io, capture: string, options: ReplayCommandOptions): Promise<void> {
  const { as, target, listen, format, all = false } = options;
  if (as === 'dma' && target.length === 0) throw new UsageError('--as dma needs --target HOST:PORT, the live server.');
  if (as === 'dma' && listen) throw new UsageError('--listen is for --as server.');
  if (as === 'server' && target.length > 0) throw new UsageError('--target is for --as dma.');
  const same = await withAnalysis(io, capture, options, async (analysis, name, session) => {
    const outcome = await replay(io, analysis, session, options);
    const lines =
      format === 'json' ? [jsonLine(replayJson(outcome, name, all))] : replayLines(outcome, all, styleFor(io));
    await printLines(io, lines);
    return isSame(outcome);
  });
  if (!same) throw new ExitStatus(1);
}
