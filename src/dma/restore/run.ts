import { messageOf } from '../../transport/messageOf';
import type { RunRecord } from '../catalog/model';
import { Aborted, DmaFailure } from '../connection/failures';
import type { NdmpConnection } from '../connection/model';
import { openLibrary } from '../media/library';
import type { Surroundings } from '../run/model';
import { patienceOf } from '../run/patience';
import { DataService } from '../services/data';
import { MoverService } from '../services/mover';
import { TapeService } from '../services/tape';
import type { RestorePlan, RestoreReport, SetResult } from './model';
import { LossWatch } from './lossWatch';
import { restoreSet } from './oneSet';
import { failureLine } from './results';
import { Seat, type Mounts } from './seat';

/** A library that a restore takes its tapes from, and lets go of. */
export type RestoreLibrary = Mounts & { close(): Promise<void> };

export interface RestoreTools {
  openLibrary(surroundings: Surroundings, plan: RestorePlan): Promise<RestoreLibrary>;
}

const TOOLS: RestoreTools = {
  openLibrary: (surroundings, { tapeServer, changer, drives }) =>
    openLibrary(surroundings, {
      server: tapeServer,
      changer: changer ?? '',
      drives: drives.map(({ device }) => device),
    }),
};

/**
 * Carries out a plan: set by set in the order of the chain. When a set fails as a whole the rest is left out; single
 * files that fail are named in the report and the rest goes on.
 * @throws DmaFailure when the plan has refusals; what the catalog throws
 */
export async function runRestore(
  plan: RestorePlan,
  surroundings: Surroundings,
  tools: RestoreTools = TOOLS,
): Promise<RestoreReport> {
  const [refusal] = plan.refusals;
  if (refusal !== undefined) throw new DmaFailure(refusal);
  const { catalog, recording, log } = surroundings;
  const run = await catalog.beginRun({ kind: 'restore', job: plan.steps[0]?.set.job, recording, log });
  const sets: SetResult[] = [];
  let problem: unknown;
  try {
    await restoreAll(plan, surroundings, tools, run, sets);
  } catch (error) {
    problem = error;
  }
  const report = reportFrom(plan, sets, problem, surroundings.signal.aborted);
  await catalog.endRun(run.id, report);
  return { run: run.id, sets, leftOut: plan.leftOut, recording, log, ...report };
}

async function restoreAll(
  plan: RestorePlan,
  surroundings: Surroundings,
  tools: RestoreTools,
  run: RunRecord,
  sets: SetResult[],
): Promise<void> {
  const { catalog, events, signal } = surroundings;
  const loss = new LossWatch(surroundings);
  const opened: NdmpConnection[] = [];
  let library: RestoreLibrary | undefined;
  let seat: Seat | undefined;
  try {
    const connect = async (server: string, role: string): Promise<NdmpConnection> => {
      const connection = await surroundings.connect(server, { role, extensions: plan.extensions });
      opened.push(connection);
      return connection;
    };
    const toData = await connect(plan.server, 'data');
    const toTape = plan.path === 'local' ? toData : await connect(plan.tapeServer, 'tape');
    const [data, mover] = [new DataService(toData), new MoverService(toTape)];
    loss.add(toData, () => data.state());
    if (toTape !== toData) loss.add(toTape, () => mover.state());
    library = await tools.openLibrary(loss.surroundings, plan);
    seat = new Seat({
      library: loss.over(library),
      tape: new TapeService(toTape),
      drives: plan.drives,
      tapeOf: (barcode) => catalog.tape(barcode),
      warn: (text) => events.message?.('warning', text),
    });
    const walk = catalog.walk.bind(catalog);
    const patience = patienceOf(surroundings);
    for (const [index, step] of plan.steps.entries()) {
      signal.throwIfAborted();
      const own = { plan, step, index, run: run.id, data, mover, seat, walk, patience, events, signal };
      const result = await restoreSet(own);
      sets.push(result);
      if (isOver(result)) return;
    }
  } finally {
    await seat?.leave();
    await library?.close();
    for (const connection of opened) await connection.close();
  }
}

/** The set as a whole failed: what builds on it would be restored onto nothing. */
function isOver({ state, counts }: SetResult): boolean {
  return state === 'aborted' || (state === 'failed' && counts.restored === 0);
}

/** All went well, but for what could not be asked for at all. */
function leftOutOf({ leftOut }: RestorePlan): Pick<RestoreReport, 'state' | 'message'> {
  const [first] = leftOut;
  if (!first) return { state: 'done', message: '' };
  const count = leftOut.length === 1 ? '1 file could' : `${leftOut.length} files could`;
  return { state: 'failed', message: `${count} not be restored, the rest was. First: ${failureLine(first)}.` };
}

function reportFrom(
  plan: RestorePlan,
  sets: readonly SetResult[],
  problem: unknown,
  isAborted: boolean,
): Pick<RestoreReport, 'state' | 'message'> {
  if (problem !== undefined)
    return { state: problem instanceof Aborted || isAborted ? 'aborted' : 'failed', message: messageOf(problem) };
  const bad = sets.find(({ state }) => state !== 'done');
  if (!bad) return leftOutOf(plan);
  const left = plan.steps.length - sets.length;
  const rest = left > 0 ? ` ${left} further ${left === 1 ? 'set was' : 'sets were'} not begun.` : '';
  return {
    state: sets.some(({ state }) => state === 'aborted') ? 'aborted' : 'failed',
    message: `Set ${bad.set}: ${bad.message}${rest}`,
  };
}
