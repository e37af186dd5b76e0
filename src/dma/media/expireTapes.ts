import type { Catalog, SetRecord } from '../catalog/model';
import { hasExpired } from './pools';

type Source = Pick<Catalog, 'partsOnTape' | 'sets' | 'set'>;

/**
 * The backups that are lost when these tapes are written over: those with a part on them, and those that build on one of
 * these. Oldest first.
 */
export async function setsThatNeed(catalog: Source, barcodes: readonly string[]): Promise<SetRecord[]> {
  const found = new Map<number, SetRecord>();
  const waiting: SetRecord[] = [];
  for (const barcode of barcodes)
    for (const { set } of await catalog.partsOnTape(barcode)) {
      const record = await catalog.set(set);
      if (record) waiting.push(record);
    }
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (found.has(next.id)) continue;
    const { id, job } = next;
    found.set(id, next);
    waiting.push(...(await catalog.sets({ job })).filter(({ base }) => base === id));
  }
  return [...found.values()].sort((a, b) => a.started - b.started);
}

/**
 * Has backups expire now, and the tapes on which nothing else is kept with them.
 * @param barcodes tapes to look at beside those of the sets
 * @returns barcodes of the tapes that may be written from their beginning now
 */
export async function expireSets(
  catalog: Catalog,
  sets: readonly SetRecord[],
  barcodes: readonly string[],
  now: number,
): Promise<string[]> {
  for (const { id, expires } of sets)
    if (expires === undefined || expires > now) await catalog.updateSet(id, { expires: now });
  const parts = await Promise.all(sets.map(({ id }) => catalog.parts(id)));
  const touched = new Set([...barcodes, ...parts.flat().map(({ barcode }) => barcode)]);
  const free: string[] = [];
  for (const barcode of touched) {
    const tape = await catalog.tape(barcode);
    if (tape && hasExpired(tape, now) && !tape.protected && tape.state !== 'damaged') free.push(barcode);
  }
  return free.sort();
}

/**
 * Takes sets out of the catalog. What is left of them on tape that had not expired is kept from being written over until
 * somebody unprotects the tape: a scan finds the sets again.
 * @returns barcodes of the tapes that are protected for it
 */
export async function forgetSets(catalog: Catalog, sets: readonly SetRecord[], now: number): Promise<string[]> {
  const needed = sets.filter(({ state, expires }) => state !== 'partial' && (expires === undefined || expires > now));
  const parts = await Promise.all(needed.map(({ id }) => catalog.parts(id)));
  for (const { id } of [...sets].reverse()) await catalog.removeSet(id);
  const locked: string[] = [];
  for (const barcode of new Set(parts.flat().map((part) => part.barcode))) {
    const tape = await catalog.tape(barcode);
    if (!tape || tape.protected || !hasExpired(tape, now)) continue;
    await catalog.putTape({ ...tape, protected: true });
    locked.push(barcode);
  }
  return locked.sort();
}
