import type { MessageIndex } from '../../session/messageIndex';
import { relativeSeconds } from '../../session/messageTimes';

const NOTIFY_MOVER_HALTED = 0x503;
const NOTIFY_MOVER_PAUSED = 0x504;
/** Requests that end a pause: MOVER_CONTINUE, MOVER_ABORT, MOVER_STOP, MOVER_CLOSE. */
const RESUMING = new Set([0xa02, 0xa03, 0xa04, 0xa07]);
const MAX_PAUSES = 10_000;

/** A mover that waited for the DMA, from its NOTIFY_MOVER_PAUSED until it was told to go on or to stop. */
export interface Pause {
  connection: number;
  /** The row of the NOTIFY_MOVER_PAUSED. */
  row: number;
  /** Seconds since the first message. */
  from: number;
  /** Undefined while nothing has ended the pause. */
  to?: number;
}

/** Collects the mover's pauses while rows are read in order. */
export class PauseTracker {
  readonly pauses: Pause[] = [];
  private readonly open = new Map<number, Pause>();

  constructor(private readonly index: MessageIndex) {}

  add(row: number): void {
    const { index } = this;
    const code = index.code(row);
    if (code === NOTIFY_MOVER_PAUSED && index.kind(row) === 'post') this.begin(row);
    else if (
      this.open.size > 0 &&
      (code === NOTIFY_MOVER_HALTED || (RESUMING.has(code) && index.kind(row) === 'request'))
    )
      this.end(row);
  }

  private begin(row: number): void {
    const connection = this.index.connection(row);
    if (this.open.has(connection) || this.pauses.length >= MAX_PAUSES) return;
    const pause: Pause = { connection, row, from: relativeSeconds(this.index, row) };
    this.pauses.push(pause);
    this.open.set(connection, pause);
  }

  private end(row: number): void {
    const connection = this.index.connection(row);
    const pause = this.open.get(connection);
    if (!pause) return;
    pause.to = relativeSeconds(this.index, row);
    this.open.delete(connection);
  }
}
