import { RateMeter } from '../run/rate';
import type { Progress, RunEvents } from '../run/model';
import type { DataState } from '../services/data';
import type { MoverState } from '../services/mover';

/** Tells how far a source is. */
export class StreamProgress {
  /** Bytes on tape, as far as anybody saw. */
  bytesMoved = 0n;
  private readonly meter = new RateMeter();
  private state: Progress;

  constructor(
    private readonly events: RunEvents,
    of: { run: number; source: number; path: string },
    private readonly now: () => number,
  ) {
    this.state = { ...of, phase: '', bytes: 0n, bytesLeft: undefined, files: 0, rate: 0, barcode: undefined };
  }

  /** Says what is going on. @param barcode the tape; left out: as before */
  say(phase: string, barcode = this.state.barcode): void {
    this.tell({ phase, barcode });
  }

  seen(data: DataState | undefined, mover: MoverState | undefined, files: number): void {
    if (mover && mover.bytesMoved > this.bytesMoved) this.bytesMoved = mover.bytesMoved;
    const bytes = data && data.bytes > this.bytesMoved ? data.bytes : this.bytesMoved;
    const rate = this.meter.add(this.now(), bytes);
    this.tell({ bytes, bytesLeft: data?.bytesLeft, files, rate });
  }

  private tell(change: Partial<Progress>): void {
    this.state = { ...this.state, ...change };
    this.events.progress?.(this.state);
  }
}
