import { findRule } from '../../findings/rules';
import type { Cause, WrongTurn } from '../model';
import { turn, type TurnContext } from './context';

/** Warnings that mean that the job did not do what it was for. */
const failures = new Set(['empty-backup', 'files-not-recovered', 'ignored-pause', 'data-read-ignored']);

/** What the rules of `ndmp check` found in the job and no other turn says: errors as failures, warnings as oddities. */
export function findingTurns(context: TurnContext, known: readonly WrongTurn[]): WrongTurn[] {
  const { analysis, job } = context;
  const said = new Set(known.flatMap(({ rows }) => rows));
  return analysis.findings
    .filter(({ job: id, row, severity }) => id === job.id && row >= 0 && severity !== 'note')
    .filter(({ row, related }) => ![row, ...related].some((each) => said.has(each)))
    .map(({ row, related, rule, severity, text }) =>
      turn(
        context,
        'finding',
        severity === 'error' || failures.has(rule) ? 'failure' : 'oddity',
        [row, ...related],
        text,
        ruleCause(rule, row),
      ),
    );
}

function ruleCause(id: string, row: number): Cause[] {
  const rule = findRule(id);
  if (rule === undefined) return [];
  const { name, doc, specification } = rule;
  return [{ id, vendor: `Rule ${id}`, found: name, cause: doc, change: '', source: specification, rows: [row] }];
}
