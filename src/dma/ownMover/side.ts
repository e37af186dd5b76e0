import { once } from 'node:events';
import { connect, createServer, isIPv6, type AddressInfo, type Server, type Socket } from 'node:net';
import type { DataAddress, SocketAddress } from '../../transport/dataAddress';
import { messageOf } from '../../transport/messageOf';
import { DmaFailure } from '../connection/failures';
import { LargeReads } from './largeReads';

/** Seconds that a peer may take to come, and that one of its addresses may take to answer. */
const WAIT_SECONDS = 120;
const DIAL_SECONDS = 15;
const KEEP_ALIVE = 60_000;

/** Whether a data connection with this numeric address belongs to the plan. */
export type AddressRule = (address: string) => boolean;

/** One side of a data connection, as seen from this machine. */
export type Side =
  | {
      kind: 'listen';
      /** Who is expected, in the words of messages: 'the data server filer1'. */
      peer: string;
      /** Numeric address of this machine to listen on: that of the control connection reaches the peer. */
      address: string;
      allowed: AddressRule;
      /** Seconds that the peer may take to come. */
      seconds?: number;
    }
  | { kind: 'connect'; peer: string; to: DataAddress; allowed: AddressRule };

/** A data connection of this machine: half-open, so that the end of the peer is seen before it is closed; paused. */
export interface DataSocket {
  socket: Socket;
  /** Takes what the peer sends, once the socket is resumed. */
  reads: LargeReads;
}

/** A side that is open: what to tell the peer, and the peer's connection once it is there. */
export interface OpenedSide {
  /** Where the peer has to connect to; undefined when this machine connects to it. */
  readonly address: DataAddress | undefined;
  /** Rejects with a DmaFailure that says who did not come, or cannot be reached. */
  readonly connection: Promise<DataSocket>;
  /** Listens no more. The connection, when there is one already, stays. */
  close(): void;
}

/**
 * Listens, or connects.
 * @throws DmaFailure when this machine cannot listen there, or no planned address of the peer answers
 */
export async function openSide(side: Side): Promise<OpenedSide> {
  return side.kind === 'listen' ? listen(side) : dialled(side);
}

async function listen(side: Extract<Side, { kind: 'listen' }>): Promise<OpenedSide> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  try {
    server.listen({ host: side.address, port: 0, backlog: 4 });
    await once(server, 'listening');
  } catch (error) {
    throw new DmaFailure(
      `This machine cannot listen on ${side.address} for ${side.peer}: ${messageOf(error)}. Check that the address is its own.`,
    );
  }
  const { port } = server.address() as AddressInfo;
  const connection = firstPlanned(server, side, port);
  connection.catch(() => undefined); // whoever gives up need not look at it
  return { address: tcp([{ address: side.address, port }]), connection, close: () => server.close() };
}

/** The first connection from a planned address; others are cut off, and told of when nobody else comes. */
function firstPlanned(server: Server, side: Extract<Side, { kind: 'listen' }>, port: number): Promise<DataSocket> {
  const seconds = side.seconds ?? WAIT_SECONDS;
  let strangers = 0;
  let stranger = '';
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      const others =
        strangers > 0 ? ` ${strangers} connections from elsewhere (such as ${stranger}) were refused.` : '';
      server.close();
      reject(new DmaFailure(`${why}.${others}`));
    };
    const timer = setTimeout(() => {
      const where = `${side.address} port ${port}`;
      fail(`${side.peer} did not connect to this machine (${where}) within ${seconds} s: is a firewall between`);
    }, seconds * 1000);
    server.on('connection', (accepted) => {
      const from = plainAddress(accepted.remoteAddress);
      if (!side.allowed(from)) {
        strangers++;
        stranger = from;
        accepted.on('error', () => undefined);
        return void accepted.destroy();
      }
      clearTimeout(timer);
      server.close();
      const reads = new LargeReads();
      resolve(ready(reads.adopt(accepted), reads));
    });
    server.on('error', (error) => fail(`This machine cannot listen any more for ${side.peer}: ${error.message}`));
    server.on('close', () => {
      clearTimeout(timer);
      reject(new DmaFailure(`${side.peer} was waited for no longer.`));
    });
  });
}

async function dialled(side: Extract<Side, { kind: 'connect' }>): Promise<OpenedSide> {
  const connection = await dial(side);
  return { address: undefined, connection: Promise.resolve(connection), close: () => undefined };
}

async function dial({ peer, to, allowed }: Extract<Side, { kind: 'connect' }>): Promise<DataSocket> {
  if (to.kind === 'local')
    throw new DmaFailure(`${peer} listens for a connection within its own server: this machine cannot connect to it.`);
  const failures: string[] = [];
  for (const address of to.addresses) {
    const where = `${address.address} port ${address.port}`;
    if (!allowed(address.address)) {
      failures.push(`${where} is not in the plan (add its network to dataNetworks of the server)`);
      continue;
    }
    try {
      return await reach(address);
    } catch (error) {
      failures.push(`${where}: ${messageOf(error)}`);
    }
  }
  throw new DmaFailure(`There is no data connection to ${peer}: ${failures.join('; ')}.`);
}

async function reach({ address, port }: SocketAddress): Promise<DataSocket> {
  const reads = new LargeReads();
  const socket = connect({ host: address, port, allowHalfOpen: true, onread: reads.options });
  socket.pause();
  const timer = setTimeout(() => socket.destroy(new Error('no answer in time')), DIAL_SECONDS * 1000);
  try {
    await once(socket, 'connect');
    return ready(socket, reads);
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function ready(socket: Socket, reads: LargeReads): DataSocket {
  socket.on('error', () => undefined); // a connection that breaks closes
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE);
  return { socket, reads };
}

/** An IPv4 address that came over an IPv6 socket is written as IPv4. */
function plainAddress(address = ''): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}

function tcp(addresses: SocketAddress[]): DataAddress {
  return { kind: 'tcp', family: isIPv6(addresses[0].address) ? 6 : 4, addresses };
}
