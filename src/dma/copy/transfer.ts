import { Aborted, DmaFailure, NdmpFailure, RequestTimedOut } from '../connection/failures';
import { tryStep } from '../restore/ending';
import { ALL_ONES } from '../services/fields';
import type { MoverService, MoverState } from '../services/mover';
import { SideWatcher, type SideEvent } from '../services/watch';

export interface CopyTransfer {
  source: MoverService;
  sink: MoverService;
  signal: AbortSignal;
  /** Lets the source send. */
  start: () => Promise<void>;
  /** The source has paused: next tape, or the end. */
  sourcePaused: (state: MoverState, wanted: bigint) => Promise<void>;
  /** The destination's tape is full: puts in the next one. */
  sinkFull: (state: MoverState) => Promise<void>;
  seen: (state: MoverState) => void;
  /** Told what people should know at once. */
  warn: (text: string) => void;
}

/** Seconds that both may take to halt after an abort, and the destination after the source. */
const ABORT_PATIENCE = 30;
const LINGER = 120;

/**
 * Follows a copy from mover to mover until both have halted.
 * @returns bytes that the destination has taken, padding included
 * @throws DmaFailure, Aborted; both movers are halted by then as far as they can be reached
 */
export async function followCopy(order: CopyTransfer): Promise<bigint> {
  const transfer = new Transfer(order);
  try {
    return await transfer.run();
  } catch (problem) {
    if (problem instanceof RequestTimedOut) order.warn(`${problem.message} The copy is being ended.`);
    await transfer.abort();
    throw problem;
  } finally {
    transfer.close();
  }
}

class Transfer {
  private readonly source: SideWatcher;
  private readonly sink: SideWatcher;
  private readonly halted = new Set<MoverService>();
  private failed = false;
  /** Bytes that had been taken when the window was set the last time. */
  private windowStart = -1n;
  taken = 0n;

  constructor(private readonly order: CopyTransfer) {
    const { signal } = order;
    this.source = new SideWatcher({ mover: order.source, signal });
    const seen = ({ mover }: { mover?: MoverState }): void => {
      if (!mover) return;
      this.taken = mover.bytesMoved > this.taken ? mover.bytesMoved : this.taken;
      order.seen(mover);
    };
    this.sink = new SideWatcher({ mover: order.sink, signal, seen });
  }

  async run(): Promise<bigint> {
    await this.order.start();
    const sides = [this.followSource(), this.followSink()].map((side) =>
      side.catch((problem: unknown) => {
        this.failed = true;
        throw problem;
      }),
    );
    // the other side ends soon after the first has failed: it is aborted, or its connection breaks
    sides.forEach((side) => void side.catch(() => this.abort()));
    const [source, sink] = await Promise.allSettled(sides);
    if (source.status === 'rejected' && sink.status === 'rejected')
      throw source.reason instanceof PeerHalted ? sink.reason : source.reason;
    if (source.status === 'rejected') throw source.reason;
    if (sink.status === 'rejected') throw sink.reason;
    return this.taken;
  }

  /** Ends both movers, as far as they can be reached. */
  async abort(): Promise<void> {
    this.failed = true;
    const { source, sink } = this.order;
    for (const mover of [source, sink])
      if (!this.halted.has(mover) && mover.connection.isOpen) await tryStep(mover.connection, () => mover.abort());
    const until = Date.now() + ABORT_PATIENCE * 1000;
    for (const mover of [source, sink])
      while (!this.halted.has(mover) && mover.connection.isOpen && Date.now() < until) {
        const state = await mover.state().catch(() => undefined);
        if (!state || state.state === 'HALTED' || state.state === 'IDLE') this.halted.add(mover);
        else await new Promise((resolve) => setTimeout(resolve, 100));
      }
  }

  close(): void {
    this.source.close();
    this.sink.close();
  }

  private async followSource(): Promise<void> {
    for (;;) {
      const event = this.checked(await this.source.next({ seconds: ABORT_PATIENCE }), this.order.source);
      if (event === 'halted') return;
      if (event?.kind === 'mover-paused') await this.order.sourcePaused(event.state, event.wanted);
    }
  }

  private async followSink(): Promise<void> {
    for (let quiet = 0; ;) {
      const event = this.checked(await this.sink.next({ seconds: ABORT_PATIENCE }), this.order.sink);
      if (event === 'halted') return;
      if (event?.kind === 'mover-paused') await this.sinkPaused(event.state);
      quiet = event === undefined && this.halted.has(this.order.source) ? quiet + ABORT_PATIENCE : 0;
      if (quiet >= LINGER)
        throw new DmaFailure(`The mover of ${this.order.sink.connection.server} does not end though the source has.`);
    }
  }

  private async sinkPaused(state: MoverState): Promise<void> {
    const { sink, sinkFull } = this.order;
    const { server } = sink.connection;
    if (state.pause === 'MEDIA_ERROR') throw new DmaFailure(`${server} could not write the tape: media error.`);
    if (state.pause === 'EOM') await sinkFull(state);
    else if (state.bytesMoved === this.windowStart)
      throw new DmaFailure(`The mover of ${server} pauses (${state.pause}) although its window was just moved on.`);
    this.windowStart = state.bytesMoved;
    try {
      await sink.setWindow(state.bytesMoved, ALL_ONES - state.bytesMoved);
    } catch (error) {
      if (!(error instanceof NdmpFailure)) throw error;
      await sink.setWindow(state.bytesMoved, ALL_ONES);
    }
    await sink.proceed();
  }

  /** @returns 'halted' for the orderly end of this mover; undefined when nothing happened */
  private checked(event: SideEvent, mover: MoverService): SideEvent | 'halted' | undefined {
    const { server } = mover.connection;
    if (event.kind === 'aborted') throw new Aborted('The copy was aborted.');
    if (event.kind === 'lost') throw event.problem;
    if (event.kind === 'quiet') {
      if (this.failed) throw new PeerHalted(`The copy was ended at ${server}.`);
      return undefined;
    }
    if (event.kind !== 'mover-halted') return event;
    this.halted.add(mover);
    if (event.state.halt === 'CONNECT_CLOSED') return 'halted';
    throw new PeerHalted(`The mover of ${server} ended the copy: it says ${event.state.halt}.`);
  }
}

/** A mover ended, most likely because the other one did. */
class PeerHalted extends DmaFailure {}
