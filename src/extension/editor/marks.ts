import type { CaptureModel } from './captureModel';
import type { CaptureStore } from './captureStore';
import type { AnswerOf, AskOf, FindingMark, Severity } from '../messages';

const MAX_MARKS = 20_000;
/** The gravest first. */
export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note'];

/** Whether a severity is as grave as the least one that counts. */
export function counts(severity: Severity, minimum: Severity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(minimum);
}

/** Messages with findings, the gravest of each, and how many findings there are. Waits until the capture has been read. */
export async function findingMarks(
  store: CaptureStore,
  { disabled, minimum }: AskOf<'marks'>,
  signal: AbortSignal,
): Promise<AnswerOf<'marks'>> {
  const { findings } = await store.analysis.ask('findings', { disabled }, signal);
  const totals: Record<Severity, number> = { error: 0, warning: 0, note: 0 };
  const marks = new Map<number, FindingMark>();
  for (const { id, row, severity, text, connection } of findings) {
    if (!counts(severity, minimum)) continue;
    totals[severity]++;
    const { model } = store;
    if (row < 0 || !model || row >= model.index.count) continue;
    const known = marks.get(row);
    if (known) addTo(known, { severity, text, finding: id });
    else if (marks.size < MAX_MARKS) marks.set(row, mark(model, row, { severity, text, finding: id, connection }));
  }
  return { marks: [...marks.values()].sort((a, b) => a.n - b.n), counts: totals };
}

function mark(
  model: CaptureModel,
  row: number,
  found: Pick<FindingMark, 'severity' | 'text' | 'finding' | 'connection'>,
): FindingMark {
  return { n: row + 1, seconds: model.time(row), count: 1, ...found };
}

function addTo(known: FindingMark, found: Pick<FindingMark, 'severity' | 'text' | 'finding'>): void {
  known.count++;
  if (SEVERITIES.indexOf(found.severity) < SEVERITIES.indexOf(known.severity)) Object.assign(known, found);
}
