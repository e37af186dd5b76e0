import type { Job } from '../../../src/analysis/jobs/model';
import type { ListedFinding, RuleCount } from '../../../src/analysis/findings/queries';
import type { Severity } from '../../../src/extension/messages';

export type Grouping = 'severity' | 'rule' | 'job' | 'none';

/** A line of the list: a heading, or a finding. */
export type Line =
  | { kind: 'group'; key: string; title: string; count: number; collapsed: boolean }
  | { kind: 'finding'; finding: ListedFinding; rule: RuleCount | undefined };

export interface Wanted {
  grouping: Grouping;
  /** Milder ones are left out. */
  minimum: Severity;
  /** Words that all have to occur, in any order. */
  text: string;
  collapsed: ReadonlySet<string>;
}

export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note'];
const TITLES: Readonly<Record<Severity, string>> = { error: 'Errors', warning: 'Warnings', note: 'Notes' };

/** The lines to show, in order: by gravity, by rule with the gravest first, or by job. */
export function linesOf(
  findings: readonly ListedFinding[],
  rules: ReadonlyMap<string, RuleCount>,
  jobs: readonly Job[],
  wanted: Wanted,
): Line[] {
  const words = wanted.text.toLowerCase().split(/\s+/).filter(Boolean);
  const least = SEVERITIES.indexOf(wanted.minimum);
  const shown = findings.filter(
    (finding) => SEVERITIES.indexOf(finding.severity) <= least && matches(finding, rules.get(finding.rule), words),
  );
  const line = (finding: ListedFinding): Line => ({ kind: 'finding', finding, rule: rules.get(finding.rule) });
  if (wanted.grouping === 'none') return shown.map(line);
  return groups(shown, rules, jobs, wanted.grouping).flatMap(({ key, title, members }): Line[] => {
    const collapsed = wanted.collapsed.has(key);
    const head: Line = { kind: 'group', key, title, count: members.length, collapsed };
    return collapsed ? [head] : [head, ...members.map(line)];
  });
}

function matches(finding: ListedFinding, rule: RuleCount | undefined, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const hay = `${finding.text} ${finding.rule} ${rule?.name ?? ''} ${finding.row + 1}`.toLowerCase();
  return words.every((word) => hay.includes(word));
}

interface Group {
  key: string;
  title: string;
  members: ListedFinding[];
  /** Smaller ones stand first. */
  rank: number;
}

function groups(
  findings: readonly ListedFinding[],
  rules: ReadonlyMap<string, RuleCount>,
  jobs: readonly Job[],
  grouping: Exclude<Grouping, 'none'>,
): Group[] {
  const found = new Map<string, Group>();
  for (const finding of findings) {
    const gravity = SEVERITIES.indexOf(finding.severity);
    const key = grouping === 'severity' ? finding.severity : grouping === 'rule' ? finding.rule : `job ${finding.job}`;
    const known = found.get(key);
    if (known) {
      known.members.push(finding);
      if (grouping === 'rule') known.rank = Math.min(known.rank, gravity);
      continue;
    }
    const rank = grouping === 'job' ? jobRank(finding.job) : gravity;
    found.set(key, { key, title: titleOf(finding, rules, jobs, grouping), members: [finding], rank });
  }
  return [...found.values()].sort((a, b) => a.rank - b.rank);
}

/** What belongs to no job stands last. */
function jobRank(job: number): number {
  return job < 0 ? Number.MAX_SAFE_INTEGER : job;
}

function titleOf(
  { severity, rule, job }: ListedFinding,
  rules: ReadonlyMap<string, RuleCount>,
  jobs: readonly Job[],
  grouping: Exclude<Grouping, 'none'>,
): string {
  if (grouping === 'severity') return TITLES[severity];
  if (grouping === 'rule') return rules.get(rule)?.name ?? rule;
  return job < 0 ? 'The capture as a whole' : `Job ${job + 1}: ${jobs[job]?.title ?? ''}`;
}
