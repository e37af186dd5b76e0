import type { Catalog, SetRecord } from '../catalog/model';
import { tapeExpiry } from './expiry';

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
    if (!tape) continue;
    // Nothing to keep is told as the time 0: from now on is as good.
    const kept = await tapeExpiry(catalog, barcode);
    const expires = kept === undefined ? undefined : Math.max(kept, now);
    await catalog.putTape({ ...tape, expires });
    if (expires !== undefined && expires <= now) free.push(barcode);
  }
  return free.sort();
}
