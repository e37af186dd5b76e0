import { messageOf } from '../../transport/messageOf';
import { Aborted, NdmpFailure } from '../connection/failures';
import type { DataService, DataState } from '../services/data';
import { ALL_ONES } from '../services/fields';
import type { Window } from '../services/moverEnd';
import type { MoverService, MoverState } from '../services/mover';
import type { SideEvent, SideWatcher } from '../services/watch';
import type { WantedRange } from '../services/notifyBox';
import type { Stretch } from './model';
import { stretchAt } from './stretches';

export interface FollowOrder {
  data: DataService;
  mover: MoverService;
  watcher: SideWatcher;
  stretches: readonly Stretch[];
  /** Puts the tape of a stretch in place and stands before its first record; the mover is paused meanwhile. */
  seat: (stretch: Stretch) => Promise<void>;
  /** Data server and mover are one server and need nobody to pass on what is wanted. */
  isLocal: boolean;
  /** Bytes of a record of a mover that waits for ever behind a read of another length; undefined: it does not. */
  wholeRecords: number | undefined;
  warn: (text: string) => void;
}

export interface FollowEnd {
  data: DataState | undefined;
  mover: MoverState | undefined;
  fault: { state: 'failed' | 'aborted'; message: string } | undefined;
}

/** Seconds between two tries to pass on a read that the mover is not ready for. */
const READ_AGAIN = 0.25;
/** Seconds that a mover may take to halt once it is told to. */
const CLOSING = 60;
/** Seconds without a byte or an event after which people are told, and after which a finished mover is not waited for. */
const STALLED = 300;
const ABORT_PATIENCE = 30;
/** Times that a mover may want the same offset without a byte in between. */
const MOST_SEEKS = 3;
/** Lengths from here on mean "to the end": servers say it with 63 or 64 ones. */
const ENDLESS = 2n ** 63n - 1n;

/** Follows a recovery from START_RECOVER until both sides have halted: passes on reads, changes tapes (protocol facts 6.5, 7.4). */
export async function followRecovery(order: FollowOrder): Promise<FollowEnd> {
  const following = new Following(order);
  try {
    await following.run();
  } catch (problem) {
    following.fail(messageOf(problem), problem instanceof Aborted ? 'aborted' : 'failed');
  }
  await following.settle();
  return following.end;
}

class Following {
  readonly end: FollowEnd = { data: undefined, mover: undefined, fault: undefined };
  private readonly reads: WantedRange[] = [];
  private current = 0;
  private lastSeek = { wanted: -1n, moved: -1n, times: 0 };
  private lastBytes = -1n;
  private crossings = 0;
  /** The last read was no whole number of records. */
  private isOdd = false;
  private isLost = false;

  constructor(private readonly order: FollowOrder) {}

  async run(): Promise<void> {
    while (!this.end.fault && !this.end.data) {
      const event = await this.order.watcher.next({ seconds: this.reads.length > 0 ? READ_AGAIN : STALLED });
      if (event.kind === 'quiet') await this.quiet();
      else await this.take(event);
      if (!this.end.fault && !this.end.data) await this.passReads();
    }
    if (!this.end.fault && !this.end.mover) await this.closeMover();
  }

  fail(message: string, state: 'failed' | 'aborted' = 'failed'): void {
    this.end.fault ??= { state, message };
  }

  /** After a fault: ends both sides, as far as they still can be reached, and waits until they have halted. */
  async settle(): Promise<void> {
    if (!this.end.fault) return;
    const { data, mover, watcher } = this.order;
    if (!this.end.data) await attempt(() => data.abort());
    if (!this.end.mover) await attempt(() => mover.abort());
    const until = Date.now() + ABORT_PATIENCE * 1000;
    while (!(this.end.data && this.end.mover) && !this.isLost && Date.now() < until) {
      const seconds = (until - Date.now()) / 1000;
      const event = await watcher.next({ only: ['data-halted', 'mover-halted'], seconds });
      if (event.kind === 'data-halted') this.end.data = event.state;
      else if (event.kind === 'mover-halted') this.end.mover = event.state;
      else if (event.kind === 'lost') this.isLost = true;
    }
  }

  private async take(event: SideEvent): Promise<void> {
    switch (event.kind) {
      case 'data-halted':
        return this.takeDataEnd(event.state);
      case 'mover-halted':
        return this.takeMoverEnd(event.state);
      case 'mover-paused':
        return this.takePause(event.state, event.wanted);
      case 'data-read':
        return this.takeRead({ offset: event.offset, length: event.length });
      case 'aborted':
        return this.fail('The restore was aborted.', 'aborted');
      case 'lost':
        this.isLost = true;
        return this.fail(event.problem.message);
      case 'quiet':
    }
  }

  private takeRead(read: WantedRange): void {
    const { wholeRecords, isLocal, mover, data } = this.order;
    const record = BigInt(wholeRecords ?? this.order.stretches[this.current]?.part.recordSize ?? 1);
    this.isOdd = !isLocal && read.length < ENDLESS && read.length % record !== 0n;
    if (wholeRecords === undefined || !this.isOdd) this.reads.push(read);
    else
      this.fail(
        `${data.connection.server} wants ${read.length} bytes at ${read.offset} of the stream, but the mover of ${mover.connection.server} sends whole records of ${wholeRecords} bytes only, and would wait for ever. A file with several names may need all of them, or its directory: restore that.`,
      );
  }

