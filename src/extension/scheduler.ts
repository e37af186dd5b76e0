/**
 * Cooperative time slices for work on the extension host, which is one thread for all extensions.
 *
 * Work is a generator that yields at least every few hundred microseconds. Whatever is queued shares slices of a few
 * milliseconds, round robin; between slices the event loop runs.
 */
export type Work<T> = Generator<void, T, void>;

export class CancelledError extends Error {
  override name = 'AbortError';
  constructor() {
    super('cancelled');
  }
}

interface Job {
  advance(): boolean;
}

export interface SchedulerClock {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Runs `callback` after pending events. */
  defer(callback: () => void): void;
}

const realClock: SchedulerClock = {
  now: () => performance.now(),
  defer: (callback) => void setImmediate(callback),
};

export class Scheduler {
  private readonly jobs: Job[] = [];
  private scheduled = false;

  constructor(
    private readonly sliceMs = 8,
    private readonly clock = realClock,
  ) {}

  /** Runs `work` to its end in slices. Rejects with CancelledError when `signal` aborts first. */
  run<T>(work: Work<T>, signal?: AbortSignal): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const advance = (): boolean => {
        if (signal?.aborted) {
          work.return(undefined as T);
          reject(new CancelledError());
          return true;
        }
        try {
          const { done, value } = work.next();
          if (done) resolve(value);
          return done === true;
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
          return true;
        }
      };
      this.jobs.push({ advance });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    this.clock.defer(() => this.slice());
  }

  private slice(): void {
    this.scheduled = false;
    const end = this.clock.now() + this.sliceMs;
    while (this.jobs.length > 0) {
      const job = this.jobs.shift()!;
      if (!job.advance()) this.jobs.push(job);
      if (this.clock.now() >= end) break;
    }
    if (this.jobs.length > 0) this.schedule();
  }
}

/** True for the error of an aborted operation, ours or Node's. */
export function isCancelled(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
