import type { Job } from '../jobs/model';
import type { StateSpan, StateTrace } from '../states/model';
import { spansWithin } from '../states/spans';
import type { BuiltLines } from './lineBuilder';
import type { Lifelines } from './lifelines';
import { Column, LineCode } from './lineTable';
import type { StateBar } from './model';

/** Bars that are handed to a view; beyond, the later ones are left out. */
const MAX_BARS = 20_000;
/** Lines between two names of one state. */
const NAME_EVERY = 25;
const MAX_TRIED = 200;

/** The states of a job's machines as bars on the lifelines of their servers. IDLE and UNKNOWN are no bars. */
export function stateBarsOf(trace: StateTrace, job: Job, lifelines: Lifelines, lines: BuiltLines): StateBar[] {
  const bars: StateBar[] = [];
  for (const span of new Set(job.spans.flatMap((stretch) => spansWithin(trace, stretch)))) {
    if (bars.length >= MAX_BARS) break;
    const lifeline = lifelines.serverOf.get(span.connection);
    if (lifeline === undefined || span.state === 'IDLE' || span.state === 'UNKNOWN') continue;
    const place = lifelines.list[lifeline].machines.indexOf(span.machine);
    if (place < 0) continue;
    const stretch = stretchOf(span, job, lines);
    if (stretch) {
      const { machine, state, reason, certain } = span;
      bars.push({ lifeline, place, machine, state, reason, certain, labelLines: [], ...stretch });
    }
  }
  bars.sort((a, b) => a.fromLine - b.fromLine);
  placeNames(bars, lines);
  return bars;
}

/** Finds room for the names of states, again and again along a long bar. */
function placeNames(bars: readonly StateBar[], { table }: BuiltLines): void {
  const lastOf = new Map<string, number>();
  for (const bar of bars) {
    const key = `${bar.lifeline} ${bar.place}`;
    let line = Math.max(bar.fromLine, (lastOf.get(key) ?? -1) + 1);
    while (line <= bar.toLine) {
      const free = freeLine(table, bar, line);
      if (free === undefined) break;
      bar.labelLines.push(free);
      lastOf.set(key, free);
      line = free + NAME_EVERY;
    }
  }
}

function freeLine(table: BuiltLines['table'], { lifeline, toLine }: StateBar, from: number): number | undefined {
  for (let line = from; line <= Math.min(toLine, from + MAX_TRIED); line++) {
    const right = Math.max(table.get(line, Column.FROM), table.get(line, Column.TO));
    // a link within one server is drawn right of its lifeline
    const link = table.get(line, Column.KIND) === LineCode.LINK;
    if (link ? right < lifeline : right <= lifeline) return line;
  }
  return undefined;
}

/** The lines of a state within the job; undefined when it lies outside. */
function stretchOf(
  { connection, fromRow, toRow }: StateSpan,
  job: Job,
  { lineOf, firstRow, table }: BuiltLines,
): { fromLine: number; toLine: number } | undefined {
  const end = toRow < 0 ? job.lastRow : toRow;
  const span = job.spans.find((one) => one.connection === connection && one.fromRow <= end && one.toRow >= fromRow);
  if (!span) return undefined;
  const first = Math.max(fromRow, span.fromRow);
  const last = Math.min(end, toRow < 0 ? span.toRow : job.lastRow);
  const fromLine = lineAtOrAfter(lineOf, first - firstRow, last - firstRow);
  const toLine = lineAtOrBefore(lineOf, last - firstRow, first - firstRow) ?? table.length - 1;
  return fromLine === undefined || toLine < fromLine ? undefined : { fromLine, toLine };
}

function lineAtOrAfter(lineOf: Int32Array, from: number, to: number): number | undefined {
  for (let at = Math.max(0, from); at <= to && at < lineOf.length; at++) if (lineOf[at] >= 0) return lineOf[at];
  return undefined;
}

function lineAtOrBefore(lineOf: Int32Array, from: number, to: number): number | undefined {
  for (let at = Math.min(from, lineOf.length - 1); at >= Math.max(0, to); at--) if (lineOf[at] >= 0) return lineOf[at];
  return undefined;
}
