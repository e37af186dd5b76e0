import { isIPv6 } from 'node:net';
import { AddressType, type DataAddress } from '../../transport/dataAddress';
import type { SetRecord } from '../catalog/model';
import { Aborted, DmaFailure, RequestTimedOut } from '../connection/failures';
import { receiveStream, type Received, type Receiver } from '../ownMover/receive';
import type { AddressRule } from '../ownMover/side';
import { tryStep } from '../restore/ending';
import { windowOf } from '../restore/follow';
import { moverListens } from '../services/moverEnd';
import type { Stretch } from '../restore/model';
import type { Seat } from '../restore/seat';
import { stretchAt } from '../restore/stretches';
import { ALL_ONES } from '../services/fields';
import { MoverMode, type MoverService, type MoverState } from '../services/mover';
import { SideWatcher, type SideEvent } from '../services/watch';

export interface ReadOrder {
  set: SetRecord;
  stretches: readonly Stretch[];
  seat: Seat;
  mover: MoverService;
  /** Where the mover may listen. */
  allowed: AddressRule;
  signal: AbortSignal;
  /** Is shown the stream. */
  take: (bytes: Uint8Array) => void;
  /** Told what people should know at once. */
  warn: (text: string) => void;
  /** Bytes so far, now and then. */
  progress?: (bytes: bigint) => void;
}

/** Seconds without a byte after which a mover is given up. */
const STALLED = 600;
const LOOK = 2;
const HALTING = 30;
/** Times that a mover may want the same place without a byte in between. */
const MOST_PAUSES = 3;

/**
 * Reads a set back from its tapes into this machine: the tape server's mover listens, this machine connects. Mover and
 * data connection are free again when it settles.
 * @throws DmaFailure what went wrong, Aborted at the signal
 */
export async function readSet(order: ReadOrder): Promise<Received> {
  const { set, stretches, mover, seat } = order;
  const [first] = stretches;
  await seat.take(first, { set });
  await mover.setRecordSize(first.part.recordSize);
  const receiver = await receiveStream({
    source: {
      kind: 'connect',
      peer: `the mover of ${mover.connection.server}`,
      to: await listenAt(order, first),
      allowed: order.allowed,
    },
    limit: set.bytes,
    take: order.take,
    signal: order.signal,
  }).catch(async (error: unknown) => {
    await tryStep(mover.connection, () => mover.abort());
    await tryStep(mover.connection, () => mover.stop());
    throw error;
  });
  const watcher = new SideWatcher({ mover, signal: order.signal });
  try {
    await new Reading(order, receiver, watcher).run();
    return await receiver.done;
  } finally {
    watcher.close();
    receiver.finish();
    await tryStep(mover.connection, () => mover.stop());
  }
}

async function listenAt({ mover }: ReadOrder, first: Stretch): Promise<DataAddress> {
  const { version, localAddress } = mover.connection;
  const type = version === 4 && isIPv6(localAddress) ? AddressType.TCP_IPV6 : AddressType.TCP;
  return moverListens({ mover, mode: MoverMode.WRITE, window: windowOf(first) }, type);
}

/** Follows the mover from its first byte until it has halted. */
class Reading {
  private current = 0;
  private lastBytes = -1n;
  private lastChange = Date.now();
  private pause = { at: -1n, bytes: -1n, times: 0 };

  constructor(
    private readonly order: ReadOrder,
    private readonly receiver: Receiver,
    private readonly watcher: SideWatcher,
  ) {}

  async run(): Promise<void> {
    const { mover } = this.order;
    try {
      await mover.read(0n, ALL_ONES);
      for (let event = await this.next(); event.kind !== 'mover-halted'; event = await this.next())
        await this.take(event);
    } catch (problem) {
      if (problem instanceof RequestTimedOut) this.order.warn(`${problem.message} The reading is being ended.`);
      this.receiver.finish();
      await tryStep(mover.connection, () => mover.abort());
      if (mover.connection.isOpen) await this.watcher.next({ only: ['mover-halted'], seconds: HALTING });
      throw problem;
    }
  }

  private async next(): Promise<SideEvent> {
    const event = await this.watcher.next({ seconds: LOOK });
    if (event.kind === 'mover-halted') this.judge(event.state);
    return event;
  }

  private judge({ halt }: MoverState): void {
    if (halt === 'CONNECT_CLOSED') return;
    const { server } = this.order.mover.connection;
    const barcode = this.order.seat.barcode ?? '';
    if (halt === 'MEDIA_ERROR') throw new DmaFailure(`${server} could not read the tape ${barcode}: media error.`);
    throw new DmaFailure(`${server} ended the reading of tape ${barcode}: its mover says ${halt}.`);
  }

  private async take(event: SideEvent): Promise<void> {
    if (event.kind === 'aborted') throw new Aborted('The reading was aborted.');
    if (event.kind === 'lost') throw event.problem;
    if (event.kind === 'mover-paused') await this.goOn(event.state, event.wanted);
    if (event.kind === 'quiet') this.look();
  }

  private look(): void {
    const { bytes } = this.receiver;
    this.order.progress?.(bytes);
    if (bytes !== this.lastBytes) {
      this.lastBytes = bytes;
      this.lastChange = Date.now();
    } else if (Date.now() - this.lastChange > STALLED * 1000)
      throw new DmaFailure(
        `${this.order.mover.connection.server} has sent nothing for ${STALLED / 60} minutes, though its mover says that it is active.`,
      );
  }

  private async goOn({ pause }: MoverState, wanted: bigint): Promise<void> {
    const { mover, stretches, seat, set } = this.order;
    if (pause === 'MEDIA_ERROR')
      throw new DmaFailure(`${mover.connection.server} could not read the tape ${seat.barcode ?? ''}: media error.`);
    const index = pause === 'SEEK' ? stretchAt(stretches, wanted) : this.current + 1;
    const stretch = index === undefined ? undefined : stretches.at(index);
    if (index === undefined || !stretch) return mover.close();
    this.countPauses(stretch.offset);
    this.current = index;
    await seat.take(stretch, { set });
    const { offset, length } = windowOf(stretch);
    await mover.setWindow(offset, length);
    await mover.proceed();
  }

  private countPauses(at: bigint): void {
    const { bytes } = this.receiver;
    const isSame = this.pause.at === at && this.pause.bytes === bytes;
    this.pause = { at, bytes, times: isSame ? this.pause.times + 1 : 1 };
    if (this.pause.times > MOST_PAUSES)
      throw new DmaFailure(
        `The mover of ${this.order.mover.connection.server} does not find the byte ${at} on the tape that has it.`,
      );
  }
}
