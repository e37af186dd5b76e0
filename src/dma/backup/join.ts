import { DmaFailure, NdmpFailure } from '../connection/failures';
import { startRelay, type Relay } from '../ownMover/relay';
import type { Side } from '../ownMover/side';
import type { SourcePlan } from '../plan/model';
import type { DataService } from '../services/data';
import { ALL_ONES } from '../services/fields';
import { MoverMode, type MoverService } from '../services/mover';
import { AddressType, type DataAddress } from '../../transport/dataAddress';

export interface JoinOrder {
  plan: SourcePlan;
  data: DataService;
  mover: MoverService;
  /** Whether a data connection may go to this numeric address. */
  isPlanned: (address: string) => boolean;
  signal: AbortSignal;
}

/**
 * Makes the data connection of a backup: record size, window, who listens and who connects, in the order of the version
 * (protocol facts 7.2, 7.3 and 7.9). In v2 the data server connects when the backup starts.
 * @returns the relay of this machine, when the stream goes through one
 */
export async function joinSides(order: JoinOrder): Promise<Relay | undefined> {
  const { plan, data, mover } = order;
  const type = AddressType[plan.addressType];
  if (plan.prepare) await data.prepare(type, plan.type, plan.environment);
  await mover.setRecordSize(plan.recordSize);
  if (plan.listener === 'this-machine' && plan.through !== 'own-drive') return joinThroughRelay(order);
  if (plan.listener === 'data' && data.connection.version > 2) {
    const address = planned(order, await data.listen(type), data.connection.server);
    await openWindow(mover);
    await mover.connect(MoverMode.READ, address);
  } else {
    const address = planned(order, await moverListens(mover, type), mover.connection.server);
    await data.connect(address);
  }
  return undefined;
}

/** v4 wants the window before, v2 and v3 after the mover listens. */
async function moverListens(mover: MoverService, type: number): Promise<DataAddress> {
  const isLate = mover.connection.version < 4;
  if (!isLate) await mover.setWindow(0n, ALL_ONES);
  const address = await mover.listen(MoverMode.READ, type);
  if (isLate) await mover.setWindow(0n, ALL_ONES);
  return address;
}

/** Before MOVER_CONNECT. Movers of v3 that take a window only once they listen start with an endless one. */
async function openWindow(mover: MoverService): Promise<void> {
  try {
    await mover.setWindow(0n, ALL_ONES);
  } catch (error) {
    const isTooEarly = error instanceof NdmpFailure && error.error === 'ILLEGAL_STATE';
    if (!isTooEarly || mover.connection.version > 3) throw error;
  }
}

/** This machine stands between: either server connects to it, or is connected to (see the plan). */
async function joinThroughRelay(order: JoinOrder): Promise<Relay> {
  const { plan, data, mover, signal } = order;
  const { isPlanned: allowed } = order;
  const names = {
    data: `the data server ${data.connection.server}`,
    mover: `the mover of ${mover.connection.server}`,
  };
  const ways = plan.relay ?? { data: 'connects', mover: 'connects', moverAddressType: plan.addressType };
  const dialled = (peer: string, to: DataAddress): Side => ({ kind: 'connect', peer, to, allowed });
  const awaited = (peer: string, address: string): Side => ({ kind: 'listen', peer, address, allowed });
  const moverSide = async (): Promise<Side> => {
    if (ways.mover === 'connects') return awaited(names.mover, mover.connection.localAddress);
    const address = await moverListens(mover, AddressType[ways.moverAddressType]);
    return dialled(names.mover, planned(order, address, mover.connection.server));
  };
  const dataSide = async (): Promise<Side> => {
    if (ways.data === 'connects') return awaited(names.data, data.connection.localAddress);
    const address = await data.listen(AddressType[plan.addressType]);
    return dialled(names.data, planned(order, address, data.connection.server));
  };
  const [sink, source] = [await moverSide(), await dataSide()];
  const relay = await startRelay({ source, sink, purpose: 'backup', signal });
  return withRelay(relay, async () => {
    if (relay.sinkAddress) {
      await openWindow(mover);
      await mover.connect(MoverMode.READ, relay.sinkAddress);
    }
    if (relay.sourceAddress) await data.connect(relay.sourceAddress);
  });
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

/** Keeps to the addresses of the plan. @throws DmaFailure when the server named none of them */
function planned({ isPlanned }: JoinOrder, address: DataAddress, server: string): DataAddress {
  if (address.kind === 'local') return address;
  const addresses = address.addresses.filter((each) => isPlanned(each.address));
  if (addresses.length > 0) return { ...address, addresses };
  const named = address.addresses.map((each) => each.address).join(', ');
  throw new DmaFailure(
    `${server} listens for data at ${named}, which is not in the plan: nothing was connected. ` +
      `If this address is right, add it to dataNetworks of ${server}.`,
  );
}
