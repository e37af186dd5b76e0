import { isIPv6, type Socket } from 'node:net';
import type { BodyValue } from '../../protocol';
import type { Answer, Question } from '../run/model';
import { addressesOf, addressText, type ServerAddress } from '../servers/addresses';
import { identityOf, type HostFacts } from '../servers/identity';
import type { PasswordSource, PinStore, ServerDefinition } from '../servers/model';
import { text } from '../services/fields';
import { dial, Unreachable } from './dial';
import { negotiateExtensions, type ExtensionChoice } from './extensions';
import { Aborted, ConnectionLost, DmaFailure, RequestTimedOut } from './failures';
import { agreeOnVersion, greeting, NoGreeting, VersionDropped } from './greeting';
import { LiveConnection } from './live';
import { logIn, loginKinds } from './login';
import type { NdmpConnection, ProductFacts } from './model';
import { secure, speaksTls } from './tls';
import { noTrace, type TraceSink } from './trace';

const TLS_PROBE_SECONDS = 3;

/** What a connection is opened with. */
export interface OpenOrder {
  definition: ServerDefinition;
  password: PasswordSource;
  /** What it is for, in logs: 'data', 'tape', 'changer', 'query'. */
  role?: string;
  /** Extension classes to select where the server has them; none, or left out: nobody asks for any. */
  extensions?: readonly ExtensionChoice[];
  /** The server is known to answer the question for its extensions: others pass it over in silence. */
  hasAnswered?: boolean;
  /** Certificates accepted before; without it every one is a stranger. */
  pins?: PinStore;
  ask?: (question: Question) => Promise<Answer>;
  trace?: TraceSink;
  signal?: AbortSignal;
  /** Seconds for every request, instead of those that suit each. */
  seconds?: number;
  /**
   * Decides whether this is the server that it was before, once it is logged in.
   * @returns what it is known by
   * @throws DmaFailure when it is another one
   */
  identify?: (connection: NdmpConnection, host: HostFacts) => Promise<string> | undefined;
  /** Address of the definition to begin with, because the server was reached there before. */
  first?: ServerAddress;
  onReached?: (address: ServerAddress) => void;
}

/**
 * Opens a control connection to a server at the first of its addresses that leads to it: TCP or TLS, the greeting, the
 * highest version both speak, the strongest login it offers, extensions, identity (NDMPv4 draft, section 3.1 and 3.2).
 * @throws Unreachable when no address leads there; Distrusted, NdmpFailure and other DmaFailures, without trying further
 *   addresses, when the server was reached and something is wrong with it, the login or the definition
 */
export async function openConnection(order: OpenOrder): Promise<NdmpConnection> {
  const { definition, trace = noTrace, signal } = order;
  const addresses = beginningWith(order.first, addressesOf(definition));
  const failures: string[] = [];
  for (const address of addresses) {
    try {
      const connection = await openAt(order, address);
      order.onReached?.(address);
      return connection;
    } catch (error) {
      if (signal?.aborted) throw new Aborted(`Connecting to ${definition.name} was given up.`);
      if (!(error instanceof Unreachable)) throw error;
      trace.note(`${definition.name}: ${error.message}`);
      failures.push(error.message);
    }
  }
  if (failures.length === 0) throw new DmaFailure(`${definition.name} has no usable address: ${definition.host}`);
  throw new Unreachable(`${definition.name} cannot be reached. ${failures.join('; ')}.`);
}

function beginningWith(first: ServerAddress | undefined, addresses: readonly ServerAddress[]): ServerAddress[] {
  const isFirst = ({ host, port }: ServerAddress): boolean => host === first?.host && port === first.port;
  return [...addresses.filter(isFirst), ...addresses.filter((address) => !isFirst(address))];
}

/** As {@link openConnection}, at one address; a server that hangs up on a version is asked for the next lower one. */
async function openAt(order: OpenOrder, address: ServerAddress): Promise<LiveConnection> {
  for (let highest: number = order.definition.version; ;) {
    try {
      return await openWith(order, address, highest);
    } catch (error) {
      if (error instanceof VersionDropped && error.version > 2 && !order.signal?.aborted) highest = error.version - 1;
      else if (error instanceof VersionDropped) throw new Unreachable(`${addressText(address)}: ${error.message}`);
      else throw error;
    }
  }
}

