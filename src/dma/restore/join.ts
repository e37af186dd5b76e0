import { DmaFailure, NdmpFailure } from '../connection/failures';
import { startRelay, withRelay, type Relay } from '../ownMover/relay';
import type { AlignedReads } from '../ownMover/alignedReads';
import { isPlannedAddress } from '../plan/addresses';
import type { DataService } from '../services/data';
import { MoverMode, type MoverService } from '../services/mover';
import { moverConnects, moverListens, plannedOnly, type MoverEnd } from '../services/moverEnd';
import { AddressType, type DataAddress } from '../../transport/dataAddress';
import { windowOf } from './follow';
import type { RestorePlan, SetRestore, Stretch } from './model';

export interface JoinOrder {
  plan: RestorePlan;
  step: SetRestore;
  /** What the mover stands before. */
  first: Stretch;
  data: DataService;
  mover: MoverService;
  /** What of whole records goes on to the data server, through this machine. */
  aligned: AlignedReads | undefined;
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
  const isPlanned = (address: string): boolean => isPlannedAddress(plan, address);
  const type = AddressType[plan.addressType];
  if (plan.prepare) {
    // the volume that the data connection is for is the one that is restored to
    const environment = step.environment.filter(({ name }) => name !== 'FILESYSTEM');
    await data.prepare(type, step.set.type, [...environment, { name: 'FILESYSTEM', value: step.target }]);
  }
  await mover.setRecordSize(first.part.recordSize);
  if (plan.listener === 'this-machine' || order.aligned) return joinThroughRelay(order);
  if (plan.listener === 'data') {
    await moverConnects(endOf(order), plannedOnly(await data.listen(type), data.connection.server, isPlanned));
  } else {
    await data.connect(plannedOnly(await moverListens(endOf(order), type), mover.connection.server, isPlanned));
  }
  return undefined;
}

/** This machine stands between: both connect to it, or it connects to a mover that can only listen. */
async function joinThroughRelay(order: JoinOrder): Promise<Relay> {
  const { data, mover, aligned, signal } = order;
  const filter = aligned && ((bytes: Uint8Array) => aligned.wantedOf(bytes));
  const end = endOf(order);
  const allowed = (address: string): boolean => isPlannedAddress(order.plan, address);
  const dataPeer = `the data server ${data.connection.server}`;
  const sink = { kind: 'listen', peer: dataPeer, address: data.connection.localAddress, allowed } as const;
  const peer = `the mover of ${mover.connection.server}`;
  const listens = async (): Promise<Relay> => {
    const address = await moverListens(end, AddressType[order.plan.addressType]);
    const to = plannedOnly(address, mover.connection.server, allowed);
    return startRelay({ source: { kind: 'connect', peer, to, allowed }, sink, purpose: 'recovery', filter, signal });
  };
  const connects = async (): Promise<Relay> => {
    const source = { kind: 'listen', peer, address: mover.connection.localAddress, allowed } as const;
    const relay = await startRelay({ source, sink, purpose: 'recovery', filter, signal });
    return withRelay(relay, () => moverConnects(end, addressOf(relay.sourceAddress)));
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

function addressOf(address: DataAddress | undefined): DataAddress {
  if (!address) throw new DmaFailure('This machine does not listen for the data connection.');
  return address;
}

function endOf({ mover, first }: JoinOrder): MoverEnd {
  return { mover, mode: MoverMode.WRITE, window: windowOf(first) };
}
