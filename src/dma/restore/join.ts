import { DmaFailure, NdmpFailure } from '../connection/failures';
import { startRelay, type Relay } from '../ownMover/relay';
import { isPlannedAddress } from '../plan/addresses';
import type { DataService } from '../services/data';
import { MoverMode, type MoverService } from '../services/mover';
import { AddressType, type DataAddress } from '../../transport/dataAddress';
import { setWindow } from './follow';
import type { RestorePlan, SetRestore, Stretch } from './model';

export interface JoinOrder {
  plan: RestorePlan;
  step: SetRestore;
  /** What the mover stands before. */
  first: Stretch;
  data: DataService;
  mover: MoverService;
  signal: AbortSignal;
}

/**
 * Makes the data connection of a recovery, mover to data server, in the order of the version (protocol facts 7.4, 7.9):
 * v4 wants the window before the mover listens or connects, v2 and v3 after it listens. In v2 the data server connects
 * when the recovery starts.
 * @returns the relay of this machine, when the stream goes through one
 */
export async function joinSides(order: JoinOrder): Promise<Relay | undefined> {
  const { plan, step, first, data, mover } = order;
  const type = AddressType[plan.addressType];
  if (plan.prepare) {
    // the volume that the data connection is for is the one that is restored to
    const environment = step.environment.filter(({ name }) => name !== 'FILESYSTEM');
    await data.prepare(type, step.set.type, [...environment, { name: 'FILESYSTEM', value: step.target }]);
  }
  await mover.setRecordSize(first.part.recordSize);
  if (plan.listener === 'this-machine') return joinThroughRelay(order);
  if (plan.listener === 'data') {
    const address = planned(order, await data.listen(type), data.connection.server);
    await openWindow(order);
    await mover.connect(MoverMode.WRITE, address);
  } else {
    await data.connect(planned(order, await moverListens(order), mover.connection.server));
  }
  return undefined;
}

async function moverListens({ plan, mover, first }: JoinOrder): Promise<DataAddress> {
  const isLate = mover.connection.version < 4;
  if (!isLate) await setWindow(mover, first);
  const address = await mover.listen(MoverMode.WRITE, AddressType[plan.addressType]);
  if (isLate) await setWindow(mover, first);
  return address;
}

/** Before MOVER_CONNECT. Movers of v3 that take a window only once they listen have an endless one from 0 before. */
async function openWindow({ mover, first }: JoinOrder): Promise<void> {
  try {
    await setWindow(mover, first);
  } catch (error) {
    const isTooEarly = error instanceof NdmpFailure && error.error === 'ILLEGAL_STATE' && first.offset === 0n;
    if (!isTooEarly || mover.connection.version > 3) throw error;
  }
}

/** This machine stands between: both connect to it, or it connects to a mover that can only listen. */
async function joinThroughRelay(order: JoinOrder): Promise<Relay> {
  const { data, mover, signal } = order;
  const allowed = (address: string): boolean => isPlannedAddress(order.plan, address);
  const dataPeer = `the data server ${data.connection.server}`;
  const sink = { kind: 'listen', peer: dataPeer, address: data.connection.localAddress, allowed } as const;
  const peer = `the mover of ${mover.connection.server}`;
  const listens = async (): Promise<Relay> => {
    const to = planned(order, await moverListens(order), mover.connection.server);
    return startRelay({ source: { kind: 'connect', peer, to, allowed }, sink, purpose: 'recovery', signal });
  };
  const connects = async (): Promise<Relay> => {
    const source = { kind: 'listen', peer, address: mover.connection.localAddress, allowed } as const;
    await openWindow(order);
    const relay = await startRelay({ source, sink, purpose: 'recovery', signal });
    return withRelay(relay, () => mover.connect(MoverMode.WRITE, addressOf(relay.sourceAddress)));
  };
  const relay = await (mover.connection.version > 3 ? eitherWay(connects, listens) : listens());
  return withRelay(relay, () => data.connect(addressOf(relay.sinkAddress)));
}

/** A mover that cannot connect can listen. */
async function eitherWay(first: () => Promise<Relay>, second: () => Promise<Relay>): Promise<Relay> {
  try {
    return await first();
  } catch (error) {
    const isUnsupported = error instanceof NdmpFailure && ['NOT_SUPPORTED', 'ILLEGAL_ARGS'].includes(error.error);
    if (isUnsupported && error.request === 'NDMP_MOVER_CONNECT') return second();
    throw error;
  }
}

async function withRelay(relay: Relay, step: () => Promise<void>): Promise<Relay> {
  try {
    await step();
    return relay;
  } catch (error) {
    relay.abort();
    throw error;
  }
}

function addressOf(address: DataAddress | undefined): DataAddress {
  if (!address) throw new DmaFailure('This machine does not listen for the data connection.');
  return address;
}

/** Keeps to the addresses of the plan. @throws DmaFailure when the server named none of them */
function planned({ plan }: JoinOrder, address: DataAddress, server: string): DataAddress {
  if (address.kind === 'local') return address;
  const addresses = address.addresses.filter((each) => isPlannedAddress(plan, each.address));
  if (addresses.length > 0) return { ...address, addresses };
  const named = address.addresses.map((each) => each.address).join(', ');
  throw new DmaFailure(
    `${server} listens for data at ${named}, which is not in the plan: nothing was connected. ` +
      `If this address is right, add it to dataNetworks of ${server}.`,
  );
}
