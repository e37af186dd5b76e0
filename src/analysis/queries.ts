import { affinityHandlers, type AffinityQueries } from './affinity/queries';
import type { Analysis } from './analysis';
import { findingHandlers, type FindingQueries } from './findings/queries';
import { explainHandlers, type ExplainQueries } from './explain/queries';
import { historyHandlers, type HistoryQueries } from './history/queries';
import type { Job } from './jobs/model';
import { meaningHandlers, type MeaningQueries } from './meaning/queries';
import { sequenceHandlers, type SequenceQueries } from './sequence/queries';
import { statisticsHandlers, type StatisticsQueries } from './statistics/queries';

/**
 * What a view can ask of an analysis, by name: plain data in, plain data out, since the analysis may run in another thread.
 * Each view's asks and answers are declared with the view's own analysis and joined here.
 */
export interface AnalysisQueries
  extends
    AffinityQueries,
    FindingQueries,
    HistoryQueries,
    MeaningQueries,
    SequenceQueries,
    StatisticsQueries,
    ExplainQueries {
  jobs: { ask: Record<string, never>; answer: { jobs: Job[] } };
}

export type QueryName = keyof AnalysisQueries;
export type QueryHandlers = {
  [K in QueryName]: (analysis: Analysis, ask: AnalysisQueries[K]['ask']) => AnalysisQueries[K]['answer'];
};

/** An answer to each query; one without does not compile. */
export const queryHandlers: QueryHandlers = {
  jobs: ({ jobs }) => ({ jobs }),
  ...historyHandlers,
  ...affinityHandlers,
  ...meaningHandlers,
  ...findingHandlers,
  ...sequenceHandlers,
  ...statisticsHandlers,
  ...explainHandlers,
};
