import { messageOf } from '../../transport/messageOf';
import type { Catalog } from '../catalog/model';
import { Aborted } from '../connection/failures';
import type { Received } from '../ownMover/receive';
import type { RunEvents } from '../run/model';
import { RateMeter } from '../run/rate';
import { ContentCheck } from './content';
import type { DigestFinding, SetFinding } from './model';
import { readSet, type ReadOrder } from './readSet';

export interface SetOrder {
  read: Omit<ReadOrder, 'take' | 'progress'>;
  /** Index of the set in the run. */
  source: number;
  run: number;
  once: boolean;
  catalog: Catalog;
  events: RunEvents;
}

/** Reads a set, twice where nobody knows its digest, and says how it is. Never rejects for what is wrong with the set. */
export async function verifySet(order: SetOrder): Promise<SetFinding> {
  const { read, catalog } = order;
  const { set } = read;
  const began = performance.now();
  const finding: SetFinding = {
    set: set.id,
    path: set.path,
    state: 'done',
    bytes: 0n,
    expected: set.bytes,
    digest: '',
    digestFinding: 'none',
    type: set.type,
    format: 'unknown',
    entries: 0,
    listed: undefined,
    missing: [],
    missingCount: 0,
    unlisted: [],
    unlistedCount: 0,
    barcodes: [],
    milliseconds: 0,
    problems: [],
  };
  try {
    Object.assign(finding, await look(order));
  } catch (problem) {
    finding.state = problem instanceof Aborted ? 'aborted' : 'failed';
    finding.problems = [messageOf(problem)];
  }
  if (finding.problems.length > 0 && finding.state === 'done') finding.state = 'failed';
  if (finding.digestFinding === 'same-twice' && finding.state === 'done')
    await catalog.updateSet(set.id, { digest: finding.digest });
  return {
    ...finding,
    barcodes: tapesOf(order),
    milliseconds: performance.now() - began,
  };
}

/** Tapes of the set that were read; the one in the drive may be there from the set before. */
function tapesOf({ read: { seat, stretches } }: SetOrder): string[] {
  return [...new Set(stretches.map(({ part }) => part.barcode))].filter((barcode) => seat.used.includes(barcode));
}

async function look(order: SetOrder): Promise<Partial<SetFinding>> {
  const { read, catalog, once } = order;
  const { set } = read;
  const content = await ContentCheck.of(catalog, set.id);
  const first = await pass(order, 'reading', (bytes) => content.push(bytes));
  await content.end();
  const problems = [...lengthProblems(first, set.bytes), ...content.problems];
  let digestFinding = firstFinding(first.digest, set.digest);
  if (digestFinding === 'read-once' && !once && problems.length === 0) {
    const second = await pass(order, 'reading again', () => undefined);
    digestFinding = second.digest === first.digest ? 'same-twice' : 'differs-twice';
  }
  if (digestFinding === 'differs')
    problems.unshift('The bytes on tape are not those that were written: their SHA-256 is another one.');
  if (digestFinding === 'differs-twice') problems.unshift('Two readings of the tapes gave different bytes.');
  const { format, entries, listed, missing, missingCount, unlisted, unlistedCount } = content;
  return {
    bytes: first.bytes,
    digest: first.digest,
    digestFinding,
    format,
    entries,
    listed,
    missing,
    missingCount,
    unlisted,
    unlistedCount,
    problems,
  };
}

function firstFinding(digest: string, stored: string | undefined): DigestFinding {
  if (stored === undefined) return 'read-once';
  return stored.toLowerCase() === digest ? 'matches' : 'differs';
}

function lengthProblems({ bytes, how, problem }: Received, expected: bigint): string[] {
  const found: string[] = [];
  if (how === 'broken') found.push(`The reading ended too early: ${problem ?? 'the connection broke off'}.`);
  if (bytes < expected)
    found.push(`The tapes have ${bytes} bytes of the backup, by the catalog it has ${expected}: the rest is missing.`);
  return found;
}

async function pass(
  { read, source, run, events }: SetOrder,
  phase: string,
  take: (bytes: Uint8Array) => void,
): Promise<Received> {
  const { set, seat } = read;
  const meter = new RateMeter();
  const progress = (bytes: bigint): void => {
    events.progress?.({
      run,
      source,
      path: set.path,
      phase,
      bytes,
      bytesLeft: set.bytes - bytes,
      files: 0,
      rate: meter.add(Date.now(), bytes),
      barcode: seat.barcode,
    });
  };
  return readSet({ ...read, take, progress });
}
