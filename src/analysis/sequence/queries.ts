import type { Analysis } from '../analysis';
import type { Job } from '../jobs/model';
import { NOTHING_UNFOLDED, type SequenceLine, type SequenceOutline, type Unfold } from './model';
import { Sequence } from './sequence';

/** What the sequence view asks; `job` is the id of a job. Lines are asked for in windows. */
export interface SequenceQueries {
  /** Everything but the lines; undefined when there is no such job. */
  sequenceOutline: { ask: { job: number; unfold: Unfold }; answer: { outline: SequenceOutline | undefined } };
  /** Lines from (incl.) to (excl.), at most 500. */
  sequenceLines: {
    ask: { job: number; unfold: Unfold; from: number; to: number };
    answer: { from: number; lines: SequenceLine[] };
  };
  /**
   * The lines that have findings, in order. Findings take a look at the whole capture, so that a view draws first and
   * asks afterwards; once they were asked for, lines come with them.
   */
  sequenceMarks: { ask: { job: number; unfold: Unfold }; answer: { marked: number[] } };
  /**
   * The line with a message, by its number from 1, or the first line at or after a time in seconds since the job's first
   * message. A message that this job does not have names the job that does; `line` -1: no job has it.
   */
  sequenceLocate: {
    ask: { job: number; unfold: Unfold; n?: number; seconds?: number };
    answer: { job: number; line: number };
  };
  /**
   * The next line after `line` (exclusive) whose words hold a text, whatever its case. It looks at some lines only:
   * while `done` is false, the same ask with `line: looked` goes on. `line` -1: none among those.
   */
  sequenceFind: {
    ask: { job: number; unfold: Unfold; text: string; line: number; forward: boolean };
    answer: { line: number; looked: number; done: boolean };
  };
}

const MAX_LINES = 500;
const MAX_SEARCHED = 1500;
const MAX_UNFOLDED = 1000;
/** Diagrams that are kept: the one that is looked at, and the one that opening a fold makes of it. */
const KEPT = 2;

export const sequenceHandlers = {
  sequenceOutline: (analysis: Analysis, { job, unfold }: SequenceQueries['sequenceOutline']['ask']) => ({
    outline: sequenceOf(analysis, job, unfold)?.outline,
  }),
  sequenceLines: (analysis: Analysis, { job, unfold, from, to }: SequenceQueries['sequenceLines']['ask']) => {
    const first = Math.max(0, Math.floor(from) || 0);
    const lines = sequenceOf(analysis, job, unfold)?.window(first, Math.min(to, first + MAX_LINES)) ?? [];
    return { from: first, lines };
  },
  sequenceMarks: (analysis: Analysis, { job, unfold }: SequenceQueries['sequenceMarks']['ask']) => {
    kept(analysis).marked = true;
    return { marked: sequenceOf(analysis, job, unfold)?.mark() ?? [] };
  },
  sequenceLocate: (analysis: Analysis, { job, unfold, n, seconds }: SequenceQueries['sequenceLocate']['ask']) => {
    const sequence = sequenceOf(analysis, job, unfold);
    if (n === undefined) return { job, line: sequence?.lineAt(seconds ?? 0) ?? -1 };
    const line = sequence?.lineOfRow(n - 1) ?? -1;
    if (line >= 0) return { job, line };
    const other = analysis.jobs.find((each) => each.id !== job && hasRow(analysis, each, n - 1));
    return other === undefined
      ? { job, line: -1 }
      : { job: other.id, line: sequenceOf(analysis, other.id, NOTHING_UNFOLDED)?.lineOfRow(n - 1) ?? -1 };
  },
  sequenceFind: (analysis: Analysis, ask: SequenceQueries['sequenceFind']['ask']) => find(analysis, ask),
};

function find(
  analysis: Analysis,
  { job, unfold, text, line, forward }: SequenceQueries['sequenceFind']['ask'],
): SequenceQueries['sequenceFind']['answer'] {
  const sequence = sequenceOf(analysis, job, unfold);
  const wanted = text.toLowerCase();
  const step = forward ? 1 : -1;
  let at = Math.floor(line);
  for (let looked = 0; sequence && wanted !== '' && looked < MAX_SEARCHED; looked++) {
    at += step;
    const [found] = at < 0 || at >= sequence.length ? [] : sequence.window(at, at + 1);
    if (found === undefined) return { line: -1, looked: at, done: true };
    if (wordsOfLine(found).toLowerCase().includes(wanted)) return { line: at, looked: at, done: true };
  }
  return { line: -1, looked: at, done: sequence === undefined || wanted === '' };
}

function wordsOfLine({ name, facts, result, marks }: SequenceLine): string {
  return [name, facts, result, ...marks.map(({ rule, text }) => `${rule} ${text}`)].join(' ');
}

function hasRow({ source }: Analysis, { spans, firstRow, lastRow }: Job, row: number): boolean {
  if (row < firstRow || row > lastRow || row >= source.index.count) return false;
  const connection = source.index.connection(row);
  return spans.some((span) => span.connection === connection && row >= span.fromRow && row <= span.toRow);
}

/** A job's diagram, made when it is first asked for; the last few are kept. */
export function sequenceOf(analysis: Analysis, id: number, unfold: Unfold): Sequence | undefined {
  const job = analysis.jobs.find((each) => each.id === id);
  if (job === undefined) return undefined;
  const { sequences, marked } = kept(analysis);
  const ids = unfold.ids.slice(0, MAX_UNFOLDED);
  const key = JSON.stringify([id, [...unfold.kinds].sort(), [...ids].sort((a, b) => a - b)]);
  const known = sequences.get(key);
  const sequence = known ?? new Sequence(analysis, job, { kinds: unfold.kinds, ids });
  if (!known && marked) sequence.mark();
  sequences.delete(key);
  sequences.set(key, sequence);
  for (const old of sequences.keys()) {
    if (sequences.size <= KEPT) break;
    sequences.delete(old);
  }
  return sequence;
}

interface Kept {
  sequences: Map<string, Sequence>;
  /** Findings were asked for. */
  marked: boolean;
}

function kept(analysis: Analysis): Kept {
  return analysis.once('sequences', () => ({ sequences: new Map<string, Sequence>(), marked: false }));
}
