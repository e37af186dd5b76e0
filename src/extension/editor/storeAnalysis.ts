import type { AnalysisQueries, QueryName } from '../../analysis/queries';
import { StaleAnalysisError } from '../../background/analysisHost';
import type { AnalysisHost } from '../../background/analysisHost';
import type { OpenedCapture } from './captureStore';
import { UserError } from './userError';

/** What an analysis needs to know of the capture it is about. */
export interface AnalysedStore {
  /** Resolves when nothing will be added to the index any more. */
  readonly settled: Promise<void>;
  readonly session: OpenedCapture | undefined;
  readonly error: string | undefined;
}

export type MakeAnalysis = (session: OpenedCapture) => AnalysisHost;

/**
 * The analysis of one open capture: waits for the end of the reading, is made when first asked for, and anew when the
 * messages are read in another way.
 */
export class StoreAnalysis {
  private host: AnalysisHost | undefined;
  private ending: Promise<void> = Promise.resolve();
  private disposed = false;

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
    await this.store.settled;
    for (;;) {
      signal?.throwIfAborted();
      try {
        return await this.current().ask(what, ask, signal);
      } catch (error) {
        if (!(error instanceof StaleAnalysisError) || this.disposed) throw error;
      }
    }
  }

  private current(): AnalysisHost {
    const { session, error } = this.store;
    if (this.disposed) throw new UserError('The capture was closed.');
    if (!session) throw new UserError(error ?? 'The capture could not be opened.');
    return (this.host ??= this.make(session));
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
    if (this.host) this.end(this.host);
    this.host = undefined;
    return this.ending;
  }
}
