import type { Finding } from '../findings/model';
import type { BuiltLines } from './lineBuilder';
import type { Mark } from './model';

/** Findings that are told at one line; a fold of many has no room for more. */
const MAX_MARKS = 5;
const rank = { error: 0, warning: 1, note: 2 } as const;

/** The findings of a job by the lines at which they are, the gravest first. */
export function marksByLine(
  findings: readonly Finding[],
  { lineOf, firstRow }: BuiltLines,
): ReadonlyMap<number, Mark[]> {
  const marks = new Map<number, Mark[]>();
  for (const { row, severity, rule, text } of findings) {
    const at = row - firstRow;
    const line = row >= 0 && at >= 0 && at < lineOf.length ? lineOf[at] : -1;
    if (line < 0) continue;
    const list = marks.get(line);
    if (list) list.push({ severity, rule, text });
    else marks.set(line, [{ severity, rule, text }]);
  }
  for (const [line, list] of marks) {
    list.sort((a, b) => rank[a.severity] - rank[b.severity]);
    marks.set(line, list.slice(0, MAX_MARKS));
  }
  return marks;
}
