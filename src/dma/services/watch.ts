import { messageOf } from '../../transport/messageOf';
import { DmaFailure } from '../connection/failures';
import type { NdmpConnection } from '../connection/model';
import type { DataService, DataState } from './data';
import type { MoverService, MoverState } from './mover';
import { NotifyBox, type WantedRange } from './notifyBox';

export type SideEvent =
  /** The data server is done, well or not: see `state.halt`. Told once. */
  | { kind: 'data-halted'; state: DataState }
  /** The mover waits for the DMA. `wanted`: offset of the stream that it wants, of a SEEK. Told anew as long as it lasts. */
  | { kind: 'mover-paused'; state: MoverState; wanted: bigint }
  /** The data connection of the mover is gone: see `state.halt`. Told once. */
  | { kind: 'mover-halted'; state: MoverState }
  /** The data server wants this range of the stream: to be passed on as MOVER_READ. */
  | { kind: 'data-read'; offset: bigint; length: bigint }
  /** A control connection broke, or its server does not answer or refuses to tell its state. Told once. */
  | { kind: 'lost'; server: string; problem: Error }
  /** The abort signal. Told once. */
  | { kind: 'aborted' }
  /** Nothing of all this within the seconds that the caller gave. */
  | { kind: 'quiet' };
export type SideEventKind = SideEvent['kind'];

export interface WatchedSides {
  /** At least one of both; they may share a connection. */
  data?: DataService;
  mover?: MoverService;
  signal?: AbortSignal;
  /** Sees the states whenever they were asked for: progress. */
  seen?: (states: { data?: DataState; mover?: MoverState }) => void;
  /** Milliseconds between two looks when no post comes. */
  poll?: number;
}

export interface WaitOptions {
  /** Only these events end the waiting; others are told later. A loss and an abort always end it. */
  only?: readonly SideEventKind[];
  /** Waits that long at most, then `quiet`. */
  seconds?: number;
}

const POLL = 1000;
/** Milliseconds that a post may be behind the state that it tells of. */
const POST_DELAY = 1000;

/**
 * Waits for what the data server and the mover of an operation do next. The posts of both only wake it: what is true is
 * what GET_STATE says, which is asked then and now and again, for posts may be late, lost, or about something that has
 * passed (protocol facts 10.7 and 10.19).
 */
export class SideWatcher {
  private readonly box: NotifyBox;
  private readonly told = new Set<SideEventKind>();
  private readonly unlisten: (() => void)[] = [];
  private readonly losses: SideEvent[] = [];
  private wake: (() => void) | undefined;
  private isAwake = false;
  private isClosed = false;

  constructor(private readonly sides: WatchedSides) {
    if (this.connections().length === 0) throw new DmaFailure('There is nothing to watch.');
    this.box = new NotifyBox(() => this.awake());
    for (const connection of this.connections()) {
      this.unlisten.push(connection.listen((post) => this.box.put(post)));
      void connection.closed.then((error) => this.lose(connection, error));
    }
    const { signal } = sides;
    const aborted = (): void => this.awake();
    signal?.addEventListener('abort', aborted);
    this.unlisten.push(() => signal?.removeEventListener('abort', aborted));
  }

  /** Waits for the next event; one call at a time. */
  async next({ only, seconds }: WaitOptions = {}): Promise<SideEvent> {
    const end = seconds === undefined ? Infinity : Date.now() + seconds * 1000;
    const wanted = (kind: SideEventKind): boolean => (only ? only.includes(kind) : true);
    for (;;) {
      this.isAwake = false;
      const urgent = this.urgent();
      if (urgent) return urgent;
      const read = wanted('data-read') ? this.box.takeRead() : undefined;
      if (read) return { kind: 'data-read', ...read };
      const event = await this.look(wanted);
      if (event) return event;
      const left = end - Date.now();
      if (left <= 0) return { kind: 'quiet' };
      await this.sleep(Math.min(left, this.sides.poll ?? POLL));
    }
  }

