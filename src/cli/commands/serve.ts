import { Option, type Command } from 'commander';
import { escapeText } from '../../protocol';
import type { LogLevel, ServerLog } from '../../server/log';
import { TrafficRecorder } from '../../transport';
import type { ServerLimits } from '../../server/limits';
import { startServer, type NdmpServer, type ServerOptions } from '../../server/server';
import { ServeSystem, type ServedHost } from '../../server/serveSystem';
import { Failure } from '../failure';
import { certificateOf } from '../serve/certificate';
import { servedHost, type HostOptions } from '../serve/host';
import { limitOption } from '../serve/limits';
import { LOG_LEVELS, logTo } from '../serve/logSink';
import {
  byteSize,
  countBetween,
  hostAndPort,
  hostAndPortText,
  repeated,
  tapeDevice,
  wordList,
  type HostAndPort,
} from '../serve/values';
import type { Io } from '../terminal/io';

interface ServeOptions extends HostOptions {
  listen?: HostAndPort[];
  tlsListen?: HostAndPort[];
  cert?: string;
  key?: string;
  record?: string;
  limit?: Partial<ServerLimits>;
  grace: number;
  logLevel: LogLevel;
}

const help = `
Examples:
  NDMP_PASSWORD=secret ndmp serve --root /home --library /var/tmp/library
  NDMP_PASSWORD=secret ndmp serve --root /srv/data --library /srv/tapes --listen 192.0.2.10:10000 --tls-listen 192.0.2.10:30000
  ndmp serve --root . --auth none                for a try without a password, on this machine alone

A backup application connects to the address with the user ndmp and the password of NDMP_PASSWORD. It names files by their
paths on this machine (FILESYSTEM=/srv/data), drives nst0, nst1 and so on, and the changer mc0.
The library is made when its folder is missing or empty: see --drives, --slots, --capacity.
A simulated cluster with everything in it: ndmp lab. Ctrl-C stops the server.
Exit status: 0 stopped, 1 it could not serve, 2 wrong use.`;

const VERSIONS = ['2', '3', '4'] as const;
const LOGINS = ['none', 'text', 'md5'] as const;

export function registerServe(program: Command, io: Io): void {
  program
    .command('serve')
    .summary('be an NDMP server: directories of this machine, virtual tapes, a changer')
    .description(
      'Serves directories of this machine for backup and recovery, with a virtual tape library, over NDMP v2, v3 and v4.',
    )
    .option(
      '--listen <host:port>',
      'where to listen; may be repeated (default: 127.0.0.1:10000)',
      repeated(hostAndPort),
    )
    .option(
      '--tls-listen <host:port>',
      'where to listen with TLS from the first byte (ndmps); may be repeated',
      repeated(hostAndPort),
    )
    .option('--cert <file>', 'PEM certificate for TLS (default: one made for this run)')
    .option('--key <file>', 'PEM private key of the certificate')
    .option(
      '--root <dir>',
      'a directory to serve, with all below it; NAME=DIR serves it as NAME; may be repeated',
      repeated(String),
    )
    .option('--read-only', 'recover nothing into the directories')
    .option('--library <dir>', 'folder of the virtual tape library')
    .addOption(new Option('--drives <n>', 'drives of a new library').argParser(countBetween(1, 64)).default(2))
    .addOption(
      new Option('--slots <n>', 'slots of a new library, each with a tape')
        .argParser(countBetween(1, 1000))
        .default(10),
    )
    .addOption(new Option('--capacity <bytes>', 'bytes on a tape of a new library (default: 8G)').argParser(byteSize))
    .option(
      '--tape-device <path>',
      'a tape device of this machine that does not rewind, such as /dev/nst0; PATH=BYTES sets its block length, 0 for variable; may be repeated',
      repeated(tapeDevice),
    )
    .option('--state <dir>', "folder for dump levels (default: in the library's folder)")
    .option('--user <name>', 'who may log in, with the password of NDMP_PASSWORD', 'ndmp')
    .addOption(
      new Option('--auth <kinds>', `kinds of login: ${LOGINS.join(', ')}`)
        .argParser(wordList(LOGINS))
        .default(['text', 'md5'], 'text,md5'),
    )
    .addOption(
      new Option('--versions <list>', 'protocol versions')
        .argParser((value) => wordList(VERSIONS)(value).map(Number))
        .default([2, 3, 4], '2,3,4'),
    )
    .option(
      '--data-address <address>',
      'address for data connections; may be repeated (default: that of the control connection)',
      repeated(String),
    )
    .option('--record <file>', 'record the control connections as a capture (pcapng), passwords masked')
    .addOption(limitOption())
    .addOption(
      new Option('--grace <seconds>', 'time for operations under way when it is stopped')
        .argParser(countBetween(0, 86400))
        .default(10),
    )
    .addOption(
      new Option('--log-level <level>', 'how much to tell on standard error').choices(LOG_LEVELS).default('info'),
    )
    .addHelpText('after', help)
    .action((options: ServeOptions) => serve(io, options));
}