  /** Passes on what the data server wants, one range at a time: a mover that is still busy, or paused, is asked again. */
  private async passReads(): Promise<void> {
    const [read] = this.reads;
    if (!read || this.end.mover) return;
    const { mover, isLocal } = this.order;
    try {
      await mover.read(read.offset, read.length);
    } catch (error) {
      // over a LOCAL connection the data server reads by itself
      const isLater = error instanceof NdmpFailure && ['ILLEGAL_STATE', 'READ_IN_PROGRESS'].includes(error.error);
      if (!isLater) throw error;
      if (!isLocal) return;
    }
    this.reads.shift();
  }

  private takeDataEnd(state: DataState): void {
    this.end.data = state;
    if (state.halt === 'SUCCESSFUL') return;
    this.fail(`${this.order.data.connection.server} ended the recovery: its data server says ${state.halt}.`);
  }

  private takeMoverEnd(state: MoverState): void {
    this.end.mover = state;
    if (state.halt === 'CONNECT_CLOSED') return;
    const { server } = this.order.mover.connection;
    if (state.halt === 'MEDIA_ERROR') this.fail(this.mediaError());
    else this.fail(`${server} ended the transfer: its mover says ${state.halt}.`);
  }

  private async takePause(state: MoverState, wanted: bigint): Promise<void> {
    const { mover } = this.order;
    switch (state.pause) {
      case 'SEEK':
        return this.seek(state, wanted);
      case 'EOF':
      case 'EOM':
      case 'EOW':
        return this.goOn(this.current + 1);
      case 'MEDIA_ERROR':
        return this.fail(this.mediaError());
      default:
        this.fail(`The mover of ${mover.connection.server} paused for a reason that is not known.`);
    }
  }

  private async seek({ bytesMoved }: MoverState, wanted: bigint): Promise<void> {
    const isSame = this.lastSeek.wanted === wanted && this.lastSeek.moved === bytesMoved;
    this.lastSeek = { wanted, moved: bytesMoved, times: isSame ? this.lastSeek.times + 1 : 1 };
    if (this.lastSeek.times > MOST_SEEKS)
      return this.fail(
        `The mover of ${this.order.mover.connection.server} does not find the byte ${wanted} of the stream on the tape that has it.`,
      );
    const index = stretchAt(this.order.stretches, wanted);
    // what lies behind the end is no part of the image: the data server has all there is
    return index === undefined ? this.closeAtEnd() : this.goOn(index);
  }

  /** Puts the mover on another stretch; behind the last one the image is at its end. */
  private async goOn(index: number): Promise<void> {
    const { mover, stretches, seat } = this.order;
    const stretch = stretches.at(index);
    if (!stretch) return this.closeAtEnd();
    this.current = index;
    await seat(stretch);
    const { offset, length } = windowOf(stretch);
    await mover.setWindow(offset, length);
    await mover.proceed();
  }

  /** The image is at its end: the data server sees the end of the stream. Crosses the end of the mover now and then. */
  private async closeAtEnd(): Promise<void> {
    try {
      await this.order.mover.close();
    } catch (error) {
      const isCrossing = error instanceof NdmpFailure && error.error === 'ILLEGAL_STATE';
      if (!isCrossing || ++this.crossings > MOST_SEEKS) throw error;
    }
  }

  /** The data server is done; a mover that still waits for reads has to be told (protocol facts 7.4, 10.18). */
  private async closeMover(): Promise<void> {
    const { mover, watcher } = this.order;
    const only = ['mover-halted'] as const;
    let event = await watcher.next({ only, seconds: 1 });
    if (event.kind === 'quiet') {
      await attempt(() => mover.close());
      event = await watcher.next({ only, seconds: 2 });
    }
    if (event.kind === 'quiet') {
      await attempt(() => mover.abort());
      event = await watcher.next({ only, seconds: CLOSING });
    }
    // the files are restored: how the mover ends now changes nothing about them
    if (event.kind === 'mover-halted') this.end.mover = event.state;
    else if (event.kind === 'lost') this.isLost = true;
    else if (event.kind === 'aborted') await attempt(() => mover.abort());
    else this.order.warn(`the mover of ${mover.connection.server} did not halt`);
  }

  private async quiet(): Promise<void> {
    if (this.reads.length > 0) return;
    const { data, mover, warn } = this.order;
    const { bytes } = await data.state();
    if (bytes === this.lastBytes && this.isOdd)
      return this.fail(
        `No byte has come from ${mover.connection.server} for ${STALLED / 60} minutes. Its mover may send whole records only: restore without direct access.`,
      );
    if (bytes === this.lastBytes && this.end.mover)
      return this.fail(
        `The mover of ${mover.connection.server} has ended, but ${data.connection.server} does not end its recovery and reads nothing for ${STALLED / 60} minutes.`,
      );
    if (bytes === this.lastBytes)
      warn(`no byte has come from ${mover.connection.server} to ${data.connection.server} for ${STALLED / 60} minutes`);
    this.lastBytes = bytes;
  }

  private mediaError(): string {
    const { part } = this.order.stretches[this.current] ?? {};
    return `${this.order.mover.connection.server} could not read the tape ${part?.barcode ?? ''}: media error.`;
  }
}

/** The window of a stretch: the stream from the next record on, as far as the tape has it. */
export function windowOf({ offset, length }: Stretch): Window {
  return { offset, length: length ?? ALL_ONES - offset };
}

/** An abort or a close may cross the end that it asks for (protocol facts 6.8): its refusal says nothing. */
async function attempt(step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch {
    // halted already, or not to be reached: what is true is asked next
  }
}
