import { Analysis } from '../analysis/analysis';
import type { AnalysisSource } from '../analysis/analysis';
import type { AnalysisQueries, QueryName } from '../analysis/queries';
import type { AnalysisHost } from './analysisHost';
import { answerQuery } from './answerQuery';

/** An analysis in the thread that asks: for captures whose bytes no other thread can read, and for tests. */
export class LocalAnalysis implements AnalysisHost {
  private readonly analysis: Analysis;

  constructor(source: AnalysisSource) {
    this.analysis = new Analysis(source);
  }

  async ask<K extends QueryName>(
    what: K,
    ask: AnalysisQueries[K]['ask'],
    signal?: AbortSignal,
  ): Promise<AnalysisQueries[K]['answer']> {
    await new Promise<void>((later) => setImmediate(later));
    signal?.throwIfAborted();
    return answerQuery(this.analysis, what, ask);
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }
}
