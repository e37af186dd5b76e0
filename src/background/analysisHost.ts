import type { AnalysisQueries, QueryName } from '../analysis/queries';

/** Answers what is asked about the meaning of a capture's messages, in this thread or another one. */
export interface AnalysisHost {
  /**
   * Rejects with a sentence fit for users, with an `AbortError` when `signal` aborts, and with a
   * {@link StaleAnalysisError} when it was disposed of before the answer came.
   */
  ask<K extends QueryName>(
    what: K,
    ask: AnalysisQueries[K]['ask'],
    signal?: AbortSignal,
  ): Promise<AnalysisQueries[K]['answer']>;
  /** Ends its work; resolves when it reads from the capture no more. */
  dispose(): Promise<void>;
}

/** The analysis was given up, since what it was made of has changed. */
export class StaleAnalysisError extends Error {
  override readonly name = 'StaleAnalysisError';
  constructor() {
    super('The capture has changed meanwhile.');
  }
}