async function openWith(order: OpenOrder, address: ServerAddress, highest: number): Promise<LiveConnection> {
  const { definition, signal } = order;
  const socket = await socketTo(order, address);
  const connection = liveConnection(order, socket);
  const giveUp = (): void => connection.destroy();
  signal?.addEventListener('abort', giveUp);
  try {
    const announced = await greeting(connection, address, order);
    await agreeOnVersion(connection, announced, highest);
    await introduce(order, connection);
    return connection;
  } catch (error) {
    connection.destroy();
    if (error instanceof NoGreeting && definition.tls === undefined && (await isForTls(address, signal)))
      throw new Unreachable(`${addressText(address)}: it speaks TLS at this port; set "tls" for ${definition.name}`);
    throw error;
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
}

async function socketTo(order: OpenOrder, address: ServerAddress): Promise<Socket> {
  const { definition, pins, ask, signal } = order;
  const socket = await dial(address, signal);
  const { tls } = definition;
  return tls ? secure(socket, address, { ...definition, tls }, { pins, ask, signal }) : socket;
}

async function isForTls(address: ServerAddress, signal: AbortSignal | undefined): Promise<boolean> {
  const socket = await dial(address, signal).catch(() => undefined);
  return socket !== undefined && speaksTls(socket, TLS_PROBE_SECONDS);
}

function liveConnection({ definition, role = '', trace = noTrace, seconds }: OpenOrder, socket: Socket) {
  const { remoteAddress = '', remotePort = 0, localAddress = '', localPort = 0 } = socket;
  const [address, own] = [plain(remoteAddress), plain(localAddress)];
  const server = definition.name;
  const ends = { local: { address: own, port: localPort }, remote: { address, port: remotePort } };
  return new LiveConnection(socket, {
    server,
    address,
    port: remotePort,
    localAddress: own,
    trace: trace.connection({ server, role, ...ends }),
    seconds,
  });
}

/** An IPv4 address that an IPv6 socket shows as ::ffff:192.0.2.1. */
function plain(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  return isIPv6(address) && mapped ? mapped[1] : address;
}

/** Login, extensions, and who the server is. */
async function introduce(order: OpenOrder, connection: LiveConnection): Promise<void> {
  const { definition, password, extensions } = order;
  const first = await firstAnswer(connection);
  const authTypes = loginKinds(first.auth_type);
  const auth = await logIn(connection, { definition, password, offered: authTypes });
  const negotiated =
    extensions !== undefined && extensions.length > 0 && connection.version === 4
      ? await negotiateExtensions(connection, extensions, order.hasAnswered === true)
      : { offered: [], refused: [] };
  const host = (connection.version === 2 ? hostIn(first) : undefined) ?? (await hostOf(connection));
  const facts = host ?? NO_HOST;
  connection.introduction = {
    tls: definition.tls !== undefined,
    authTypes,
    auth,
    host,
    product: productIn(first),
    identity: identityOf(facts),
    ...negotiated,
  };
  const identity = await order.identify?.(connection, facts);
  if (identity !== undefined) connection.introduction = { ...connection.introduction, identity };
}

/** What a server tells before the login: how one may log in. v2 tells it with the host (protocol facts 2.5). */
async function firstAnswer(connection: LiveConnection): Promise<BodyValue> {
  const request = connection.version === 2 ? 'NDMP_CONFIG_GET_HOST_INFO' : 'NDMP_CONFIG_GET_SERVER_INFO';
  try {
    const { error, body } = await connection.ask(request);
    return error === 'NO_ERR' ? body : {};
  } catch (error) {
    if (error instanceof RequestTimedOut) return {};
    if (error instanceof ConnectionLost) throw new VersionDropped(connection.server, connection.version, error.message);
    throw error;
  }
}

const NO_HOST: HostFacts = { hostname: '', hostId: '', osType: '', osVersion: '' };

async function hostOf(connection: LiveConnection): Promise<HostFacts | undefined> {
  const { error, body } = await connection.ask('NDMP_CONFIG_GET_HOST_INFO');
  return error === 'NO_ERR' ? hostIn(body) : undefined;
}

/** @returns undefined where the answer has nothing of it, as one before the login may */
function hostIn({ hostname, hostid, os_type, os_vers }: BodyValue): HostFacts | undefined {
  const host = { hostname: text(hostname), hostId: text(hostid), osType: text(os_type), osVersion: text(os_vers) };
  return Object.values(host).some((each) => each !== '') ? host : undefined;
}

function productIn({ vendor_name, product_name, revision_number }: BodyValue): ProductFacts | undefined {
  const product = { vendor: text(vendor_name), product: text(product_name), revision: text(revision_number) };
  return product.vendor === '' && product.product === '' ? undefined : product;
}
