import { escapeText } from '../../protocol';
import type { PartRecord, SetRecord, TapeRecord } from '../catalog/model';
import { CLUSTER_EXTENSIONS } from '../connection/extensions';
import { DmaFailure } from '../connection/failures';
import { openLibrary } from '../media/library';
import type { DriveState } from '../media/model';
import { definitionsOf } from '../plan/gather';
import { machineAddresses, resolvedNames } from '../plan/here';
import type { ServerReport } from '../query/model';
import { reportOf } from '../query/report';
import type { Surroundings } from '../run/model';
import type { RestoreInputs, RestoreRequest, Selection } from './model';
import { setsAt } from './moment';
import { selectFiles } from './selection';

/** What is wanted, looked up in the catalog; no server is asked. */
export interface Wanted {
  selections: Selection[];
  warnings: string[];
}

/**
 * The sets that a request means, and the files in them.
 * @throws DmaFailure when the catalog has nothing for it
 */
export async function wantedOf(request: RestoreRequest, surroundings: Surroundings): Promise<Wanted> {
  const { catalog, signal } = surroundings;
  const { sets, warnings } = await chosenSets(request, surroundings);
  const { wanted, renames } = request;
  const selections: Selection[] = [];
  for (const set of sets) {
    const chain = await catalog.chain(set.id);
    selections.push(await selectFiles(catalog, { chain, wanted, renames, signal }));
  }
  return { selections: sets.length > 1 ? withAnyOf(selections) : selections, warnings };
}

/** A file that is asked for lies in one of several sources: only what is in none of them is missing. */
function withAnyOf(selections: readonly Selection[]): Selection[] {
  const [first] = selections;
  const missing = first.missing.filter((each) => selections.every((other) => other.missing.includes(each)));
  const found = selections.filter(({ chosen }) => chosen === undefined || chosen.length > 0);
  const kept = found.length > 0 ? found : [first];
  return kept.map((selection, index) => ({ ...selection, missing: index === 0 ? missing : [] }));
}

async function chosenSets(
  { from, at }: RestoreRequest,
  { catalog }: Surroundings,
): Promise<{ sets: SetRecord[]; warnings: string[] }> {
  switch (from.kind) {
    case 'set': {
      const set = await catalog.set(from.set);
      if (!set)
        throw new DmaFailure(`The catalog has no set ${from.set}. "ndmp catalog list" shows those that it has.`);
      return { sets: [set], warnings: [] };
    }
    case 'job':
      return setsAt(await catalog.sets({ job: from.job }), at, `the job "${escapeText(from.job)}"`);
    case 'source': {
      const { server, path } = from;
      const where = server === undefined ? '' : ` of ${server}`;
      return setsAt(await catalog.sets({ server, path }), at, `${escapeText(path)}${where}`);
    }
  }
}

/**
 * Everything that a restore is planned from: the catalog, both servers asked afresh, the library looked at.
 * @throws DmaFailure when the catalog has nothing for the request, or a server cannot be asked
 */
export async function gatherRestore(request: RestoreRequest, surroundings: Surroundings): Promise<RestoreInputs> {
  const { catalog } = surroundings;
  const { selections, warnings } = await wantedOf(request, surroundings);
  for (const warning of warnings) surroundings.events.message?.('warning', warning);
  const parts = new Map<number, readonly PartRecord[]>();
  const tapes = new Map<string, TapeRecord>();
  for (const { id } of selections.flatMap(({ chain }) => chain)) {
    parts.set(id, await catalog.parts(id));
    for (const { barcode } of parts.get(id) ?? []) {
      const tape = tapes.has(barcode) ? undefined : await catalog.tape(barcode);
      if (tape) tapes.set(barcode, tape);
    }
  }
  const server = request.server ?? dataServer(selections);
  const tapeServer = request.tape.server ?? tapeServerOf(parts, tapes, server);
  const own = new Set<string>();
  const data = await asked(surroundings, server, 'data', own);
  const tape = tapeServer === server ? data : await asked(surroundings, tapeServer, 'tape', own);
  const definitions = definitionsOf(surroundings, { server, tapeServer, changer: request.tape.changer });
  return {
    request,
    selections,
    parts,
    tapes,
    data,
    tape,
    definitions,
    ...(await seenLibrary(request, surroundings, tape)),
    ownAddresses: [...new Set([...own, ...machineAddresses()])],
    resolved: await resolvedNames(Object.values(definitions).flatMap(({ host, addresses }) => [host, ...addresses])),
  };
}

function dataServer(selections: readonly Selection[]): string {
  const servers = [...new Set(selections.map(({ chain }) => chain.at(-1)?.server ?? ''))];
  const [server, other] = servers;
  if (other !== undefined)
    throw new DmaFailure(
      `The backups are of several servers: ${servers.map(escapeText).join(', ')}. Restore one at a time, or name the server to restore to.`,
    );
  return server;
}

/** Where most of the tapes were seen last: libraries are called by their server, then the changer. */
function tapeServerOf(
  parts: ReadonlyMap<number, readonly PartRecord[]>,
  tapes: ReadonlyMap<string, TapeRecord>,
  fallback: string,
): string {
  const votes = new Map<string, number>();
  for (const { barcode } of [...parts.values()].flat()) {
    const server = tapes.get(barcode)?.library?.split(' ')[0];
    if (server !== undefined) votes.set(server, (votes.get(server) ?? 0) + 1);
  }
  const [best] = [...votes].sort(([, a], [, b]) => b - a);
  return best?.[0] ?? fallback;
}

async function asked(
  surroundings: Surroundings,
  server: string,
  role: string,
  own: Set<string>,
): Promise<ServerReport> {
  const connection = await surroundings.connect(server, { role, extensions: CLUSTER_EXTENSIONS });
  try {
    own.add(connection.localAddress);
    return await reportOf(connection, surroundings.definition(server));
  } finally {
    await connection.close();
  }
}

async function seenLibrary(
  { tape: wish }: RestoreRequest,
  surroundings: Surroundings,
  report: ServerReport,
): Promise<{ changer: string | undefined; drives: readonly DriveState[]; present: ReadonlySet<string> }> {
  const order = { server: report.server, changer: wish.changer, drives: wish.drives, report };
  const library = await openLibrary(surroundings, order);
  try {
    const { elements } = await library.inventory();
    const present = new Set(
      elements.flatMap(({ isFull, barcode }) => (isFull && barcode !== undefined ? [barcode] : [])),
    );
    return { changer: library.changer, drives: library.drives(), present };
  } finally {
    await library.close();
  }
}
