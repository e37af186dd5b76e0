import { messageOf } from '../../transport/messageOf';
import { Aborted, NdmpFailure, RequestTimedOut } from '../connection/failures';
import type { Patience } from '../run/patience';
import type { DataService, DataState } from '../services/data';
import { ALL_ONES } from '../services/fields';
import type { MoverService, MoverState } from '../services/mover';
import type { SideEvent, SideWatcher } from '../services/watch';

export interface TransferOrder {
  data: DataService;
  mover: MoverService;
  watcher: SideWatcher;
  /** Starts the backup; what it throws ends both sides. */
  start: () => Promise<void>;
  /** The tape is full: puts the next one in place of it, the mover can go on at this offset of the stream. */
  changeTape: (state: MoverState) => Promise<void>;
  warn: (text: string) => void;
  patience: Patience;
}

export interface Fault {
  state: 'failed' | 'aborted';
  message: string;
  /** The tape itself is at fault. */
  isMedia: boolean;
}

/** How the two sides ended; a side that was never seen to end is undefined. */
export interface TransferEnd {
  data: DataState | undefined;
  mover: MoverState | undefined;
  fault: Fault | undefined;
}

/** Follows a backup from START_BACKUP until both sides have halted, and puts in tapes on the way (protocol facts 6.8). */
export async function followTransfer(order: TransferOrder): Promise<TransferEnd> {
  const transfer = new Transfer(order);
  try {
    await transfer.run();
  } catch (problem) {
    if (problem instanceof RequestTimedOut)
      order.warn(`${problem.message} The backup is being ended, which may take minutes.`);
    transfer.fail(messageOf(problem), problem instanceof Aborted ? 'aborted' : 'failed');
  }
  await transfer.settle();
  return transfer.end;
}

/** Reasons of a mover that nobody but itself had. */
const ROOTS: ReadonlySet<string> = new Set(['MEDIA_ERROR', 'INTERNAL_ERROR']);

class Transfer {
  readonly end: TransferEnd = { data: undefined, mover: undefined, fault: undefined };
  /** Bytes moved when the window was set the last time, and when the transfer was looked at for a standstill. */
  private windowStart = -1n;
  private lastBytes = -1n;

  constructor(private readonly order: TransferOrder) {}

  async run(): Promise<void> {
    const { watcher, data, mover, warn, patience } = this.order;
    await this.order.start();
    while (!this.end.fault && !(this.end.data && this.end.mover)) {
      const isEnding = this.end.data !== undefined || this.end.mover !== undefined;
      const event = await watcher.next({ seconds: isEnding ? patience.linger : patience.stalled });
      if (event.kind !== 'quiet') await this.take(event);
      else if (!(await this.isStalled())) continue;
      else if (isEnding) this.failUnended();
      else
        warn(
          `no byte has gone from ${data.connection.server} to ${mover.connection.server} for ${Math.ceil(patience.stalled / 60)} minutes`,
        );
    }
  }

  fail(message: string, state: Fault['state'] = 'failed', isMedia = false): void {
    this.end.fault ??= { state, message, isMedia };
  }

  /** After a fault: ends both sides, as far as they still can be reached, and waits until they have halted. */
  async settle(): Promise<void> {
    if (!this.end.fault) return;
    const { data, mover, watcher, patience } = this.order;
    const isDataOpen = (): boolean => !this.end.data && data.connection.isOpen;
    const isMoverOpen = (): boolean => !this.end.mover && mover.connection.isOpen;
    if (isDataOpen()) await attempt(() => data.abort());
    if (isMoverOpen()) await attempt(() => mover.abort());
    if (isDataOpen()) await this.skipUnstarted();
    const until = Date.now() + patience.abort * 1000;
    while ((isDataOpen() || isMoverOpen()) && Date.now() < until) {
      const seconds = (until - Date.now()) / 1000;
      const event = await watcher.next({ only: ['data-halted', 'mover-halted'], seconds });
      if (event.kind === 'data-halted') this.end.data = event.state;
      else if (event.kind === 'mover-halted') this.end.mover = event.state;
    }
    this.findRoot();
  }

