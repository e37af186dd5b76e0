import { escapeText } from '../../protocol';
import { messageOf } from '../../transport/messageOf';
import { serverAddress } from './addresses';
import type { AuthChoice, ServerDefinition, ThisMachine, TlsSettings } from './model';
import { isNetwork } from './networks';
import { FieldReader } from './fieldReader';

/** ndmp and ndmps by IANA. */
export const PLAIN_PORT = 10000;
export const TLS_PORT = 30000;

const AUTH: readonly AuthChoice[] = ['auto', 'none', 'text', 'md5'];
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,62}$/u;
const FIELDS: ReadonlySet<string> = new Set([
  'host',
  'port',
  'addresses',
  'tls',
  'user',
  'auth',
  'version',
  'dataNetworks',
  'filesystems',
  'tapes',
  'changers',
  'changerServer',
  'driveElements',
  'thisMachine',
]);
const MOST_SERVERS = 10_000;
/** Element addresses have 16 bits. */
const MOST_ELEMENT = 0xffff;

/** A server with nothing said of it but where it is. */
export function plainDefinition(name: string, host: string): ServerDefinition {
  return {
    name,
    host,
    addresses: [],
    port: PLAIN_PORT,
    tls: undefined,
    user: 'ndmp',
    auth: 'auto',
    version: 4,
    dataNetworks: [],
    thisMachine: undefined,
    filesystems: [],
    tapes: [],
    changers: [],
  };
}

/** The servers of a list, and all that is wrong with it, each a part of a sentence that names the place. */
export function readDefinitions(text: string): { servers: ServerDefinition[]; problems: string[] } {
  const problems: string[] = [];
  let whole: unknown;
  try {
    whole = JSON.parse(text);
  } catch (error) {
    return { servers: [], problems: [`it is no JSON (${escapeText(messageOf(error))})`] };
  }
  const listed = isObject(whole) ? whole.servers : undefined;
  if (!isObject(listed))
    return { servers: [], problems: ['it has no object "servers" with the servers by their names'] };
  const entries = Object.entries(listed).slice(0, MOST_SERVERS);
  const servers = entries.flatMap(([name, fields]) => definition(name, fields, problems) ?? []);
  return { servers, problems };
}

/** One server as settings describe it. @returns undefined, with the reason in `problems`, when it is none */
export function definition(name: string, value: unknown, problems: string[]): ServerDefinition | undefined {
  const place = escapeText(name.slice(0, 80));
  if (!NAME.test(name)) {
    problems.push(`"${place}" is no name for a server: it takes letters, digits, and . _ - behind the first`);
    return undefined;
  }
  if (!isObject(value)) {
    problems.push(`${place} is no object`);
    return undefined;
  }
  const before = problems.length;
  const read = new FieldReader(place, value, problems);
  for (const field of Object.keys(value)) if (!FIELDS.has(field)) problems.push(unknownField(place, field));
  const thisMachine = machine(read);
  const tls = tlsSettings(read);
  const driveElements =
    read.value('driveElements') === undefined ? undefined : read.numbers('driveElements', MOST_ELEMENT);
  const changerServer = read.text('changerServer', '');
  const found: ServerDefinition = {
    ...plainDefinition(name, ''),
    host: read.text('host', thisMachine ? 'localhost' : undefined),
    port: read.whole('port', 1, 65535, tls ? TLS_PORT : PLAIN_PORT),
    addresses: read.texts('addresses'),
    tls,
    user: read.text('user', 'ndmp'),
    auth: read.oneOf('auth', AUTH, 'auto'),
    version: read.oneOf('version', [2, 3, 4], 4),
    dataNetworks: read.texts('dataNetworks'),
    filesystems: read.texts('filesystems'),
    tapes: read.texts('tapes'),
    changers: read.texts('changers'),
    thisMachine,
    ...(changerServer === '' ? {} : { changerServer }),
    ...(driveElements ? { driveElements } : {}),
  };
  for (const address of [found.host, ...found.addresses])
    if (address !== '' && !serverAddress(address, found.port))
      problems.push(`${place} has the address ${escapeText(address)}, which is none`);
  for (const network of found.dataNetworks)
    if (!isNetwork(network))
      problems.push(`${place} has the data network ${escapeText(network)}, which is no address or network`);
  return problems.length === before ? found : undefined;
}

function unknownField(place: string, field: string): string {
  const shown = escapeText(field.slice(0, 80));
  return /pass|secret|pwd/i.test(field)
    ? `${place} has "${shown}": passwords are not kept in files, they come from NDMP_PASSWORD_NAME, NDMP_PASSWORD or --password-stdin`
    : `${place} has "${shown}", which is not known here`;
}

function tlsSettings(read: FieldReader): TlsSettings | undefined {
  const value = read.value('tls');
  if (value === undefined || value === false) return undefined;
  if (value === true) return {};
  const inner = read.inner('tls', ['ca', 'serverName']);
  if (!inner) return undefined;
  const [ca, serverName] = [inner.text('ca', ''), inner.text('serverName', '')];
  return { ...(ca === '' ? {} : { ca }), ...(serverName === '' ? {} : { serverName }) };
}

function machine(read: FieldReader): ThisMachine | undefined {
  if (read.value('thisMachine') === undefined) return undefined;
  const inner = read.inner('thisMachine', ['library', 'devices']);
  if (!inner) return undefined;
  const library = inner.text('library', '');
  return { library: library === '' ? undefined : library, devices: inner.texts('devices') };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
