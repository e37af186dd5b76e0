import type { Analysis } from '../analysis/analysis';
import { queryHandlers } from '../analysis/queries';
import type { AnalysisQueries, QueryName } from '../analysis/queries';

/**
 * Answers one query of a view by its name.
 * @throws Error with a sentence for users when there is no such query, or whatever its answer threw
 */
export function answerQuery<K extends QueryName>(
  analysis: Analysis,
  what: K,
  ask: AnalysisQueries[K]['ask'],
): AnalysisQueries[K]['answer'] {
  if (!Object.hasOwn(queryHandlers, what)) throw new Error('The view asked for something unknown.');
  return queryHandlers[what](analysis, ask);
}
