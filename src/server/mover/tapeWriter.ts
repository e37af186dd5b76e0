import { DataConnectionLost, type DataEnd } from '../dataConnection/model';
import { refuse } from '../failure';
import { recordsIn, type Engine, type EngineContext, type Outcome, type Window } from './model';

/** Bytes that are read and written at a time, at least one record. */
const BATCH = 1024 * 1024;

/**
 * Mode READ: cuts what comes over the data connection into tape records (NDMPv4 draft, section 3.6). Bytes that a full
 * tape or window had no place for are kept, and go first when the mover continues.
 */
export class TapeWriter implements Engine {
  readonly wanted = 0n;
  private buffer: Uint8Array = new Uint8Array(0);
  private filled = 0;
  private hasEnded = false;
  private isStopped = false;
  /** Bytes that the window has left; undefined: it has no end. */
  private room: number | undefined;

  constructor(
    private readonly end: DataEnd,
    private readonly context: EngineContext,
    private readonly noteWrote: () => void,
  ) {}

  enter({ offset, length }: Window): void {
    // only the length counts when a tape is written; no tape holds more than a number can count exactly
    this.room = length > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(length);
    this.context.progress.recordNum = offset / BigInt(this.context.progress.recordSize);
  }

  resume(): void {
    this.isStopped = false;
  }

  stop(): void {
    this.isStopped = true;
  }

  async run(): Promise<Outcome> {
    const { recordSize } = this.context.progress;
    this.reserve(recordSize);
    while (!this.isStopped) {
      if (this.filled < recordSize && !this.hasEnded) {
        const failed = await this.fill();
        if (failed) return failed;
        continue;
      }
      if (this.filled === 0) return { kind: 'closed' };
      const stop = await this.write(recordSize);
      if (stop) return stop;
    }
    return { kind: 'stopped' };
  }

  private async fill(): Promise<Outcome | undefined> {
    try {
      const count = await this.end.readInto(this.buffer.subarray(this.filled));
      if (count === 0) this.hasEnded = true;
      this.filled += count;
      return undefined;
    } catch (error) {
      if (error instanceof DataConnectionLost) return { kind: 'lost', why: error.message };
      throw error;
    }
  }

  /** Writes the whole records that are there and fit; at the end of the stream the last one, filled up with zeros. */
  private async write(recordSize: number): Promise<Outcome | undefined> {
    const records = Math.max(1, Math.floor(this.filled / recordSize));
    const fitting = this.room === undefined ? records : Math.min(records, Math.floor(this.room / recordSize));
    if (fitting === 0) return { kind: 'pause', reason: 'EOW', why: 'the window is full' };
    if (this.filled < recordSize) this.buffer.fill(0, this.filled, recordSize);
    const { written, stopped } = await this.context
      .tape()
      .write(this.buffer.subarray(0, fitting * recordSize), recordSize);
    if (written > 0) this.account(written, recordSize);
    if (!stopped && written === 0) refuse('IO', 'the tape took no record and did not say why');
    if (!stopped) return undefined;
    return { kind: 'pause', reason: 'EOM', why: stopped === 'full' ? 'the tape is full' : 'the tape is nearly full' };
  }

  private account(written: number, recordSize: number): void {
    const { progress } = this.context;
    const bytes = Math.min(written * recordSize, this.filled);
    this.buffer.copyWithin(0, bytes, this.filled);
    this.filled -= bytes;
    if (this.room !== undefined) this.room -= written * recordSize;
    progress.bytesMoved += BigInt(bytes);
    progress.recordNum += BigInt(written);
    this.noteWrote();
  }

  /** Room for at least one record, without losing what is kept. */
  private reserve(recordSize: number): void {
    const size = recordsIn(BATCH, recordSize) * recordSize;
    if (this.buffer.length >= recordSize && this.buffer.length >= this.filled) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(size, this.filled));
    larger.set(this.buffer.subarray(0, this.filled));
    this.buffer = larger;
  }
}