  /** A data server whose connection broke may have told of it before the mover did that broke it, and knows the reason. */
  private findRoot(): void {
    const { mover, fault } = this.end;
    if (mover === undefined || fault?.state !== 'failed' || this.end.data?.halt !== 'CONNECT_ERROR') return;
    if (!ROOTS.has(mover.halt)) return;
    this.end.fault = undefined;
    this.takeMoverEnd(mover);
  }

  /** A data server that was never started has nothing to halt; some refuse to abort then. */
  private async skipUnstarted(): Promise<void> {
    await attempt(async () => {
      const state = await this.order.data.state();
      if (state.state === 'CONNECTED' || state.state === 'LISTEN') this.end.data = state;
    });
  }

  private async take(event: SideEvent): Promise<void> {
    if (event.kind === 'data-halted') this.takeDataEnd(event.state);
    else if (event.kind === 'mover-halted') this.takeMoverEnd(event.state);
    else if (event.kind === 'mover-paused') await this.takePause(event.state);
    else if (event.kind === 'aborted') this.fail('The run was aborted.', 'aborted');
    else if (event.kind === 'lost') throw event.problem;
  }

  private takeDataEnd(state: DataState): void {
    this.end.data = state;
    if (state.halt !== 'SUCCESSFUL')
      this.fail(`${this.order.data.connection.server} ended the backup: its data server says ${state.halt}.`);
  }

  private takeMoverEnd(state: MoverState): void {
    this.end.mover = state;
    if (state.halt === 'CONNECT_CLOSED') return;
    const { server } = this.order.mover.connection;
    if (state.halt === 'MEDIA_ERROR') this.failMedia();
    else this.fail(`${server} ended the transfer: its mover says ${state.halt}.`);
  }

  private async takePause(state: MoverState): Promise<void> {
    const { mover, changeTape } = this.order;
    const { server } = mover.connection;
    if (state.pause === 'MEDIA_ERROR') return this.failMedia();
    if (state.pause === 'NA' || state.pause === 'UNKNOWN')
      return this.fail(`The mover of ${server} paused for a reason that is not known.`);
    if (state.pause === 'EOM') await changeTape(state);
    else if (state.bytesMoved === this.windowStart)
      return this.fail(`The mover of ${server} pauses (${state.pause}) although its window has just been moved on.`);
    this.windowStart = state.bytesMoved;
    await this.openWindow(state.bytesMoved);
    await mover.proceed();
  }

  /** The rest of the stream. Some movers want the end to stay below 2^64, some the length to be all ones (facts 6.4). */
  private async openWindow(offset: bigint): Promise<void> {
    const { mover } = this.order;
    try {
      await mover.setWindow(offset, ALL_ONES - offset);
    } catch (error) {
      if (!(error instanceof NdmpFailure)) throw error;
      await mover.setWindow(offset, ALL_ONES);
    }
  }

  private failMedia(): void {
    this.fail(
      `${this.order.mover.connection.server} could not write the tape in its drive: media error.`,
      'failed',
      true,
    );
  }

  private failUnended(): void {
    const { data, mover, patience } = this.order;
    const [ended, other] = this.end.data
      ? [`the data server ${data.connection.server}`, `the mover of ${mover.connection.server}`]
      : [`the mover of ${mover.connection.server}`, `the data server ${data.connection.server}`];
    this.fail(`${ended} has ended, but ${other} has not within ${patience.linger} s.`);
  }

  private async isStalled(): Promise<boolean> {
    const { bytesMoved } = await this.order.mover.state();
    const isSame = bytesMoved === this.lastBytes;
    this.lastBytes = bytesMoved;
    return isSame;
  }
}

/** An abort may cross the end it asks for (protocol facts 6.8): its refusal says nothing. */
async function attempt(step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch {
    // halted already, or not to be reached: what is true is asked next
  }
}
