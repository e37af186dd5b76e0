import { join } from 'node:path';
import { Option, type Command } from 'commander';
import type { Catalog } from '../../dma/catalog/model';
import { openCatalog } from '../../dma/catalog/open';
import { Connector } from '../../dma/connection/connector';
import { CLUSTER_EXTENSIONS } from '../../dma/connection/extensions';
import { RunFiles } from '../../dma/connection/runFiles';
import { reportOf } from '../../dma/query/report';
import type { ServerReport } from '../../dma/query/model';
import { serverAddress } from '../../dma/servers/addresses';
import type { Answer, Question } from '../../dma/run/model';
import { serverBook } from '../../dma/servers/book';
import { PLAIN_PORT, plainDefinition, TLS_PORT } from '../../dma/servers/definitions';
import { Identities } from '../../dma/servers/identities';
import { filePins } from '../../dma/servers/pins';
import type { AuthChoice, ServerDefinition } from '../../dma/servers/model';
import { escapeText } from '../../protocol';
import { printLines } from '../analysed';
import { resultJson } from '../dma/json';
import { eventsOn } from '../dma/events';
import { addDmaOptions, homeOf, serversFileOf, type DmaOptions } from '../dma/options';
import { OwnServers } from '../dma/ownServers';
import { passwordsOf } from '../dma/password';
import { reportLines } from '../dma/reportText';
import { hasPerson } from '../dma/questions';
import { bookOf, withPlainFailures } from '../dma/surroundings';
import { UsageError } from '../failure';
import { formatOption, jsonOption, versionOption } from '../options';
import type { Io } from '../terminal/io';
import { styleFor, widthOf } from '../terminal/style';

interface QueryOptions extends DmaOptions {
  format: 'text' | 'json';
  user?: string;
  auth?: AuthChoice;
  ndmpVersion?: 2 | 3 | 4;
  tls?: boolean;
  ca?: string;
  trust?: string;
  forget?: boolean;
  record?: boolean;
}

const help = `
Examples:
  NDMP_PASSWORD=secret ndmp query 192.0.2.10             a server by its address
  NDMP_PASSWORD=secret ndmp query filer1 --json          a server of ndmp-servers.json
  ndmp query filer1:30000 --tls --password-stdin <secret
  ndmp query 192.0.2.10 --auth none --ndmp-version 3

The password comes from NDMP_PASSWORD_<NAME> (name in capitals, _ for what is no letter or digit), else NDMP_PASSWORD.
A server's certificate is accepted once, at the first use, or vouched for by --ca; another one later is refused.
Exit status: 0 done, 1 not reached or refused, 2 wrong use.`;

export function registerQuery(program: Command, io: Io): void {
  const command = program
    .command('query')
    .summary('ask a server everything it tells about itself')
    .description(
      'Connects to an NDMP server, logs in, and shows what it tells: host, versions, logins, data connections, extensions, file systems with affinity, backup types with their variables, tape drives, changers.',
    )
    .argument('<server>', 'its name in the list of servers, or HOST, HOST:PORT, [IPV6]:PORT')
    .addOption(formatOption('text', 'json'))
    .addOption(jsonOption())
    .option('--user <name>', 'who logs in (default: as in the list, else ndmp)')
    .addOption(
      new Option('--auth <kind>', 'kind of login (default: the strongest there is)').choices([
        'auto',
        'none',
        'text',
        'md5',
      ]),
    )
    .addOption(versionOption('highest version to speak (default: 4)'))
    .option('--tls', `connect over TLS; the port is then ${TLS_PORT} unless named`)
    .option('--ca <file>', 'PEM file of the authorities to trust, with TLS')
    .addOption(
      new Option('--trust <fingerprint>', 'accept the certificate with this SHA-256 fingerprint').argParser(
        fingerprint,
      ),
    )
    .option('--forget', 'forget certificate and identity of the server, and take what it shows now')
    .option('--record', 'record what is said, and log it, among the runs of --home');
  addDmaOptions(command)
    .addHelpText('after', help)
    .action((server: string, options: QueryOptions) => query(io, server, options));
}

