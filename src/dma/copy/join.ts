import { isIPv6 } from 'node:net';
import { AddressType, type DataAddress } from '../../transport/dataAddress';
import { DmaFailure, NdmpFailure } from '../connection/failures';
import { startRelay, type Relay } from '../ownMover/relay';
import type { Side } from '../ownMover/side';
import type { MoverModeValue, MoverService } from '../services/mover';
import type { CopyWay } from './model';

/** A mover, and what it is for. */
export interface CopyEnd {
  mover: MoverService;
  mode: MoverModeValue;
  /** First stretch of the stream behind which its tape stands. */
  window: { offset: bigint; length: bigint };
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
    await connect(connecting, address);
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

/** v4 wants the window before, v2 and v3 after the mover listens. @returns the addresses that may be used */
async function listen({ mover, mode, window, allowed }: CopyEnd): Promise<DataAddress> {
  const { version, server } = mover.connection;
  if (version === 4) await mover.setWindow(window.offset, window.length);
  const address = await listenAnywhere(mover, mode);
  if (version < 4) await mover.setWindow(window.offset, window.length);
  if (address.kind === 'local') throw new DmaFailure(`The mover of ${server} offers no network address.`);
  const addresses = address.addresses.filter((each) => allowed(each.address));
  if (addresses.length > 0) return { ...address, addresses };
  const named = address.addresses.map((each) => each.address).join(', ');
  throw new DmaFailure(
    `${server} listens for data at ${named}, which is neither its address nor in its dataNetworks: nothing was connected.`,
  );
}

/** In the family of the control connection first, for that one is known to be reached; IPv6 is of v4. */
async function listenAnywhere(mover: MoverService, mode: MoverModeValue): Promise<DataAddress> {
  const { version, address } = mover.connection;
  const { TCP, TCP_IPV6 } = AddressType;
  const [first, second] = isIPv6(address) && version === 4 ? [TCP_IPV6, TCP] : [TCP, TCP_IPV6];
  try {
    return await mover.listen(mode, first);
  } catch (error) {
    if (!(error instanceof NdmpFailure) || error.error !== 'ILLEGAL_ARGS' || version < 4) throw error;
    return mover.listen(mode, second);
  }
}

/** Movers of v3 that take a window only once they listen start with an endless one. */
async function connect({ mover, mode, window }: CopyEnd, address: DataAddress): Promise<void> {
  try {
    await mover.setWindow(window.offset, window.length);
  } catch (error) {
    const isTooEarly = error instanceof NdmpFailure && error.error === 'ILLEGAL_STATE';
    if (!isTooEarly || mover.connection.version > 3) throw error;
  }
  await mover.connect(mode, address);
}
