import type { Analysis } from '../analysis';
import type { Finding, Rule, Severity } from './model';
import { ruleGroups } from './rules';

/** A rule with the heading that it stands under and how often it was found. */
export interface RuleCount extends Rule {
  group: string;
  findings: number;
}

/** A finding with its place in the list of all findings, by which it is named elsewhere. */
export interface ListedFinding extends Finding {
  id: number;
}

/** What is shown beside a row: of the findings at it the gravest, else that it has to do with one. */
export interface FindingMark {
  row: number;
  severity: Severity;
  /** Ids of the findings at the row, the gravest first; then those that name it as related. */
  findings: number[];
  /** The row is only related to them. */
  related: boolean;
}

/** Rules that are switched off. */
interface Choice {
  disabled?: string[];
}

export interface FindingQueries {
  /** All findings of rules that are on, in the order of the messages, at most {@link MAX_LISTED}. */
  findings: { ask: Choice; answer: { findings: ListedFinding[]; total: number; rules: RuleCount[] } };
  /** Marks of the rows from `from` up to `to` without `to`, for tables, arrows and lists of problems. */
  findingMarks: { ask: Choice & { from: number; to: number }; answer: { marks: FindingMark[] } };
  /** All rules, for settings and help. */
  findingRules: { ask: Record<string, never>; answer: { rules: RuleCount[] } };
}

const MAX_LISTED = 20000;
const MAX_MARKED_ROWS = 100000;
const GRAVITY: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };

export const findingHandlers: {
  [K in keyof FindingQueries]: (analysis: Analysis, ask: FindingQueries[K]['ask']) => FindingQueries[K]['answer'];
} = {
  findings: (analysis, ask) => {
    const listed = chosen(analysis, ask);
    return { findings: listed.slice(0, MAX_LISTED), total: listed.length, rules: counts(analysis) };
  },
  findingMarks: (analysis, ask) => ({ marks: marksOf(analysis, ask) }),
  findingRules: (analysis) => ({ rules: counts(analysis) }),
};

function chosen(analysis: Analysis, { disabled = [] }: Choice): ListedFinding[] {
  const off = new Set(disabled);
  return analysis.findings.flatMap((finding, id) => (off.has(finding.rule) ? [] : [{ ...finding, id }]));
}

function counts({ findings }: Analysis): RuleCount[] {
  const found = new Map<string, number>();
  for (const { rule } of findings) found.set(rule, (found.get(rule) ?? 0) + 1);
  return ruleGroups.flatMap(({ title, rules }) =>
    rules.map((rule) => ({ ...rule, group: title, findings: found.get(rule.id) ?? 0 })),
  );
}

/** Rows at which there are findings, in order, made once a capture. */
interface RowTable {
  rows: number[];
  at: Map<number, number[]>;
  near: Map<number, number[]>;
}

function rowTable(analysis: Analysis): RowTable {
  return analysis.once('finding rows', () => {
    const at = new Map<number, number[]>();
    const near = new Map<number, number[]>();
    analysis.findings.forEach(({ row, related }, id) => {
      if (row >= 0) add(at, row, id);
      for (const other of related) add(near, other, id);
    });
    const rows = [...new Set([...at.keys(), ...near.keys()])].sort((a, b) => a - b);
    return { rows, at, near };
  });
}

function add(map: Map<number, number[]>, row: number, id: number): void {
  const known = map.get(row);
  if (known) known.push(id);
  else map.set(row, [id]);
}

function marksOf(
  analysis: Analysis,
  { from, to, disabled = [] }: FindingQueries['findingMarks']['ask'],
): FindingMark[] {
  const off = new Set(disabled);
  const { rows, at, near } = rowTable(analysis);
  const { findings } = analysis;
  const on = (ids: readonly number[] | undefined): number[] =>
    (ids ?? [])
      .filter((id) => !off.has(findings[id].rule))
      .sort((a, b) => GRAVITY[findings[a].severity] - GRAVITY[findings[b].severity]);
  const marks: FindingMark[] = [];
  for (let place = firstFrom(rows, from); place < rows.length && rows[place] < to; place++) {
    const row = rows[place];
    const own = on(at.get(row));
    const others = on(near.get(row));
    const [gravest] = own.length > 0 ? own : others;
    if (gravest === undefined) continue;
    marks.push({ row, severity: findings[gravest].severity, findings: [...own, ...others], related: own.length === 0 });
    if (marks.length >= MAX_MARKED_ROWS) break;
  }
  return marks;
}

function firstFrom(rows: readonly number[], from: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle] < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
