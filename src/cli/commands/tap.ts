import { InvalidArgumentError, Option, type Command } from 'commander';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { escapeText } from '../../protocol';
import { TAP_COMMANDS, type TapCommand } from '../../tap/control';
import { tapPlace } from '../../tap/folder';
import { plainFingerprint } from '../../tap/hops';
import type { KeptData } from '../../tap/recording/recording';
import { callControl } from '../../transport/control/controlSocket';
import { messageOf } from '../../transport/messageOf';
import { controlCommand } from '../controlCommand';
import { Failure, UsageError } from '../failure';
import { jsonLine } from '../output/jsonl';
import { keyLogOption, portOption } from '../options';
import { byteSize, countBetween, hostAndPort, repeated, type HostAndPort } from '../serve/values';
import { runInterface } from '../tap/interface';
import { runTap } from '../tap/run';
import type { Io } from '../terminal/io';

export interface TapCommandOptions {
  listen?: HostAndPort[];
  tlsListen?: HostAndPort[];
  cert?: string;
  key?: string;
  target?: HostAndPort;
  targetTls?: true;
  targetCa?: string;
  targetTrust?: string;
  targetName?: string;
  targetInsecure?: true;
  rewriteAddresses?: true;
  dataAddress?: string[];
  fault?: string;
  interface?: string;
  port: number[];
  tlsKeylog?: string;
  allow?: string[];
  out?: string;
  folder?: string;
  recordData: KeptData;
  keepPasswords?: true;
  rotateSize?: number;
  keep?: number;
  connections: number;
  json?: true;
  quiet?: true;
}

const help = `
Examples:
  ndmp tap --target 192.0.2.10:10000                        listens on 127.0.0.1:10000
  ndmp tap --listen 127.0.0.1:10001 --target 127.0.0.1:10000 --out night.pcapng
  ndmp tap --listen 192.0.2.5:10000 --target 192.0.2.10:10000 --allow 192.0.2.0/24
  ndmp tap --target 192.0.2.10:30000 --target-tls           TLS to the server, none to the backup application
  ndmp tap --target 192.0.2.10:10000 --rewrite-addresses    data connections pass the tap too
  ndmp tap --interface eth0                                 beside the applications, with tcpdump or dumpcap
  ndmp tap status --folder taps/1                           of a tap that was started with --folder taps/1

Point the backup application at the address that is listened on; what it says to the server appears as it passes.
Whatever comes is led on byte for byte, also what is no NDMP. Passwords are masked in recordings. Ctrl-C stops the tap.
Exit status: 0 stopped, 1 it could not be done, 2 wrong use.`;

export function registerTap(program: Command, io: Io): void {
  const tap = program
    .command('tap')
    .summary('stand between a backup application and a server, and show what passes')
    .description(
      'Listens as a proxy, leads every connection on to a server, shows the messages as they pass and records them.',
    )
    .option(
      '--listen <host:port>',
      'where to listen; may be repeated (default: 127.0.0.1:10000)',
      repeated(hostAndPort),
    )
    .option(
      '--tls-listen <host:port>',
      'where to listen with TLS from the first byte (ndmps), which the tap opens; may be repeated',
      repeated(hostAndPort),
    )
    .option('--cert <file>', 'PEM certificate for --tls-listen (default: one made for this run)')
    .option('--key <file>', 'PEM private key of the certificate')
    .option('--target <host:port>', 'the server that clients are led on to', target)
    .option('--target-tls', 'speak TLS to the target, and check its certificate')
    .option('--target-ca <file>', 'PEM file of the authorities to trust for the target')
    .option(
      '--target-trust <fingerprint>',
      'accept the certificate of the target with this SHA-256 fingerprint',
      fingerprint,
    )
    .option('--target-name <name>', 'what the target is called in its certificate (default: as in --target)')
    .option('--target-insecure', 'accept any certificate of the target')
    .option(
      '--interface <name>',
      'in place of a proxy: show what tcpdump or dumpcap sees on this interface, such as eth0 or any',
    )
    .addOption(portOption())
    .addOption(keyLogOption())
    .option(
      '--allow <network>',
      'clients beside this machine that may connect, such as 192.0.2.0/24; may be repeated',
      repeated(String),
    )
    .option('--out <file>', 'record what passes as a capture (pcapng), passwords masked')
    .option('--folder <dir>', 'folder of the tap: what it is, its commands, its recording')
    .addOption(
      new Option('--record-data <what>', 'what of data connections is recorded')
        .choices(['none', 'headers', 'all'])
        .default('headers'),
    )
    .option('--keep-passwords', 'leave passwords, and values of secret variables, in the recording')
    .option(
      '--rewrite-addresses',
      "exchange the addresses of data connections for the tap's own, so that they pass it too",
    )
    .option(
      '--data-address <address>',
      'address of this machine for data connections; may be repeated (default: that from which the target is reached)',
      repeated(ipAddress),
    )
    .option('--fault <file>', 'do the faults of this script to what passes')
    .addOption(
      new Option('--rotate-size <bytes>', 'begin a new file of the recording after so much').argParser(byteSize),
    )
    .addOption(
      new Option('--keep <n>', 'files of the recording that are kept; older ones are removed').argParser(
        countBetween(1, 100_000),
      ),
    )
    .addOption(new Option('--connections <n>', 'connections at a time').argParser(countBetween(1, 10_000)).default(500))
    .option('--json', 'messages and events as JSON lines')
    .option('--quiet', 'show no messages')
    .addHelpText('after', help)
    .usage('[options] [command]')
    .argument('[command]')
    .action((unknown: string | undefined, options: TapCommandOptions) => {
      if (unknown !== undefined)
        throw new UsageError(`a tap knows no command ${JSON.stringify(unknown)}: see ndmp tap --help.`);
      return options.interface === undefined ? runTap(io, options) : runInterface(io, options.interface, options);
    });
  for (const command of TAP_COMMANDS) registerControl(tap, io, command);
  for (const command of tap.commands) command.copyInheritedSettings(program);
}

/** A command against the tap that runs in a folder. */
function registerControl(tap: Command, io: Io, entry: TapCommand): void {
  controlCommand(tap, entry, async (values, command) => {
    const { folder, json } = command.optsWithGlobals<TapCommandOptions>();
    if (folder === undefined) throw new UsageError('--folder says which tap is meant.');
    const reply = await called(resolve(folder), entry.name, values);
    if ('refused' in reply) throw new Failure(escapeText(reply.refused));
    for (const line of json ? [jsonLine(reply.data)] : reply.text) io.stdout.write(`${line}\n`);
  });
}

async function called(
  folder: string,
  name: string,
  args: string[],
): Promise<NonNullable<Awaited<ReturnType<typeof callControl>>>> {
  const reply = await callControl(tapPlace(folder), name, args).catch((problem: unknown) => {
    throw new Failure(`The tap in ${folder} does not answer: ${messageOf(problem)}`);
  });
  if (reply === undefined) throw new Failure(`No tap runs in ${folder}.`);
  return reply;
}

function fingerprint(value: string): string {
  const digits = plainFingerprint(value);
  if (!/^[0-9a-f]{64}$/.test(digits))
    throw new InvalidArgumentError('It is 64 hexadecimal digits, with colons or without.');
  return digits;
}

function ipAddress(value: string): string {
  if (isIP(value) === 0) throw new InvalidArgumentError('It is a numeric address, such as 192.0.2.5 or 2001:db8::5.');
  return value;
}

function target(value: string): HostAndPort {
  const address = hostAndPort(value);
  if (address.port === 0) throw new InvalidArgumentError('A target has a port from 1 to 65535.');
  return address;
}
