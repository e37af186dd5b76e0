import type { AnalysisQueries, QueryName } from '../../analysis/queries';
import { StaleAnalysisError } from '../../background/analysisHost';
import type { AnalysisHost } from '../../background/analysisHost';
import type { OpenedCapture } from './captureStore';
import { UserError } from './userError';

/** What an analysis needs to know of the capture it is about. */
export interface AnalysedStore {
  /** Resolves when all that was in the file has been read, though it may still be written. */
  readonly readable: Promise<void>;
  readonly session: OpenedCapture | undefined;
  readonly error: string | undefined;
}

export type MakeAnalysis = (session: OpenedCapture) => AnalysisHost;

/** The analysis of a file that is still being written is made anew no more often, in milliseconds. */
const LEAST_AGE = 2000;
/** Nor more often than this many times what it took to answer. */
const AGE_BY_COST = 5;

/**
 * The analysis of one open capture: waits for the end of the reading, is made when first asked for, and anew when the
 * messages are read in another way. That of a file that is still being written tells what was there when it was made, and
 * is made anew now and again.
 */
export class StoreAnalysis {
  private host: AnalysisHost | undefined;
  private ending: Promise<void> = Promise.resolve();
  private disposed = false;
  /** When the host was made, what its answers took altogether, and how many are awaited. */
  private madeAt = 0;
  private cost = 0;
  private open = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly store: AnalysedStore,
    private readonly make: MakeAnalysis,
    private readonly onStale: () => void,
  ) {}

  /**
   * Answers a query about the whole capture.
   * @throws UserError when the capture could not be opened, AbortError when `signal` aborts
   */
  async ask<K extends QueryName>(
    what: K,
    ask: AnalysisQueries[K]['ask'],
    signal?: AbortSignal,
  ): Promise<AnalysisQueries[K]['answer']> {
    await this.store.readable;
    for (;;) {
      signal?.throwIfAborted();
      try {
        return await this.timed(() => this.current().ask(what, ask, signal));
      } catch (error) {
        if (!(error instanceof StaleAnalysisError) || this.disposed) throw error;
      }
    }
  }

  private current(): AnalysisHost {
    const { session, error } = this.store;
    if (this.disposed) throw new UserError('The capture was closed.');
    if (!session) throw new UserError(error ?? 'The capture could not be opened.');
    if (this.host === undefined) {
      this.madeAt = performance.now();
      this.cost = 0;
      this.host = this.make(session);
    }
    return this.host;
  }

  private async timed<T>(ask: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    this.open++;
    try {
      return await ask();
    } finally {
      this.open--;
      this.cost += performance.now() - begun;
    }
  }

  /** There are more messages: what was found out is told again with them, when it is old enough. */
  grew(): void {
    if (this.timer || !this.host || this.disposed) return;
    const age = performance.now() - this.madeAt;
    const wait = Math.max(50, Math.max(LEAST_AGE, this.cost * AGE_BY_COST) - age);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      // whoever waits for an answer gets it first
      if (this.open > 0) this.grew();
      else this.restart();
    }, wait);
  }

  /** Forgets what was found out: versions or rows have changed. */
  restart(): void {
    const { host } = this;
    if (!host) return;
    this.host = undefined;
    this.end(host);
    this.onStale();
  }

  private end(host: AnalysisHost): void {
    this.ending = Promise.all([this.ending, host.dispose()]).then(() => undefined);
  }

  /** Resolves when nothing reads from the capture any more. */
  dispose(): Promise<void> {
    this.disposed = true;
    clearTimeout(this.timer);
    if (this.host) this.end(this.host);
    this.host = undefined;
    return this.ending;
  }
}
