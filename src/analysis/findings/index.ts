import type { Analysis } from '../analysis';
import { partsOfConnections } from '../grouped';
import { FindingContext } from './context';
import type { Finding } from './model';
import { ruleGroups } from './rules';

export type * from './model';
export { findRule, ruleGroups, rules } from './rules';

/**
 * What is noteworthy in a capture, by the rules of {@link ruleGroups}, in the order of the messages; what concerns no
 * message comes last. Never throws; of the same kind at most 1000 are found.
 */
export function findFindings(analysis: Analysis): Finding[] {
  const context = new FindingContext(analysis);
  for (const group of ruleGroups) group.find(context);
  const spans = partsOfConnections(
    analysis.jobs.flatMap((job, number) => job.spans.map((span) => ({ ...span, number }))),
  );
  for (const finding of context.found) {
    if (finding.job < 0)
      finding.job = spans.get(finding.connection)?.find((span) => concerns(finding, span))?.number ?? -1;
  }
  return context.found.sort((a, b) => order(a) - order(b));
}

function concerns({ row, connection }: Finding, span: { connection: number; fromRow: number; toRow: number }): boolean {
  return connection === span.connection && (row < 0 || (row >= span.fromRow && row <= span.toRow));
}

function order({ row }: Finding): number {
  return row < 0 ? Number.MAX_SAFE_INTEGER : row;
}