async function serve(io: Io, options: ServeOptions): Promise<void> {
  const log = logTo(io.stderr, options.logLevel);
  const host = await servedHost(io, options, log);
  const recorder = options.record === undefined ? undefined : recorderTo(options.record, log);
  try {
    const server = await listening(await serverOptions(options, host, log, recorder));
    tell(io, server, host);
    await aborted(io.signal);
    log.write('info', `stopping: ${server.connections} connections are open`);
    await server.stop(options.grace);
  } finally {
    recorder?.close();
    await host.close();
  }
}

async function serverOptions(
  options: ServeOptions,
  host: ServedHost,
  log: ServerLog,
  recorder: TrafficRecorder | undefined,
): Promise<ServerOptions> {
  const { tlsListen = [] } = options;
  const plain = options.listen ?? (tlsListen.length > 0 ? [] : [{ host: '127.0.0.1', port: 10000 }]);
  const listen = [...plain, ...tlsListen.map((address) => ({ ...address, secure: true }))];
  const hosts = listen.map((address) => address.host);
  const certificate = tlsListen.length > 0 ? await certificateOf(options, hosts) : undefined;
  warnOfOpenAddresses(hosts, log);
  return { system: new ServeSystem(host), listen, limits: options.limit, certificate, log, recorder };
}

/** What is reachable from elsewhere is better meant. */
function warnOfOpenAddresses(hosts: readonly string[], log: ServerLog): void {
  const open = hosts.filter((host) => !/^(127\.|::1$|localhost$)/.test(host));
  if (open.length > 0) log.write('warning', `${open.join(', ')} can be reached by other machines`);
}

function tell(io: Io, server: NdmpServer, host: ServedHost): void {
  for (const { host, port, secure } of server.addresses)
    io.stdout.write(`listening on ${hostAndPortText({ host, port })}${secure ? ' with TLS' : ''}\n`);
  for (const { name } of host.trees) io.stdout.write(`serving ${escapeText(name)}\n`);
  for (const { device, model } of [...host.tapes, ...host.changers]) io.stdout.write(`device ${device} (${model})\n`);
  io.stdout.write('ready\n');
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function recorderTo(path: string, log: ServerLog): TrafficRecorder {
  const failed = (error: Error): void => log.write('error', `the recording ${path} is over: ${error.message}`);
  try {
    return new TrafficRecorder(path, 'Control connections of an NDMP Workbench server; passwords are masked.', failed);
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
    const why = exists ? 'it is there already; a recording never replaces a file' : (error as Error).message;
    throw new Failure(`${escapeText(path)} cannot be written: ${why}.`);
  }
}

async function listening(options: ServerOptions): Promise<NdmpServer> {
  try {
    return await startServer(options);
  } catch (error) {
    throw new Failure(whyNotListening(error as NodeJS.ErrnoException & { address?: string; port?: number }));
  }
}

function whyNotListening(error: NodeJS.ErrnoException & { address?: string; port?: number }): string {
  const where =
    error.address === undefined ? '' : ` on ${hostAndPortText({ host: error.address, port: error.port ?? 0 })}`;
  switch (error.code) {
    case 'EADDRINUSE':
      return `The server cannot listen${where}: another program does. Choose another port with --listen.`;
    case 'EACCES':
      return `The server may not listen${where}: ports below 1024 are for root. Choose another one with --listen.`;
    case 'EADDRNOTAVAIL':
      return `The server cannot listen${where}: this machine has no such address.`;
    default:
      return `The server cannot listen${where}: ${error.message}.`;
  }
}
