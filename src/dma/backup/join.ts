import { startRelay, withRelay, type Relay } from '../ownMover/relay';
import type { Side } from '../ownMover/side';
import type { SourcePlan } from '../plan/model';
import type { DataService } from '../services/data';
import { MoverMode, type MoverService } from '../services/mover';
import { ENDLESS, moverConnects, moverListens, plannedOnly, type MoverEnd } from '../services/moverEnd';
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
  const { plan, data, mover, isPlanned } = order;
  const end = endOf(mover);
  const type = AddressType[plan.addressType];
  if (plan.prepare) await data.prepare(type, plan.type, plan.environment);
  await mover.setRecordSize(plan.recordSize);
  if (plan.listener === 'this-machine' && plan.through !== 'own-drive') return joinThroughRelay(order);
  if (plan.listener === 'data' && data.connection.version > 2) {
    await moverConnects(end, plannedOnly(await data.listen(type), data.connection.server, isPlanned));
  } else {
    await data.connect(plannedOnly(await moverListens(end, type), mover.connection.server, isPlanned));
  }
  return undefined;
}

/** This machine stands between: either server connects to it, or is connected to (see the plan). */
async function joinThroughRelay(order: JoinOrder): Promise<Relay> {
  const { plan, data, mover, signal, isPlanned: allowed } = order;
  const end = endOf(mover);
  const names = {
    data: `the data server ${data.connection.server}`,
    mover: `the mover of ${mover.connection.server}`,
  };
  const ways = plan.relay ?? { data: 'connects', mover: 'connects', moverAddressType: plan.addressType };
  const dialled = (peer: string, to: DataAddress): Side => ({ kind: 'connect', peer, to, allowed });
  const awaited = (peer: string, address: string): Side => ({ kind: 'listen', peer, address, allowed });
  const moverSide = async (): Promise<Side> => {
    if (ways.mover === 'connects') return awaited(names.mover, mover.connection.localAddress);
    const address = await moverListens(end, AddressType[ways.moverAddressType]);
    return dialled(names.mover, plannedOnly(address, mover.connection.server, allowed));
  };
  const dataSide = async (): Promise<Side> => {
    if (ways.data === 'connects') return awaited(names.data, data.connection.localAddress);
    const address = await data.listen(AddressType[plan.addressType]);
    return dialled(names.data, plannedOnly(address, data.connection.server, allowed));
  };
  const [sink, source] = [await moverSide(), await dataSide()];
  const relay = await startRelay({ source, sink, purpose: 'backup', signal });
  return withRelay(relay, async () => {
    if (relay.sinkAddress) await moverConnects(end, relay.sinkAddress);
    if (relay.sourceAddress) await data.connect(relay.sourceAddress);
  });
}

function endOf(mover: MoverService): MoverEnd {
  return { mover, mode: MoverMode.READ, window: ENDLESS };
}
