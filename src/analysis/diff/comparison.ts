import { Analysis } from '../analysis';
import type { AnalysisSource } from '../analysis';
import { clockText, joinSessions, type SessionJoin } from '../join';
import { diffJoined, diffSessions } from './diffSessions';
import type { DiffItem, JobDiff, JobFacts, SessionDiff, TimingStep, ValueDifference } from './model';

/** Lines of a comparison that are given at a time. */
const MAX_LINES = 500;

/** A comparison without its steps: what is shown above them. Plain data. */
export interface DiffSummary {
  same: boolean;
  jobs: JobSummary[];
  onlyA: JobFacts[];
  onlyB: JobFacts[];
  /** Both are records of one session (one of them a log): how many messages they have in common. */
  join: { matched: number; onlyA: number; onlyB: number; clock: string } | undefined;
}

export interface JobSummary extends Pick<JobDiff, 'a' | 'b' | 'same' | 'counts' | 'facts'> {
  steps: number;
  timing: (TimingStep & { name: string; a: number; b: number })[];
}

/** A step, or equal ones folded to one line. */
export type DiffLine = { step: number; item: DiffItem } | { step: number; equal: number };

export interface DiffLinesAsk {
  /** Place in `DiffSummary.jobs`. */
  job: number;
  /** Lines from (incl.) .. to (excl.), at most 500. */
  from: number;
  to: number;
  /** Nothing is folded. */
  all: boolean;
  /** Steps at which folded equal ones are opened. */
  opened: number[];
}

export interface DiffLines {
  lines: DiffLine[];
  total: number;
}

/** Two sessions compared, for views: made once, then asked for what is in sight. */
export class Comparison {
  private readonly diff: SessionDiff;
  private readonly join: SessionJoin | undefined;

  constructor(
    private readonly a: AnalysisSource,
    private readonly b: AnalysisSource,
  ) {
    this.join = isLog(a) || isLog(b) ? joinSessions(a, b) : undefined;
    const [left, right] = [new Analysis(a), new Analysis(b)];
    this.diff = this.join === undefined ? diffSessions(left, right) : diffJoined(left, right, this.join);
  }

  summary(): DiffSummary {
    const { same, jobs, onlyA, onlyB } = this.diff;
    return { same, jobs: jobs.map(summaryOf), onlyA, onlyB, join: this.joinSummary() };
  }

  lines({ job, from, to, all, opened }: DiffLinesAsk): DiffLines {
    const items = this.diff.jobs[job]?.items ?? [];
    const lines = linesOf(items, all, new Set(opened));
    return { lines: lines.slice(from, Math.min(to, from + MAX_LINES)), total: lines.length };
  }

  /** Rows of the other one that are the same messages, of joined records; and how their clocks differ. */
  rows(): { toB: Int32Array; toA: Int32Array; clock: string } | undefined {
    return this.join && { toB: this.join.toB, toA: this.join.toA, clock: this.clock() };
  }

  private joinSummary(): DiffSummary['join'] {
    if (this.join === undefined) return undefined;
    const { matched } = this.join;
    const onlyA = this.a.index.count - matched;
    return { matched, onlyA, onlyB: this.b.index.count - matched, clock: this.clock() };
  }

  private clock(): string {
    return this.join?.clock === undefined ? '' : clockText(this.join.clock, this.a, 'A', this.b, 'B');
  }
}

/** Only of a log can one tell from messages alone that it is the same session: two runs of one job look alike. */
function isLog({ info }: AnalysisSource): boolean {
  return info.format === 'ontap-log' || info.format === 'ndmjob-log';
}

function summaryOf({ a, b, same, counts, facts, items, timing }: JobDiff): JobSummary {
  return {
    a,
    b,
    same,
    counts,
    facts: facts.filter(isNews),
    steps: items.length,
    timing: timing.map((step) => ({
      ...step,
      name: items[step.item].name,
      a: items[step.item].a?.row ?? -1,
      b: items[step.item].b?.row ?? -1,
    })),
  };
}

function isNews({ expected }: ValueDifference): boolean {
  return !expected;
}

function linesOf(items: readonly DiffItem[], all: boolean, opened: ReadonlySet<number>): DiffLine[] {
  const lines: DiffLine[] = [];
  for (let step = 0; step < items.length;) {
    let end = step;
    while (end < items.length && isQuiet(items[end])) end++;
    if (end === step || all || end - step === 1 || opened.has(step)) {
      const last = Math.max(end, step + 1);
      for (; step < last; step++) lines.push({ step, item: items[step] });
    } else {
      lines.push({ step, equal: end - step });
      step = end;
    }
  }
  return lines;
}

function isQuiet({ kind, minor, moved }: DiffItem): boolean {
  return minor || (kind === 'same' && !moved);
}
