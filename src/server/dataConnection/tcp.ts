import { once } from 'node:events';
import { connect, createServer, isIPv6, type AddressInfo, type Socket } from 'node:net';
import { refuse } from '../failure';
import type { DataAddress, SocketAddress } from '../../transport/dataAddress';
import { DataConnectionLost, type DataEnd, type DataListener } from './model';
import { TcpEnd } from './tcpEnd';
import { messageOf } from '../../transport/messageOf';

/** Milliseconds for one address, and for all of a list together. */
const CONNECT_TIME = 10_000;
const CONNECT_TIME_TOGETHER = 30_000;

/**
 * Listens on a port that the system chooses. The first peer is taken, whoever it is, and the port closed again.
 * @param order numeric address of this host; seconds that the peer may take, 0: for ever
 * @throws RequestFailure CONNECT when the address cannot be listened on
 */
export async function listenTcp(order: { address: string; seconds: number }): Promise<DataListener> {
  const server = createServer({ allowHalfOpen: true });
  try {
    server.listen({ host: order.address, port: 0, backlog: 1 });
    await once(server, 'listening');
  } catch (error) {
    refuse('CONNECT', `cannot listen on ${order.address}: ${messageOf(error)}`);
  }
  const { port } = server.address() as AddressInfo;
  const address = tcpAddress([{ address: order.address, port }]);
  let timer: NodeJS.Timeout | undefined;
  const close = (): void => {
    clearTimeout(timer);
    server.close();
  };
  const accepted = new Promise<DataEnd>((resolve, reject) => {
    const fail = (why: string): void => {
      close();
      reject(new DataConnectionLost(why));
    };
    server.on('error', (error) => fail(`cannot listen on ${order.address} any more: ${error.message}`));
    server.on('connection', (socket) => {
      if (!server.listening) return void socket.destroy();
      close();
      resolve(new TcpEnd(socket, address));
    });
    if (order.seconds > 0)
      timer = setTimeout(() => fail(`nobody connected to ${order.address}:${port} in time`), order.seconds * 1000);
  });
  accepted.catch(() => undefined); // whoever closes the listener need not wait for it
  return { address, accepted, close };
}

/**
 * Connects to the first address that answers.
 * @param order numeric addresses by preference; `from` is the address of this host to come from, where it can be used
 * @throws RequestFailure CONNECT when no address answers
 */
export async function connectTcp(order: { to: readonly SocketAddress[]; from?: string }): Promise<DataEnd> {
  const until = Date.now() + CONNECT_TIME_TOGETHER;
  const failures: string[] = [];
  for (const to of order.to) {
    const time = Math.min(CONNECT_TIME, until - Date.now());
    if (time <= 0) break;
    try {
      return new TcpEnd(await dial(to, originFor(to, order.from), time), tcpAddress([to]));
    } catch (error) {
      failures.push(`${to.address}:${to.port}: ${messageOf(error)}`);
    }
  }
  return refuse('CONNECT', `no data connection: ${failures.join('; ') || 'no address was given'}`);
}

/** Settles when connections that the system has taken already have been told to their listeners. */
export function pendingConnections(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function dial(to: SocketAddress, from: string | undefined, time: number): Promise<Socket> {
  const socket = connect({ host: to.address, port: to.port, localAddress: from, allowHalfOpen: true });
  const timer = setTimeout(() => socket.destroy(new Error('no answer in time')), time);
  try {
    await once(socket, 'connect');
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** A loopback address reaches no other host, and the other way round: then the system chooses. */
function originFor(to: SocketAddress, from: string | undefined): string | undefined {
  if (from === undefined || isIPv6(from) !== isIPv6(to.address)) return undefined;
  return isLoopback(from) === isLoopback(to.address) ? from : undefined;
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

function tcpAddress(addresses: SocketAddress[]): DataAddress {
  return { kind: 'tcp', family: isIPv6(addresses[0].address) ? 6 : 4, addresses };
}