  /** Ends the listening. */
  close(): void {
    this.isClosed = true;
    for (const end of this.unlisten.splice(0)) end();
    this.awake();
  }

  private urgent(): SideEvent | undefined {
    if (this.isClosed) throw new DmaFailure('The operation is no longer watched.');
    const lost = this.losses.shift();
    if (lost) return lost;
    return this.sides.signal?.aborted ? this.once({ kind: 'aborted' }) : undefined;
  }

  /** Asks both sides how they are. */
  private async look(wanted: (kind: SideEventKind) => boolean): Promise<SideEvent | undefined> {
    const [data, mover] = await Promise.all([
      this.ask(this.told.has('data-halted') ? undefined : this.sides.data),
      this.ask(this.told.has('mover-halted') ? undefined : this.sides.mover),
    ]);
    if (data || mover) this.sides.seen?.({ data, mover });
    const lost = this.losses.shift();
    if (lost) return lost;
    // a data server that has ended decides what a pause of the mover still means
    if (data && hasEnded(data.state) && wanted('data-halted')) return this.once({ kind: 'data-halted', state: data });
    if (mover?.state === 'PAUSED' && wanted('mover-paused'))
      return { kind: 'mover-paused', state: mover, wanted: await this.wantedOffset(mover) };
    if (mover && hasEnded(mover.state) && wanted('mover-halted'))
      return this.once({ kind: 'mover-halted', state: mover });
    const read = data?.state === 'ACTIVE' && wanted('data-read') ? this.box.missedRead(rangeOf(data)) : undefined;
    return read && { kind: 'data-read', ...read };
  }

  private async ask<S>(side: { connection: NdmpConnection; state(): Promise<S> } | undefined): Promise<S | undefined> {
    if (!side) return undefined;
    try {
      return await side.state();
    } catch (problem) {
      this.lose(side.connection, problem);
      return undefined;
    }
  }

  /**
   * The post of a SEEK says what is wanted; in GET_STATE it is the offset of the last MOVER_READ, which may lie in the
   * window: then it is the end of the window that could not be passed.
   */
  private async wantedOffset({ pause, seekPosition, windowOffset, windowLength }: MoverState): Promise<bigint> {
    const until = Date.now() + POST_DELAY;
    while (pause === 'SEEK' && !this.box.hasPause && Date.now() < until && this.losses.length === 0)
      await this.sleep(until - Date.now());
    const posted = this.box.takePause();
    if (posted !== undefined) return posted;
    const end = windowOffset + windowLength;
    return seekPosition >= windowOffset && seekPosition < end ? end : seekPosition;
  }

  private once<E extends SideEvent>(event: E): E | undefined {
    if (this.told.has(event.kind)) return undefined;
    this.told.add(event.kind);
    return event;
  }

  private lose({ server }: NdmpConnection, problem: unknown): void {
    const known = problem instanceof Error ? problem : undefined;
    const text = `The control connection to ${server} ended${problem === undefined ? '' : `: ${messageOf(problem)}`}`;
    const lost = this.once({ kind: 'lost', server, problem: known ?? new DmaFailure(`${text}.`) });
    if (lost) this.losses.push(lost);
    this.awake();
  }

  private connections(): NdmpConnection[] {
    const { data, mover } = this.sides;
    const all = [data?.connection, mover?.connection].filter((connection) => connection !== undefined);
    return [...new Set(all)];
  }

  private awake(): void {
    this.isAwake = true;
    this.wake?.();
  }

  private async sleep(milliseconds: number): Promise<void> {
    if (this.isAwake) {
      this.isAwake = false;
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(0, milliseconds));
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = undefined;
  }
}

/** IDLE after a start: the server forgot the operation. */
function hasEnded(state: string): boolean {
  return state === 'HALTED' || state === 'IDLE';
}

function rangeOf({ readOffset, readLength }: DataState): WantedRange {
  return { offset: readOffset, length: readLength };
}
