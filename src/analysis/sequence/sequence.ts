import type { Analysis } from '../analysis';
import type { Job } from '../jobs/model';
import { linkStretches, linkText, type LinkStretch } from './dataLink';
import { foldWords } from './foldTexts';
import { lifelinesOf, type Lifelines } from './lifelines';
import { LineBuilder, type BuiltLines } from './lineBuilder';
import { Column } from './lineTable';
import { marksByLine } from './marks';
import {
  FOLD_KINDS,
  PHASES,
  type LineKind,
  type Mark,
  type Phase,
  type SequenceLine,
  type SequenceOutline,
  type Unfold,
} from './model';
import { pausesOf } from './pauses';
import { stateBarsOf } from './stateBars';
import { secondsBetween, wordsOf, type Words } from './texts';

const KINDS: readonly LineKind[] = ['exchange', 'post', 'reply', 'fold', 'link'];
const MAX_PHASES = 5000;

/**
 * The sequence diagram of one job with some folds opened. Lines are kept in few words each; what stands on them is read
 * from the capture when they are asked for.
 */
export class Sequence {
  private readonly lifelines: Lifelines;
  private readonly lines: BuiltLines;
  private readonly links: ReadonlyMap<number, LinkStretch>;
  private marks: ReadonlyMap<number, Mark[]> = new Map();
  readonly outline: SequenceOutline;

  constructor(
    private readonly analysis: Analysis,
    readonly job: Job,
    readonly unfold: Unfold,
  ) {
    const { source } = analysis;
    this.lifelines = lifelinesOf(analysis, job);
    this.lines = new LineBuilder(source, job, this.lifelines, unfold).build();
    this.links = new Map(linkStretches(source, job, this.lines).map((each) => [each.line, each]));
    this.outline = this.outlineOf();
  }

  get length(): number {
    return this.lines.table.length;
  }

  /** Puts findings on the lines, for which the whole capture is examined. Gives the lines that have some, in order. */
  mark(): number[] {
    this.marks = marksByLine(this.analysis.findings, this.lines);
    return [...this.marks.keys()].sort((a, b) => a - b);
  }

  /** Lines from (incl.) to (excl.), as far as there are any. */
  window(from: number, to: number): SequenceLine[] {
    const end = Math.min(this.length, Math.max(0, to));
    const lines: SequenceLine[] = [];
    for (let line = Math.max(0, from); line < end; line++) lines.push(this.line(line));
    return lines;
  }

  /** The line in which a row of the capture is drawn, -1 when the job does not have it. */
  lineOfRow(row: number): number {
    const at = row - this.lines.firstRow;
    return at >= 0 && at < this.lines.lineOf.length ? this.lines.lineOf[at] : -1;
  }

  /** The first line at or after a time in seconds since the job's first message, else the last line. */
  lineAt(seconds: number): number {
    let low = 0;
    let high = this.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.seconds(this.lines.table.get(middle, Column.FIRST)) ?? 0) < seconds) low = middle + 1;
      else high = middle;
    }
    return Math.min(low, this.length - 1);
  }

  private outlineOf(): SequenceOutline {
    const { source } = this.analysis;
    const { job, lines } = this;
    return {
      job: job.id,
      title: job.title,
      subtitle: outcomeText(job),
      operation: job.operation,
      topology: job.topology,
      outcome: job.outcome,
      startSeconds: job.firstRow < source.index.count ? source.index.seconds(job.firstRow) : 0,
      startNanos: job.firstRow < source.index.count ? source.index.nanos(job.firstRow) : 0,
      messages: lines.messages,
      lines: this.length,
      lifelines: this.lifelines.list,
      phases: this.phases(),
      bands: pausesOf(source, job, lines),
      states: stateBarsOf(this.analysis.states, job, this.lifelines, lines),
    };
  }

  /** Neighbouring lines of one phase as one bracket. */
  private phases(): Phase[] {
    const { table } = this.lines;
    const phases: Phase[] = [];
    for (let line = 0; line < table.length && phases.length < MAX_PHASES; line++) {
      const name = PHASES[table.get(line, Column.PHASE)];
      const last = phases.at(-1);
      if (last?.name === name) last.toLine = line;
      else phases.push({ name, fromLine: line, toLine: line });
    }
    return phases;
  }

  private line(line: number): SequenceLine {
    const { table } = this.lines;
    const kind = KINDS[table.get(line, Column.KIND)];
    const first = table.get(line, Column.FIRST);
    const last = table.get(line, Column.LAST);
    const link = this.links.get(line);
    const reply = kind === 'exchange' ? this.analysis.source.index.pair(first) : -1;
    const fold = table.get(line, Column.FOLD);
    return {
      index: line,
      kind,
      id: link ? -1 - first : first,
      n: first + 1,
      replyN: reply < 0 ? undefined : reply + 1,
      count: Math.max(1, table.get(line, Column.COUNT)),
      from: table.get(line, Column.FROM),
      to: table.get(line, Column.TO),
      ...this.words(line, kind, first, link),
      at: this.seconds(first) ?? 0,
      until: this.seconds(link?.toRow ?? (last === first ? -1 : last)),
      fold: fold < 0 ? undefined : FOLD_KINDS[fold],
      open: table.get(line, Column.OPEN) === 1,
      group: table.get(line, Column.GROUP),
      marks: this.marks.get(line) ?? [],
    };
  }

  private words(line: number, kind: LineKind, first: number, link: LinkStretch | undefined): Words {
    const { source } = this.analysis;
    const { table } = this.lines;
    if (link) {
      const name = linkText(source, this.job, link);
      return { interface: 'data', name, facts: '', result: '', outcome: 'ok', latency: undefined };
    }
    if (kind !== 'fold') return wordsOf(source, first);
    return foldWords(source, FOLD_KINDS[table.get(line, Column.FOLD)], table.membersOf(line));
  }

  /** Since the job's first message; undefined for no row, and where the clock went back. */
  private seconds(row: number): number | undefined {
    return row < 0 ? undefined : secondsBetween(this.analysis.source, this.job.firstRow, row);
  }
}

function outcomeText({ outcome, outcomeWhy }: Job): string {
  const text = outcome === 'not seen' ? 'its end is not in the capture' : outcome;
  return outcomeWhy.text === '' ? text : `${text}: ${outcomeWhy.text}`;
}
