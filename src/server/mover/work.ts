import type { DataEnd } from '../dataConnection/model';
import { pendingConnections } from '../dataConnection/tcp';
import { MoverMode, type Engine, type EngineContext, type Outcome, type Window } from './model';
import { TapeReader } from './tapeReader';
import { TapeWriter } from './tapeWriter';

/** What the mover is told of its work. */
export type WorkEvent = Exclude<Outcome, { kind: 'idle' | 'stopped' }> | { kind: 'failed'; error: unknown };

export interface WorkOrder {
  mode: number;
  end: DataEnd;
  context: EngineContext;
  /** Records were written. */
  noteWrote: () => void;
  /** Never called again once the work is stopped or released. */
  told: (event: WorkEvent) => void;
}

/** One data connection of the mover, and the engine that works on it while the mover is ACTIVE. */
export class Work {
  /** In mode WRITE. */
  readonly reader: TapeReader | undefined;
  private readonly engine: Engine;
  private running: Promise<void> | undefined;
  private peerIsGone = false;
  private isOver = false;

  constructor(private readonly order: WorkOrder) {
    const { mode, end, context, noteWrote } = order;
    this.reader = mode === MoverMode.WRITE ? new TapeReader(end, context) : undefined;
    this.engine = this.reader ?? new TapeWriter(end, context, noteWrote);
    void end.closed.then(() => {
      this.peerIsGone = true;
      this.tellOfPeer();
    });
  }

  get isLocal(): boolean {
    return this.order.end.address.kind === 'local';
  }

  get isMoving(): boolean {
    return this.running !== undefined;
  }

  /** Offset in the stream that is wanted next. */
  get wanted(): bigint {
    return this.engine.wanted;
  }

  enter(window: Window): void {
    this.engine.enter(window);
  }

  /** The mover goes on after a pause; without a new window the stream goes on where the tape stands. */
  resume(window: Window | undefined): void {
    if (window) this.engine.enter(window);
    this.engine.resume();
    this.go();
  }

  /** Lets the engine run, after the reply to the present request has gone out. */
  go(): void {
    this.running ??= pendingConnections()
      .then(() => this.engine.run())
      .then(
        (outcome) => this.onOutcome(outcome),
        (error: unknown) => {
          this.running = undefined;
          this.tell({ kind: 'failed', error });
        },
      );
  }

  /** Settles when the tape is left alone. `atOnce`: without waiting for the peer. */
  async stop(atOnce: boolean): Promise<void> {
    this.isOver = true;
    this.engine.stop();
    if (atOnce) this.order.end.destroy();
    await this.running;
  }

  /** Gives the data connection up. */
  release(inOrder: boolean): void {
    this.isOver = true;
    this.engine.stop();
    if (inOrder) void this.order.end.end();
    else this.order.end.destroy();
  }

  private onOutcome(outcome: Outcome): void {
    this.running = undefined;
    if (outcome.kind === 'idle' && this.reader?.hasWork) return this.go();
    if (outcome.kind !== 'idle' && outcome.kind !== 'stopped') this.tell(outcome);
    this.tellOfPeer();
  }

  /** The peer closed or was lost while nothing was read from it: an engine that runs finds out by itself. */
  private tellOfPeer(): void {
    if (!this.peerIsGone || this.running) return;
    if (this.order.end.isLost) this.tell({ kind: 'lost', why: 'the data connection was lost' });
    // a paused writer still holds bytes for the tape: they are written when it continues
    else if (this.reader) this.tell({ kind: 'closed' });
  }

  private tell(event: WorkEvent): void {
    if (!this.isOver) this.order.told(event);
  }
}
