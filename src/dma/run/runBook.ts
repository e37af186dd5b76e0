import { messageOf } from '../../transport/messageOf';
import type { RunKind, RunRecord, RunState } from '../catalog/model';
import { Aborted } from '../connection/failures';
import type { RunReport, SourceResult, Surroundings } from './model';

/** How a run went, by its sources. */
export interface RunOutcome {
  sources: readonly SourceResult[];
  message: string;
}

/**
 * Keeps a run's record in the catalog from the first moment to the last: what `work` throws ends it as failed, or as
 * aborted, and stands in the report.
 * @throws only what the catalog throws: a run that it cannot keep must not go on
 */
export async function withRun(
  surroundings: Surroundings,
  { kind, job }: { kind: RunKind; job: string | undefined },
  work: (run: RunRecord) => Promise<RunOutcome>,
): Promise<RunReport> {
  const { catalog, recording, log } = surroundings;
  const run = await catalog.beginRun({ kind, job, recording, log });
  const { state, outcome } = await carriedOut(surroundings, () => work(run));
  await catalog.endRun(run.id, { state, message: outcome.message });
  return { run: run.id, state, ...outcome, recording, log };
}

type EndState = Exclude<RunState, 'running'>;

async function carriedOut(
  { signal }: Surroundings,
  work: () => Promise<RunOutcome>,
): Promise<{ state: EndState; outcome: RunOutcome }> {
  try {
    const outcome = await work();
    return { state: stateOf(outcome.sources), outcome };
  } catch (problem) {
    const state = problem instanceof Aborted || signal.aborted ? 'aborted' : 'failed';
    return { state, outcome: { sources: [], message: messageOf(problem) } };
  }
}

/** The worst first: one source of a state makes the run so. */
const WORSE: readonly EndState[] = ['aborted', 'failed', 'done-with-errors'];

/** An aborted source makes an aborted run, a failed one a failed run. */
export function stateOf(sources: readonly Pick<SourceResult, 'state'>[]): EndState {
  return WORSE.find((worse) => sources.some(({ state }) => state === worse)) ?? 'done';
}

/** The run in a sentence: what went wrong with which source, or nothing. */
export function messageOfSources(sources: readonly SourceResult[]): string {
  const bad = sources.filter(({ state }) => state !== 'done');
  if (bad.length === 0) return sources.find(({ message }) => message !== '')?.message ?? '';
  const worst = bad.find(({ state }) => state === stateOf(bad)) ?? bad[0];
  const first = `${worst.path}: ${worst.message}`;
  if (sources.length === 1) return bad[0].message;
  const failed = bad.filter(({ state }) => state !== 'done-with-errors');
  return failed.length === 0 ? first : `${failed.length} of ${sources.length} sources failed. ${first}`;
}
