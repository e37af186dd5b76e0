import { isIPv6 } from 'node:net';
import { AddressType, type DataAddress } from '../../transport/dataAddress';
import { DmaFailure, NdmpFailure } from '../connection/failures';
import { startRelay, type Relay } from '../ownMover/relay';
import type { Side } from '../ownMover/side';
import { moverConnects, moverListens, plannedOnly, type MoverEnd } from '../services/moverEnd';
import type { CopyWay } from './model';

/** A mover, and the first stretch of the stream that its tape stands before. */
export interface CopyEnd extends MoverEnd {
  /** Whether its data connections may be at this address. */
  allowed: (address: string) => boolean;
}

export interface CopyJoin {
  source: CopyEnd;
  sink: CopyEnd;
  recordSize: number;
  way: CopyWay;
  signal: AbortSignal;
  note: (text: string) => void;
}

/**
 * Joins two movers (protocol facts 7.7): the destination listens and the source connects; where the source cannot, the
 * other way round; where neither can, or cannot reach the other, this machine stands between.
 * @returns the relay of this machine, if there is one
 */
export async function joinMovers(order: CopyJoin): Promise<Relay | undefined> {
  const { source, sink, way, note } = order;
  for (const { mover } of [source, sink]) await mover.setRecordSize(order.recordSize);
  const [connecting, listening] = canConnect(source) ? [source, sink] : [sink, source];
  if (way === 'relay' || (way === 'auto' && !canConnect(connecting))) return joinByRelay(order);
  const address = await listen(listening);
  try {
    await moverConnects(connecting, address);
    return undefined;
  } catch (error) {
    await listening.mover.abort();
    await listening.mover.stop();
    if (way === 'direct' || !isUnreachable(error)) throw error;
    note(`${error.message} The copy goes through this machine.`);
    for (const { mover } of [source, sink]) await mover.setRecordSize(order.recordSize);
    return joinByRelay(order);
  }
}

/** The server connected nowhere: the other one may be out of its reach. */
function isUnreachable(error: unknown): error is NdmpFailure {
  return error instanceof NdmpFailure && ['CONNECT', 'IO', 'TIMEOUT', 'NOT_SUPPORTED'].includes(error.error);
}

function canConnect({ mover }: CopyEnd): boolean {
  return mover.connection.version > 2;
}

async function joinByRelay({ source, sink, signal }: CopyJoin): Promise<Relay> {
  const [to, from] = [await dialled(sink), await dialled(source)];
  return startRelay({ source: from, sink: to, purpose: 'backup', signal });
}

async function dialled(end: CopyEnd): Promise<Side> {
  const to = await listen(end);
  return { kind: 'connect', peer: `the mover of ${end.mover.connection.server}`, to, allowed: end.allowed };
}

/** @returns the addresses that may be used */
async function listen(end: CopyEnd): Promise<DataAddress> {
  const { server } = end.mover.connection;
  const address = await listenAnywhere(end);
  if (address.kind === 'local') throw new DmaFailure(`The mover of ${server} offers no network address.`);
  return plannedOnly(address, server, end.allowed);
}

/** In the family of the control connection first, for that one is known to be reached; IPv6 is of v4. */
async function listenAnywhere(end: CopyEnd): Promise<DataAddress> {
  const { version, address } = end.mover.connection;
  const { TCP, TCP_IPV6 } = AddressType;
  const [first, second] = isIPv6(address) && version === 4 ? [TCP_IPV6, TCP] : [TCP, TCP_IPV6];
  try {
    return await moverListens(end, first);
  } catch (error) {
    if (!(error instanceof NdmpFailure) || error.error !== 'ILLEGAL_ARGS' || version < 4) throw error;
    return moverListens(end, second);
  }
}
