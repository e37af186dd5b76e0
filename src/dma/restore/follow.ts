import { messageOf } from '../../transport/messageOf';
import { Aborted, NdmpFailure, RequestTimedOut } from '../connection/failures';
import type { AlignedReads } from '../ownMover/alignedReads';
import type { Patience } from '../run/patience';
import type { DataService, DataState } from '../services/data';
import { ALL_ONES } from '../services/fields';
import type { Window } from '../services/moverEnd';
import type { MoverService, MoverState } from '../services/mover';
import type { SideEvent, SideWatcher } from '../services/watch';
import { tryStep } from './ending';
import type { Stretch } from './model';
import { Reads } from './reads';
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
  /** The mover waits for ever behind a read that is not of whole records. */
  wholeRecords: boolean;
  /** Makes whole records of all reads, on the way through this machine; undefined: the reads go to the mover as they are. */
  aligned: AlignedReads | undefined;
  patience: Pick<Patience, 'abort' | 'oddRead'>;
  /** Told at once what went wrong, before both sides are ended because of it. */
  faulted?: (fault: FollowFault) => void;
  warn: (text: string) => void;
}

export interface FollowEnd {
  data: DataState | undefined;
  mover: MoverState | undefined;
  fault: FollowFault | undefined;
}

export interface FollowFault {
  state: 'failed' | 'aborted';
  message: string;
  /** The mover sends whole records only, and the data server wants others. */
  needsWholeRecords?: boolean;
}

/** Seconds between two tries to pass on a read that the mover is not ready for. */
const READ_AGAIN = 0.25;
/** Seconds that a mover may take to halt once it is told to. */
const CLOSING = 60;
/** Seconds without a byte or an event after which people are told, and after which a finished mover is not waited for. */
const STALLED = 300;
/** Times that a mover may want the same offset without a byte in between. */
const MOST_SEEKS = 3;

/** Follows a recovery from START_RECOVER until both sides have halted: passes on reads, changes tapes (protocol facts 6.5, 7.4). */
export async function followRecovery(order: FollowOrder): Promise<FollowEnd> {
  const following = new Following(order);
  try {
    await following.run();
  } catch (problem) {
    if (problem instanceof RequestTimedOut) order.warn(`${problem.message} The restore is being ended.`);
    following.fail(messageOf(problem), problem instanceof Aborted ? 'aborted' : 'failed');
  }
  await following.settle();
  return following.end;
}

class Following {
  readonly end: FollowEnd = { data: undefined, mover: undefined, fault: undefined };
  private readonly reads: Reads;
  private current = 0;
  private lastSeek = { wanted: -1n, moved: -1n, times: 0 };
  private lastBytes = -1n;
  private crossings = 0;
  constructor(private readonly order: FollowOrder) {
    this.reads = new Reads(order);
  }

  async run(): Promise<void> {
    while (!this.end.fault && !this.end.data) {
      const seconds = this.reads.isWaiting ? READ_AGAIN : (this.reads.patience ?? STALLED);
      const event = await this.order.watcher.next({ seconds });
      if (event.kind === 'quiet') await this.quiet(seconds);
      else await this.take(event);
      if (!this.end.fault && !this.end.data && !this.end.mover) await this.reads.pass();
    }
    if (!this.end.fault && !this.end.mover) await this.closeMover();
  }

  fail(message: string, state: FollowFault['state'] = 'failed', needsWholeRecords = false): void {
    if (this.end.fault) return;
    this.end.fault = { state, message, needsWholeRecords };
    this.order.faulted?.(this.end.fault);
  }

  /** After a fault: ends both sides, as far as they still can be reached, and waits until they have halted. */
  async settle(): Promise<void> {
    if (!this.end.fault) return;
    const { data, mover, watcher } = this.order;
    const isDataOpen = (): boolean => !this.end.data && data.connection.isOpen;
    const isMoverOpen = (): boolean => !this.end.mover && mover.connection.isOpen;
    if (isDataOpen()) await tryStep(data.connection, () => data.abort());
    if (isMoverOpen()) await tryStep(mover.connection, () => mover.abort());
    const until = Date.now() + this.order.patience.abort * 1000;
    while ((isDataOpen() || isMoverOpen()) && Date.now() < until) {
      const seconds = (until - Date.now()) / 1000;
      const event = await watcher.next({ only: ['data-halted', 'mover-halted'], seconds });
      if (event.kind === 'data-halted') this.end.data = event.state;
      else if (event.kind === 'mover-halted') this.end.mover = event.state;
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
        throw event.problem;
      case 'quiet':
    }
  }

  private takeRead(read: { offset: bigint; length: bigint }): void {
    const { wholeRecords, aligned, isLocal, mover, data } = this.order;
    const isWhole = this.reads.take(read);
    if (isWhole || isLocal || aligned || !wholeRecords) return;
    this.fail(
      `${data.connection.server} wants ${read.length} bytes at ${read.offset} of the stream, but the mover of ${mover.connection.server} sends whole records only, and would wait for ever.`,
      'failed',
      true,
    );
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

  /** A pause may be over by the time that it is acted on: a data server that has all it needs ends the mover meanwhile. */
  private async takePause(state: MoverState, wanted: bigint): Promise<void> {
    try {
      await this.endPause(state, wanted);
    } catch (problem) {
      const isStale = problem instanceof NdmpFailure && problem.error === 'ILLEGAL_STATE';
      if (!isStale || (await this.order.mover.state()).state === 'PAUSED') throw problem;
    }
  }

  private async endPause(state: MoverState, wanted: bigint): Promise<void> {
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
      await tryStep(mover.connection, () => mover.close());
      event = await watcher.next({ only, seconds: 2 });
    }
    if (event.kind === 'quiet') {
      await tryStep(mover.connection, () => mover.abort());
      event = await watcher.next({ only, seconds: CLOSING });
    }
    // the files are restored: how the mover ends now changes nothing about them
    if (event.kind === 'mover-halted') this.end.mover = event.state;
    else if (event.kind === 'aborted') await tryStep(mover.connection, () => mover.abort());
    else if (event.kind !== 'lost') this.order.warn(`the mover of ${mover.connection.server} did not halt`);
  }

  /** @param seconds for which nothing has happened */
  private async quiet(seconds: number): Promise<void> {
    if (this.reads.isWaiting) return;
    const { data, mover, warn } = this.order;
    const { bytes } = await data.state();
    const isStalled = bytes === this.lastBytes;
    this.lastBytes = bytes;
    if (!isStalled) return;
    const time = seconds < 120 ? `${seconds} seconds` : `${seconds / 60} minutes`;
    if (this.reads.patience !== undefined)
      return this.fail(
        `No byte has come from ${mover.connection.server} for ${time}. Its mover may send whole records only, which is not what ${data.connection.server} reads.`,
        'failed',
        true,
      );
    if (this.end.mover)
      return this.fail(
        `The mover of ${mover.connection.server} has ended, but ${data.connection.server} does not end its recovery and reads nothing for ${time}.`,
      );
    warn(`no byte has come from ${mover.connection.server} to ${data.connection.server} for ${time}`);
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
