import type { Analysis } from '../analysis';
import type { Job } from '../jobs/model';
import { buildHistory } from './buildHistory';
import { usedValue } from './environment';
import type { FileTree } from './fileTree';
import { findHistoryRows, type HistoryRows } from './rows';

export { compareEnvironment, isRecovery, type EnvironmentTable, type VariableRow } from './environment';
export { readNameList, type FileResult, type NameEntry, type NameList } from './nameList';
export { FileTree } from './fileTree';
export { historyProblems, type HistoryProblemKind } from './problems';
export { searchTree, type SearchResult } from './search';
export type { HistoryRows } from './rows';

/** The jobs that have file history, with where their messages are. */
export function historyRows(analysis: Analysis): HistoryRows[] {
  return analysis.once('history rows', () => findHistoryRows(analysis.source, analysis.jobs));
}

/** The files that a job's file history tells; undefined where it has none. Built at the first call and kept. */
export function historyOf(analysis: Analysis, job: Job): FileTree | undefined {
  const rows = historyRows(analysis).find((each) => each.job === job.id);
  if (rows === undefined) return undefined;
  return analysis.once(`history of job ${job.id}`, () =>
    buildHistory(analysis.source, job, rows, usedValue(analysis, job, 'PATHNAME_SEPARATOR')),
  );
}
