import type { Catalog } from '../catalog/model';
import { NdmpFailure } from '../connection/failures';
import type { Variable } from '../query/model';
import type { DataService } from '../services/data';
import type { RecoverName } from '../services/recoverNames';
import type { SetRestore } from './model';
import { MOST_NAMES } from './selection';

/** One way to ask for the same files. */
export interface Attempt {
  names: readonly RecoverName[];
  environment: readonly Variable[];
  direct: boolean;
  /** Why the attempt before will not do, for people; undefined for the first. */
  instead: string | undefined;
}

/**
 * Ways to ask for the names of a set, the best first: as planned; directories of direct access file by file (protocol
 * facts 7.5); without direct access; with 0 for unknown positions (facts 10.11).
 */
export async function* attemptsFor(
  step: SetRestore,
  names: readonly RecoverName[],
  walk: Catalog['walk'],
): AsyncGenerator<Attempt> {
  const { environment, direct, directories, set } = step;
  yield { names, environment, direct, instead: undefined };
  if (direct && names.some(({ original }) => directories.has(original))) {
    const files = await expanded(names, directories, (directory) => walk(set.id, directory));
    if (files)
      yield {
        names: files,
        environment: withVariable(environment, 'RECURSIVE', 'n'),
        direct,
        instead: 'directories by direct access are refused; their files are named one by one',
      };
  }
  const plain = direct ? withVariable(environment, 'DIRECT', 'n') : environment;
  if (direct)
    yield {
      names,
      environment: plain,
      direct: false,
      instead: 'direct access is refused; the backup is read from its beginning',
    };
  if (names.some(({ position }) => position === undefined))
    yield {
      names: names.map((name) => ({ ...name, position: name.position ?? 0n })),
      environment: plain,
      direct: false,
      instead: 'unknown positions are refused; 0 is sent for them',
    };
}

/**
 * Starts the recovery in the first way that the data server takes.
 * @throws NdmpFailure of the last way when it takes none
 */
export async function startRecovery(
  data: DataService,
  type: string,
  attempts: AsyncIterable<Attempt>,
  tell: (text: string) => void,
): Promise<Attempt> {
  let refused: unknown;
  for await (const attempt of attempts) {
    if (attempt.instead !== undefined) tell(attempt.instead);
    try {
      await data.startRecover(type, attempt.environment, attempt.names);
      return attempt;
    } catch (error) {
      if (!(error instanceof NdmpFailure) || error.error !== 'ILLEGAL_ARGS') throw error;
      refused = error;
    }
  }
  throw refused;
}

/** The names with each directory replaced by all that is in it; undefined when that is too much, or without positions. */
async function expanded(
  names: readonly RecoverName[],
  directories: ReadonlySet<string>,
  walk: (directory: string) => ReturnType<Catalog['walk']>,
): Promise<RecoverName[] | undefined> {
  const all: RecoverName[] = [];
  for (const name of names) {
    all.push(name);
    if (!directories.has(name.original)) continue;
    for await (const batch of walk(name.original))
      for (const { path, node, position, inSet } of batch) {
        if (!inSet || path === name.original) continue;
        if (position === undefined || all.length >= MOST_NAMES) return undefined;
        all.push({ original: path, target: name.target + path.slice(name.original.length), node, position });
      }
  }
  return all;
}

/**
 * Names in pieces that a server takes at a time. One that is wanted at two places is in two pieces: servers tell what became
 * of a name, not of a place.
 * @param bytes of a piece; undefined: as it is
 */
export function inPieces(names: readonly RecoverName[], bytes: number | undefined): RecoverName[][] {
  const pieces: RecoverName[][] = [];
  for (let rest = names; rest.length > 0;) {
    const seen = new Set<string>();
    const again: RecoverName[] = [];
    const once = rest.filter((name) => {
      const isFirst = !seen.has(name.original);
      seen.add(name.original);
      if (!isFirst) again.push(name);
      return isFirst;
    });
    pieces.push(...cut(once, bytes));
    rest = again;
  }
  return pieces;
}

function cut(names: readonly RecoverName[], bytes: number | undefined): RecoverName[][] {
  if (bytes === undefined) return [[...names]];
  const pieces: RecoverName[][] = [];
  let room = 0;
  for (const name of names) {
    const own = name.original.length + name.target.length + 24;
    if (own > room) {
      pieces.push([]);
      room = bytes;
    }
    pieces.at(-1)?.push(name);
    room -= own;
  }
  return pieces;
}

function withVariable(environment: readonly Variable[], name: string, value: string): Variable[] {
  return [...environment.filter((each) => each.name !== name), { name, value }];
}
