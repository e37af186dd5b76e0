import type { HistoryCame, HistoryEnd } from './messages';
import type { FileHistorySink } from './model';

/** Bytes that are collected before they go to the thread: messages with a single entry are small. */
const BATCH = 256 * 1024;
/** Bytes that may be on the way; who sends more waits. */
const MOST_UNDERWAY = 4 << 20;

interface Receiver {
  /** @param ends where each message in the batch ends */
  take(batch: Uint8Array, ends: readonly number[]): Promise<void>;
  settle(): Promise<HistoryCame>;
  finish(): Promise<HistoryEnd>;
  abandon(): Promise<void>;
}

/** Collects messages of file history into batches, and lets the sender wait while too much is on the way. */
export class HistorySink implements FileHistorySink {
  private batch = new Uint8Array(BATCH);
  private used = 0;
  private ends: number[] = [];
  private underway = 0;
  private last: Promise<void> = Promise.resolve();
  private problem: Error | undefined;
  private wake: (() => void) | undefined;

  constructor(private readonly receiver: Receiver) {}

  async post(payload: Uint8Array): Promise<void> {
    if (this.problem !== undefined) throw this.problem;
    if (this.used + payload.length > this.batch.length) this.send(payload.length);
    this.batch.set(payload, this.used);
    this.used += payload.length;
    this.ends.push(this.used);
    while (this.underway > MOST_UNDERWAY) await new Promise<void>((resolve) => (this.wake = resolve));
  }

  async settle(): Promise<HistoryCame> {
    await this.sent();
    return this.receiver.settle();
  }

  async finish(): Promise<HistoryEnd> {
    await this.sent();
    return this.receiver.finish();
  }

  async abandon(): Promise<void> {
    this.send(0);
    await this.last;
    await this.receiver.abandon();
  }

  private async sent(): Promise<void> {
    this.send(0);
    await this.last;
    if (this.problem !== undefined) throw this.problem;
  }

  /** Sends what is collected, and makes room for a message of so many bytes. */
  private send(wanted: number): void {
    const { batch, used, ends } = this;
    if (used > 0) {
      this.underway += used;
      const taken = this.receiver
        .take(batch.subarray(0, used), ends)
        .catch((problem: unknown) => {
          this.problem ??= problem instanceof Error ? problem : new Error(String(problem));
        })
        .then(() => {
          this.underway -= used;
          this.wake?.();
        });
      this.last = this.last.then(() => taken);
    }
    this.batch = new Uint8Array(Math.max(BATCH, wanted));
    this.used = 0;
    this.ends = [];
  }
}
