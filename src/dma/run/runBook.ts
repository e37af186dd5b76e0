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

/** An aborted source makes an aborted run, a failed one a failed run. */
export function stateOf(sources: readonly Pick<SourceResult, 'state'>[]): EndState {
  if (sources.some(({ state }) => state === 'aborted')) return 'aborted';
  return sources.some(({ state }) => state !== 'done') ? 'failed' : 'done';
}

/** The run in a sentence: what went wrong with which source, or nothing. */
export function messageOfSources(sources: readonly SourceResult[]): string {
  const bad = sources.filter(({ state }) => state !== 'done');
  if (bad.length === 0) return sources.find(({ message }) => message !== '')?.message ?? '';
  const first = `${bad[0].path}: ${bad[0].message}`;
  return sources.length === 1 ? bad[0].message : `${bad.length} of ${sources.length} sources failed. ${first}`;
}
