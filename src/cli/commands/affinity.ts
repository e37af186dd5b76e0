import { Option, type Command } from 'commander';
import {
  affinityOfCapture,
  inventoryOf,
  movesBetween,
  NO_SETTINGS,
  type AffinityAnswer,
  type AffinityAsk,
  type AffinitySettings,
  type MovesBetween,
} from '../../analysis/affinity';
import type { Analysis } from '../../analysis/analysis';
import { escapeText } from '../../protocol';
import {
  keyOption,
  lifOption,
  settingsOf,
  whatIfOf,
  whatIfOption,
  type LifOption,
  type WhatIfOption,
} from '../affinityOptions';
import { printLines, withAnalysis, type ReadingOptions } from '../analysed';
import { UsageError } from '../failure';
import { chosenJobs, jobOption } from '../jobOption';
import { formatOption, jsonOption, keyLogOption, numberFromOne, portOption, versionOption } from '../options';
import { affinityJson, sinceJson } from '../output/affinityJson';
import { affinityLines, sinceLines } from '../output/affinityText';
import { jsonLine } from '../output/jsonl';
import type { Io } from '../terminal/io';
import { styleFor, widthOf } from '../terminal/style';
import { counted } from '../terminal/text';

interface AffinityOptions extends ReadingOptions, Pick<AffinitySettings, 'role' | 'scope'> {
  format: 'text' | 'json';
  job?: number;
  connection?: number;
  volume?: string;
  drive?: string;
  lif: LifOption[];
  affinityKey: string[];
  whatIf?: WhatIfOption;
  before?: string;
}

const help = `
Examples:
  ndmp affinity backup.pcap --job 1
  ndmp affinity backup.pcap --lif 192.0.2.50=cluster-management --volume /vs1/vol1 --drive nrst0a
  ndmp affinity backup.pcap --what-if lif=data,cab=off
  ndmp affinity backup.pcap --what-if volume-node=B --json | jq .whatIf

Nodes are told apart by affinity alone: pairs with "affin" in their name, and --affinity-key. NetApp's tables say what a
LIF allows; the type of a LIF is in no message, so --lif tells it. What is not publicly documented is shown raw.
Exit status: 0 done, 1 nothing could be read, 2 wrong use.`;

export function registerAffinity(program: Command, io: Io): void {
  program
    .command('affinity')
    .summary('tell which volumes and drives can be joined locally, and why')
    .description(
      'Tells nodes by affinity with their volumes, drives and changers, the LIFs of control connections, what Cluster Aware Backup (CAB) changes, and for a volume and a drive: local or three-way, and why.',
    )
    .argument('<file>', "a capture or a server's log, or - for standard input")
    .addOption(formatOption('text', 'json'))
    .addOption(jsonOption())
    .addOption(jobOption('the state as of this job, and its volume and drive'))
    .addOption(new Option('--connection <number>', 'look from this control connection').argParser(numberFromOne))
    .option('--volume <path>', 'the volume of the pair')
    .option('--drive <name>', 'the drive of the pair')
    .addOption(lifOption())
    .addOption(keyOption())
    .addOption(new Option('--role <role>', 'in whose context the user logs in').choices(['cluster', 'svm']))
    .addOption(new Option('--scope <scope>', 'NDMP mode of the cluster').choices(['svm', 'node']))
    .addOption(whatIfOption())
    .option('--before <file>', 'an earlier capture: what has moved since')
    .addOption(portOption())
    .addOption(versionOption())
    .addOption(keyLogOption())
    .addHelpText('after', help)
    .action((file: string, options: AffinityOptions) => affinity(io, file, options));
}

async function affinity(io: Io, file: string, options: AffinityOptions): Promise<void> {
  await withAnalysis(io, file, options, async (analysis, name) => {
    const answer = answerOf(analysis, options);
    const since = await movesSince(io, analysis, answer.settings, options);
    await printLines(
      io,
      options.format === 'json'
        ? [
            jsonLine({
              ...affinityJson(name, answer),
              ...(since === undefined ? {} : { movesSince: sinceJson(since) }),
            }),
          ]
        : [
            ...affinityLines(name, answer, styleFor(io), widthOf(io)),
            ...sinceLines(since, options.before ?? '', styleFor(io)),
          ],
    );
  });
}

/** What has moved since an earlier capture. */
async function movesSince(
  io: Io,
  analysis: Analysis,
  settings: AffinitySettings,
  options: AffinityOptions,
): Promise<MovesBetween | undefined> {
  if (options.before === undefined) return undefined;
  const earlier = await withAnalysis(io, options.before, options, inventoryOf);
  return movesBetween(earlier, inventoryOf(analysis), settings);
}

function answerOf(analysis: Analysis, options: AffinityOptions): AffinityAnswer {
  const { jobs } = analysis;
  const { lif, affinityKey: keys, role, scope, connection } = options;
  // without a choice the state is that of the first job that moves data, which is what most captures are about
  const usual = jobs.find(({ operation }) => operation !== 'session') ?? jobs.at(0);
  const [asked] = options.job === undefined ? [] : chosenJobs(jobs, options.job);
  const job = asked?.id ?? (connection === undefined ? usual?.id : undefined);
  const settings = { ...NO_SETTINGS, lifs: {}, keys: [...keys] };
  const first = affinityOfCapture(analysis, { settings, job });
  if (connection !== undefined && !first.connections.some(({ place }) => place === connection - 1))
    throw new UsageError(
      `There is no connection ${connection}: the capture has ${counted(first.connections.length, 'connection')}.`,
    );
  const ask: AffinityAsk = {
    settings: settingsOf(lif, keys, { role, scope }, first),
    job,
    connection: connection === undefined ? undefined : connection - 1,
  };
  const named = affinityOfCapture(analysis, ask);
  return affinityOfCapture(analysis, {
    ...ask,
    volume: idOf(analysis, ask, 'volumes', options.volume),
    drive: idOf(analysis, ask, 'tapes', options.drive),
    whatIf: whatIfOf(options.whatIf, named),
  });
}

/** Id of the volume or drive of a name. */
function idOf(
  analysis: Analysis,
  ask: AffinityAsk,
  kind: 'volumes' | 'tapes',
  name: string | undefined,
): number | undefined {
  if (name === undefined) return undefined;
  const { nodes } = affinityOfCapture(analysis, { ...ask, find: name });
  const things = nodes.flatMap((node) => node.things).filter((thing) => thing.kind === kind);
  const found = things.find((thing) => thing.name === escapeText(name) || thing.otherNames.includes(escapeText(name)));
  if (found !== undefined) return found.id;
  throw new UsageError(
    `There is no ${kind === 'volumes' ? 'volume' : 'drive'} ${JSON.stringify(name)} in the capture.`,
  );
}
