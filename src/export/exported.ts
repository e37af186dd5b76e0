import type { AnalysisSource } from '../analysis/analysis';
import type { ConnectionFacts } from '../analysis/connections';
import type { Job } from '../analysis/jobs/model';

/** What is exported: messages and what they mean. An Analysis is one. */
export interface Exported {
  readonly source: AnalysisSource;
  readonly jobs: readonly Job[];
  readonly connections: readonly ConnectionFacts[];
}
