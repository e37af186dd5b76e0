import { messageOf } from '../../transport/messageOf';
import type { PartRecord, SetRecord, TapeRecord } from '../catalog/model';
import { CLUSTER_EXTENSIONS } from '../connection/extensions';
import { Aborted, DmaFailure } from '../connection/failures';
import type { NdmpConnection } from '../connection/model';
import { openLibrary, type Library } from '../media/library';
import { isWithin } from '../plan/addresses';
import { drivesInOrder } from '../restore/drives';
import { LossWatch } from '../restore/lossWatch';
import { Seat } from '../restore/seat';
import { stretchesOf } from '../restore/stretches';
import type { Stretch } from '../restore/model';
import type { Surroundings } from '../run/model';
import { MoverService } from '../services/mover';
import { TapeService } from '../services/tape';
import type { SetFinding, VerifyReport, VerifyRequest } from './model';
import { verifySet } from './oneSet';

/** A set, and the stretches of tape that have it. */
interface Work {
  set: SetRecord;
  stretches: readonly Stretch[];
}

/**
 * Reads sets back from tape through this machine, and compares bytes, digest, structure and names with what the catalog
 * says. Nothing is written to tape; a digest that nobody knew is kept once two readings agree.
 * @throws what the catalog throws; all else is in the report
 */
export async function runVerify(request: VerifyRequest, surroundings: Surroundings): Promise<VerifyReport> {
  const { catalog, recording, log, signal } = surroundings;
  const sets = await Promise.all(request.sets.map((id) => catalog.set(id)));
  const jobs = new Set(sets.map((set) => set?.job));
  const run = await catalog.beginRun({
    kind: 'verify',
    job: jobs.size === 1 ? [...jobs][0] : undefined,
    recording,
    log,
  });
  const findings: SetFinding[] = [];
  let problem: unknown;
  try {
    await verifyAll(request, surroundings, run.id, findings);
  } catch (error) {
    problem = error;
  }
  const end = endOf(request, findings, problem, signal.aborted);
  await catalog.endRun(run.id, end);
  return { run: run.id, sets: findings, recording, log, ...end };
}

async function verifyAll(
  request: VerifyRequest,
  surroundings: Surroundings,
  run: number,
  findings: SetFinding[],
): Promise<void> {
  const { catalog, events, signal } = surroundings;
  const tapes = new Map<string, TapeRecord | undefined>();
  const parts = new Map<number, readonly PartRecord[]>();
  for (const id of request.sets) {
    const found = await catalog.parts(id);
    parts.set(id, found);
    for (const { barcode } of found) tapes.set(barcode, await catalog.tape(barcode));
  }
  const server = request.tape.server ?? tapeServerOf(tapes) ?? (await dataServerOf(request, surroundings));
  const loss = new LossWatch(surroundings);
  const library = await openLibrary(loss.surroundings, { ...request.tape, server });
  let connection: NdmpConnection | undefined;
  let seat: Seat | undefined;
  try {
    const present = await presentIn(library);
    const works: Work[] = [];
    for (const id of request.sets) works.push(await workOf(id, parts.get(id) ?? [], request, surroundings, present));
    const barcodes = [...new Set(works.flatMap(({ stretches }) => stretches.map(({ part }) => part.barcode)))];
    connection = await surroundings.connect(server, { role: 'tape', extensions: CLUSTER_EXTENSIONS });
    const mover = new MoverService(connection);
    loss.add(connection, () => mover.state());
    seat = new Seat({
      library: loss.over(library),
      tape: new TapeService(connection),
      drives: drivesInOrder(library.drives(), request.tape.drives, barcodes, undefined),
      tapeOf: (barcode) => Promise.resolve(tapes.get(barcode)),
      warn: (text) => events.message?.('warning', text),
    });
    const { host, addresses, dataNetworks } = surroundings.definition(server);
    const networks = [connection.address, host, ...addresses, ...dataNetworks];
    const allowed = (address: string): boolean => isWithin(address, networks);
    for (const [source, { set, stretches }] of works.entries()) {
      if (signal.aborted) throw new Aborted('The verification was aborted.');
      const warn = (text: string): void => events.message?.('warning', text);
      const read = { set, stretches, seat, mover, allowed, signal, warn };
      findings.push(await verifySet({ read, source, run, once: request.once, catalog, events }));
      if (!connection.isOpen) break;
    }
  } finally {
    await seat?.leave();
    await library.close();
    await connection?.close();
  }
}

async function workOf(
  id: number,
  all: readonly PartRecord[],
  { copy }: VerifyRequest,
  { catalog }: Surroundings,
  present: ReadonlySet<string>,
): Promise<Work> {
  const set = await catalog.set(id);
  if (!set) throw new DmaFailure(`The catalog has no set ${id}. "ndmp catalog list" shows those that it has.`);
  const parts = copy === undefined ? all : all.filter((part) => part.copy === copy);
  if (copy !== undefined && parts.length === 0) throw new DmaFailure(`Set ${id} has no copy ${copy}.`);
  const { stretches, problem } = stretchesOf(parts, set.bytes, (barcode) => present.has(barcode));
  if (!stretches) throw new DmaFailure(`Set ${id} cannot be read back: ${problem}.`);
  return { set, stretches };
}

async function presentIn(library: Library): Promise<Set<string>> {
  const { elements } = await library.inventory();
  return new Set(elements.flatMap(({ isFull, barcode }) => (isFull && barcode !== undefined ? [barcode] : [])));
}

/** Where most of the tapes were seen last: libraries are called by their server, then the changer. */
function tapeServerOf(tapes: ReadonlyMap<string, TapeRecord | undefined>): string | undefined {
  const votes = new Map<string, number>();
  for (const tape of tapes.values()) {
    const server = tape?.library?.split(' ')[0];
    if (server !== undefined) votes.set(server, (votes.get(server) ?? 0) + 1);
  }
  return [...votes].sort(([, a], [, b]) => b - a).at(0)?.[0];
}

async function dataServerOf({ sets }: VerifyRequest, { catalog }: Surroundings): Promise<string> {
  const set = await catalog.set(sets[0]);
  if (set) return set.server;
  throw new DmaFailure(`The catalog has no set ${sets[0]}. "ndmp catalog list" shows those that it has.`);
}

function endOf(
  { sets }: VerifyRequest,
  findings: readonly SetFinding[],
  problem: unknown,
  isAborted: boolean,
): Pick<VerifyReport, 'state' | 'message'> {
  if (problem !== undefined)
    return { state: problem instanceof Aborted || isAborted ? 'aborted' : 'failed', message: messageOf(problem) };
  const bad = findings.filter(({ state }) => state !== 'done');
  if (bad.length === 0) return { state: 'done', message: '' };
  const left = sets.length - findings.length;
  const unread = left > 0 ? ` ${left} further ${left === 1 ? 'set was' : 'sets were'} not read.` : '';
  const more = (bad.length > 1 ? ` ${bad.length} of ${findings.length} sets are not as they should be.` : '') + unread;
  const state = bad.some((finding) => finding.state === 'aborted') ? 'aborted' : 'failed';
  return { state, message: `Set ${bad[0].set}: ${bad[0].problems.at(0) ?? ''}${more}` };
}