async function query(io: Io, server: string, options: QueryOptions): Promise<void> {
  await withPlainFailures(io, async () => {
    const listed = (await bookOf(serversFileOf(options, io))).all.find(({ name }) => name === server);
    const definition = asked(server, listed, options);
    const files = options.record === true ? recordingOf(io, server, options) : undefined;
    // a server that is in no list is nobody's yet: the catalog need not know it
    const catalog = listed && (await openCatalog(join(homeOf(options, io), 'catalog.db')));
    try {
      await withReport(io, { definition, catalog, files, options }, (report, auth) =>
        printLines(io, output(io, report, auth, options)),
      );
    } finally {
      files?.close();
      await catalog?.close();
    }
    if (files) io.stderr.write(`recorded: ${files.recording}\nlog:      ${files.log}\n`);
  });
}

interface Query {
  definition: ServerDefinition;
  catalog: Catalog | undefined;
  files: RunFiles | undefined;
  options: QueryOptions;
}

async function withReport(
  io: Io,
  { definition, catalog, files, options }: Query,
  use: (report: ServerReport, auth: string) => Promise<void>,
): Promise<void> {
  const home = homeOf(options, io);
  const pins = filePins(join(home, 'pins.json'));
  const identities = catalog && new Identities(join(home, 'identities.json'), catalog);
  const { name } = definition;
  if (options.forget === true) {
    await pins.forget(name);
    identities?.forget(name);
  }
  const events = eventsOn(io);
  const ownServers = new OwnServers(serverBook([definition], ''), (text) => events.message('warning', text));
  const connector = new Connector({
    book: serverBook([definition], 'the command line'),
    passwords: passwordsOf(options, io),
    pins,
    identities,
    own: (each) => ownServers.start(each),
    ask: trusting(options.trust) ?? (hasPerson(io) ? (question) => events.ask(question) : undefined),
    trace: files,
    signal: io.signal,
  });
  try {
    const connection = await connector.connect(name, { role: 'query', extensions: CLUSTER_EXTENSIONS });
    const report = await reportOf(connection, definition);
    await use(report, connection.introduction?.auth ?? '');
  } finally {
    await connector.close();
    await ownServers.stop();
  }
}

/** Says yes to the certificate that the user has named, and no to others. */
function trusting(fingerprint: string | undefined): ((question: Question) => Promise<Answer>) | undefined {
  if (fingerprint === undefined) return undefined;
  return (question) =>
    Promise.resolve(
      question.kind === 'trust-certificate' && question.fingerprint === fingerprint ? 'go-on' : 'give-up',
    );
}

function recordingOf(io: Io, server: string, options: QueryOptions): RunFiles {
  const failed = (problem: string): void => void io.stderr.write(`ndmp: ${escapeText(problem)}\n`);
  return new RunFiles(join(homeOf(options, io), 'runs'), `query-${server}`, failed);
}

function output(io: Io, report: ServerReport, auth: string, { format }: QueryOptions): string[] {
  if (format === 'json') return [resultJson({ ...report, auth })];
  return reportLines(report, auth, styleFor(io), widthOf(io));
}

/** The server that is asked: one of the list, or an address, with what the options say. */
function asked(server: string, listed: ServerDefinition | undefined, options: QueryOptions): ServerDefinition {
  const { user, auth, ndmpVersion, tls, ca } = options;
  const known = listed ?? byAddress(server, tls === true || ca !== undefined);
  const secure = ca === undefined ? (tls ? (known.tls ?? {}) : known.tls) : { ...known.tls, ca };
  return {
    ...known,
    user: user ?? known.user,
    auth: auth ?? known.auth,
    version: ndmpVersion ?? known.version,
    tls: secure,
  };
}

function byAddress(server: string, tls: boolean): ServerDefinition {
  const found = serverAddress(server, tls ? TLS_PORT : PLAIN_PORT);
  if (!found) throw new UsageError(`${escapeText(server)} is no server: name one of the list, HOST or HOST:PORT.`);
  return { ...plainDefinition(server, found.host), port: found.port };
}

function fingerprint(value: string): string {
  const hex = value.replaceAll(':', '').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(hex)) throw new UsageError('--trust takes a SHA-256 fingerprint: 64 hexadecimal digits.');
  return hex;
}
