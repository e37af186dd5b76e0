import { Option, type Command } from 'commander';
import type { NdmpVersion } from '../../protocol';
import type { LogLevel } from '../../server/log';
import { LAB_COMMANDS, type LabCommand } from '../../server/lab/commands';
import { callLab, NoLab } from '../../server/lab/control';
import { LabFolder, usualFolder } from '../../server/lab/folder';
import { howToConnect } from '../../server/lab/howToConnect';
import { Lab } from '../../server/lab/lab';
import type { LabOptions } from '../../server/lab/options';
import type { LabScope } from '../../server/lab/model';
import { readUsers, userKey } from '../../server/lab/users';
import { whyNotStarted } from '../../server/lab/whyNotStarted';
import { TrafficRecorder } from '../../transport';
import { controlCommand } from '../controlCommand';
import { Failure, UsageError } from '../failure';
import { jsonLine } from '../output/jsonl';
import { limitOption } from '../serve/limits';
import { LOG_LEVELS, logTo } from '../serve/logSink';
import { countBetween, wordList } from '../serve/values';
import type { Io } from '../terminal/io';

interface StartOptions {
  folder: string;
  nodes?: number;
  drives?: number;
  scope?: LabScope;
  port: number;
  tlsPort?: number;
  plaintext?: true;
  versions: NdmpVersion[];
  debugLog: boolean;
  sessions?: number;
  dumps?: number;
  record?: string;
  limit?: LabOptions['limits'];
  logLevel: LogLevel;
}

const VERSIONS = ['2', '3', '4'] as const;
const RECORDED = 'Recorded by NDMP Workbench in its own lab: a simulated cluster, no evidence of what ONTAP does.';

const help = `
Examples:
  ndmp lab                                       starts the lab and tells how to connect
  ndmp lab --nodes 4 --tls-port 30000
  ndmp lab --record night.pcapng                 records what is said, for ndmp decode and the editor
  ndmp lab status                                in another terminal, while it runs
  ndmp lab move-volume /vs1/vol1 cluster1-02
  ndmp lab password backup

Volumes, tapes, passwords and the debug log lie in one folder (~/.ndmp-lab) and are there again at the next start.
Everything is simulated: no answer of the lab is evidence of what ONTAP does. Ctrl-C stops the lab.
Exit status: 0 done, 1 it could not be done, 2 wrong use.`;

export function registerLab(program: Command, io: Io): void {
  const lab = program
    .command('lab')
    .summary('be a simulated cluster with a tape library, to back up to')
    .description(
      'Starts a simulated cluster of 2 to 4 nodes with volumes, tape drives and a library, which speaks NDMP like a filer.',
    )
    .addOption(folderOption())
    .addOption(new Option('--nodes <n>', 'nodes of a new lab (default: 2)').argParser(countBetween(2, 4)))
    .addOption(new Option('--drives <n>', 'drives of a new lab (default: 2)').argParser(countBetween(1, 16)))
    .addOption(
      new Option(
        '--scope <scope>',
        'of a new lab: svm with LIFs, roles and CAB, or node without (default: svm)',
      ).choices(['svm', 'node']),
    )
    .addOption(
      new Option('--port <number>', 'where all LIFs listen; 0 takes free ports')
        .argParser(countBetween(0, 65535))
        .default(10000),
    )
    .addOption(
      new Option('--tls-port <number>', 'where all LIFs listen with TLS from the first byte, such as 30000').argParser(
        countBetween(0, 65535),
      ),
    )
    .option('--plaintext', 'take logins with a password in plain text too')
    .addOption(
      new Option('--versions <list>', 'protocol versions; ONTAP speaks version 4 alone')
        .argParser((value) => wordList(VERSIONS)(value).map(Number))
        .default([4], '4'),
    )
    .addOption(
      new Option('--sessions <n>', 'control connections at a time (default: 36)').argParser(countBetween(1, 1000)),
    )
    .addOption(
      new Option('--dumps <n>', 'backups and restores at a time (default: 32)').argParser(countBetween(1, 1000)),
    )
    .option('--no-debug-log', 'write no debug log')
    .option('--record <file>', 'record all control connections as a pcapng capture')
    .addOption(limitOption())
    .addOption(
      new Option('--log-level <level>', 'how much to tell on standard error').choices(LOG_LEVELS).default('warning'),
    )
    .addHelpText('after', help)
    .usage('[options] [command]')
    .argument('[command]')
    .action((unknown: string | undefined, options: StartOptions) => {
      if (unknown !== undefined)
        throw new UsageError(`the lab knows no command ${JSON.stringify(unknown)}: see ndmp lab --help.`);
      return start(io, options);
    });
  for (const command of LAB_COMMANDS) registerControl(lab, io, command);
  registerPassword(lab, io);
  for (const command of lab.commands) command.copyInheritedSettings(program);
}

