import type { ListedFinding, RuleCount } from '../../analysis/findings/queries';
import { counts, SEVERITIES } from '../editor/marks';
import type { FindingSettings } from '../messages';

/** Most entries of one file; the Findings tab has the rest. */
export const MAX_PROBLEMS = 500;

/** A line of the Problems panel. `line` counts from 0: message n stands at line n - 1. */
export interface Problem {
  severity: ListedFinding['severity'];
  text: string;
  rule: string;
  /** Id of the finding, -1 for a line about the others. */
  finding: number;
  line: number;
  related: { line: number; text: string }[];
}

/** What the Problems panel says of one file: the gravest findings first where there are too many. */
export function problemList(
  findings: readonly ListedFinding[],
  rules: readonly RuleCount[],
  { disabledRules, minimumSeverity }: FindingSettings,
): Problem[] {
  const off = new Set(disabledRules);
  const shown = findings.filter(({ rule, severity }) => !off.has(rule) && counts(severity, minimumSeverity));
  const ranked = [...shown].sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
  const names = new Map(rules.map(({ id, name }) => [id, name]));
  const problems = ranked.slice(0, MAX_PROBLEMS).map((finding): Problem => ({
    severity: finding.severity,
    text: `${names.get(finding.rule) ?? finding.rule}: ${finding.text}`,
    rule: finding.rule,
    finding: finding.id,
    line: Math.max(0, finding.row),
    related: finding.related.map((row) => ({ line: row, text: `message ${row + 1}` })),
  }));
  if (shown.length > MAX_PROBLEMS)
    problems.push({
      severity: 'note',
      text: `${shown.length - MAX_PROBLEMS} more findings: see the Findings tab of the editor.`,
      rule: '',
      finding: -1,
      line: 0,
      related: [],
    });
  return problems;
}
