import type { Catalog, PartRecord, SetRecord } from '../catalog/model';
import { partsOfStream } from '../catalog/streamParts';
import { CLUSTER_EXTENSIONS } from '../connection/extensions';
import type { ConnectionPool } from '../connection/pool';
import type { Job } from '../job/model';
import { openLibrary, type Library } from '../media/library';
import type { DriveState, Inventory, TapeChoice } from '../media/model';
import { tapeChoices } from '../media/pools';
import type { ServerReport } from '../query/model';
import { reportOf } from '../query/report';
import type { ConnectionPurpose, Surroundings } from '../run/model';
import type { LibraryTarget } from '../schedule/house';
import { hostOf } from './addresses';
import { chainOf } from './chain';
import type { PlanInputs } from './model';
import { machineAddresses, resolvedNames } from './here';

/** What is asked of a library. */
type AskedLibrary = Pick<Library, 'inventory' | 'drives' | 'close'>;

/** What a run has that follows. */
export interface GatherOptions {
  /** The library of the job's target, which stays open; without it one is opened for the asking. */
  library?: (target: LibraryTarget, report: ServerReport) => Promise<AskedLibrary>;
  /** Keeps the connections that the servers were asked over; without it they are closed. */
  pool?: Pick<ConnectionPool, 'keep'>;
}

/** Seconds for which an inventory that was read counts as what is there. */
const FRESH = 2;

/**
 * Asks everything that a plan is made from: both servers afresh (affinity changes when a volume moves), library, catalog.
 * Nothing is written, nothing is moved.
 * @throws DmaFailure when a server cannot be reached, its changer does not answer, or the catalog cannot be read
 */
export async function gatherInputs(
  job: Job,
  surroundings: Surroundings,
  wish: PlanInputs['wish'] = {},
  options: GatherOptions = {},
): Promise<PlanInputs> {
  const { catalog, now } = surroundings;
  const { server: tapeServer = job.server } = job.target;
  const { server, target } = job;
  const definitions = definitionsOf(surroundings, { server, tapeServer, changer: target.changer });
  const local = new Set<string>();
  const ask = (name: string, role: string): Promise<ServerReport> => {
    const purpose = { role: options.pool ? role : 'query', extensions: CLUSTER_EXTENSIONS };
    return asked(surroundings, name, purpose, local, options.pool);
  };
  // the catalog and the names of hosts are looked up while the servers answer
  const names = Object.values(definitions).flatMap(({ host, addresses }) => [host, ...addresses].map(hostOf));
  const early = Promise.all([backupsOf(job, catalog), resolvedNames(names)]);
  early.catch(() => undefined);
  const data = await ask(job.server, 'data');
  const tape = tapeServer === job.server ? data : await ask(tapeServer, 'tape');
  const { drives, tapes } = await mediaOf(job, surroundings, tape, options.library);
  const [{ sets, failed, lost }, resolved] = await early;
  const owners = new Map<string, string>();
  for (const { path } of job.sources) {
    const owner = await catalog.ownerOf(data.identity, path);
    if (owner !== undefined) owners.set(path, owner);
  }
  return {
    job,
    data,
    tape,
    definitions,
    drives,
    tapes,
    sets,
    failed,
    lost,
    owners,
    ownAddresses: [...new Set([...local, ...machineAddresses()])],
    resolved,
    now: now(),
    wish,
  };
}

/** The servers that a run speaks to, as the user described them. @param changer '' for drives without one */
export function definitionsOf(
  surroundings: Surroundings,
  { server, tapeServer, changer }: { server: string; tapeServer: string; changer: string | undefined },
): PlanInputs['definitions'] {
  const [data, tape] = [surroundings.definition(server), surroundings.definition(tapeServer)];
  const robot = changer === '' ? undefined : tape.changerServer;
  if (robot === undefined || robot === tapeServer) return { data, tape };
  return { data, tape, changer: surroundings.definition(robot) };
}

/** A report over a connection of its own; CAB is selected, since affinity is given only to who knows of it. */
async function asked(
  surroundings: Surroundings,
  server: string,
  purpose: ConnectionPurpose,
  local: Set<string>,
  pool: GatherOptions['pool'],
): Promise<ServerReport> {
  const connection = await surroundings.connect(server, purpose);
  try {
    local.add(connection.localAddress);
    return await reportOf(connection, surroundings.definition(server));
  } finally {
    if (pool && connection.isOpen) pool.keep(connection);
    else await connection.close();
  }
}

async function mediaOf(
  job: Job,
  surroundings: Surroundings,
  tape: ServerReport,
  given: GatherOptions['library'],
): Promise<{ drives: readonly DriveState[]; tapes: readonly TapeChoice[] }> {
  const { pool, append, changer, drives } = job.target;
  const choices = async (inventory: Inventory | undefined) =>
    tapeChoices(await surroundings.catalog.tapes(), inventory, pool, surroundings.now(), { append });
  // a server without drives is for the plan to refuse, with what to do about it
  if (tape.tapes.length === 0) return { drives: [], tapes: await choices(undefined) };
  const target = { server: tape.server, changer, drives };
  const order = { ...target, pool, report: tape };
  const library = await (given?.(target, tape) ?? openLibrary(surroundings, order));
  try {
    const inventory = await library.inventory(FRESH);
    const hasChanger = inventory.elements.length > 0;
    return { drives: library.drives(tape), tapes: await choices(hasChanger ? inventory : undefined) };
  } finally {
    if (!given) await library.close();
  }
}

/** What the catalog has of the job's sources, whichever server it was of. */
async function backupsOf(job: Job, catalog: Catalog): Promise<Pick<PlanInputs, 'sets' | 'failed' | 'lost'>> {
  const lost = new Set<number>();
  const all: SetRecord[] = [];
  for (const { path } of job.sources) {
    const own = (await catalog.sets({ job: job.name, path })).sort((a, b) => a.started - b.started || a.id - b.id);
    all.push(...own);
    const last = own.findLast(({ state }) => state === 'complete');
    const byId = new Map(own.map((each) => [each.id, each]));
    for (const set of last === undefined ? [] : (chainOf(last, byId) ?? []))
      if (!isWhole(set, await catalog.parts(set.id))) lost.add(set.id);
  }
  return {
    sets: all.filter(({ state }) => state === 'complete'),
    failed: all.filter(({ state }) => state !== 'complete'),
    lost,
  };
}

/** Whether one of the copies of a set is on tape from its first byte to its last. */
function isWhole({ bytes }: SetRecord, parts: readonly PartRecord[]): boolean {
  const copies = new Set(parts.map(({ copy }) => copy));
  return [...copies].some((copy) => {
    const own = partsOfStream(parts, bytes)
      .filter((part) => part.copy === copy)
      .sort((a, b) => a.number - b.number);
    let reached = 0n;
    for (const [at, part] of own.entries()) {
      if (!part.closed || part.number !== at + 1 || part.offset > reached) return false;
      reached = part.offset + part.bytes;
    }
    return reached >= bytes;
  });
}