function folderOption(): Option {
  return new Option('--folder <dir>', 'where the lab lies').default(usualFolder(), '~/.ndmp-lab');
}

/** A command against the lab that runs. */
function registerControl(lab: Command, io: Io, entry: LabCommand): void {
  controlCommand(lab, entry, (values, command) =>
    control(io, lab.opts<StartOptions>().folder, entry.name, values, command.opts<{ json?: true }>().json === true),
  );
}

async function control(io: Io, folder: string, name: string, args: string[], json: boolean): Promise<void> {
  const reply = await called(new LabFolder(folder).path, name, args);
  if ('refused' in reply) throw new Failure(reply.refused);
  for (const line of json ? [jsonLine(reply.data)] : reply.text) io.stdout.write(`${line}\n`);
}

async function called(folder: string, name: string, args: string[]): ReturnType<typeof callLab> {
  try {
    return await callLab(folder, name, args);
  } catch (error) {
    throw new Failure(
      error instanceof NoLab ? error.message : `The lab in ${folder} does not answer: ${String(error)}`,
    );
  }
}

function registerPassword(lab: Command, io: Io): void {
  lab
    .command('password')
    .summary("print a user's password")
    .description("Prints a user's password, also while the lab does not run.")
    .argument('<user>', 'such as backup or vs1/vsadmin')
    .action((user: string) => {
      const { folder } = lab.opts<StartOptions>();
      const given = givenPassword(io);
      const users = readUsers(new LabFolder(folder), given);
      const found = users.find((each) => userKey(each) === user);
      if (found === undefined)
        throw new UsageError(
          users.length === 0
            ? `there is no lab in ${folder} yet: start it with ndmp lab.`
            : `there is no user ${JSON.stringify(user)}; there are ${users.map(userKey).join(', ')}.`,
        );
      io.stdout.write(`${found.password}\n`);
    });
}

/** An empty one is none. */
function givenPassword(io: Io): string | undefined {
  const { NDMP_PASSWORD: given } = io.env;
  return given === '' ? undefined : given;
}

async function start(io: Io, options: StartOptions): Promise<void> {
  const log = logTo(io.stderr, options.logLevel);
  const recorder =
    options.record === undefined ? undefined : recorderTo(options.record, (text) => log.write('error', text));
  const lab = await started(() => recorder?.close(), {
    ...options,
    program: io.env.npm_command === 'exec' ? 'npx ndmp' : 'ndmp',
    securePort: options.tlsPort,
    plaintext: options.plaintext === true,
    password: givenPassword(io),
    limits: options.limit,
    recorder,
    log,
  });
  for (const line of howToConnect(lab)) io.stdout.write(`${line}\n`);
  io.stdout.write(`\nThe lab runs in ${lab.folder.path}. Ctrl-C stops it.\n`);
  const stop = (): void => void lab.stop();
  if (io.signal.aborted) stop();
  io.signal.addEventListener('abort', stop, { once: true });
  await lab.stopped;
  recorder?.close();
}

async function started(failed: () => void, options: LabOptions): Promise<Lab> {
  try {
    return await Lab.start(options);
  } catch (error) {
    failed();
    throw new Failure(whyNotStarted(error));
  }
}

function recorderTo(path: string, failed: (text: string) => void): TrafficRecorder {
  try {
    return new TrafficRecorder(path, RECORDED, (error) => failed(`the recording ${path} ended: ${error.message}`));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Failure(
      code === 'EEXIST' ? `${path} exists already: name a new file.` : `${path} cannot be written: ${message}`,
    );
  }
}
