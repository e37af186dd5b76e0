import type { Catalog, SetRecord } from '../catalog/model';

/** What of the catalog is needed to know when a tape is free. */
export type ExpirySource = Pick<Catalog, 'partsOnTape' | 'set' | 'sets'>;

/**
 * When all that is on a tape has expired, by the sets that the catalog knows there. A set lives as long as any set that
 * builds on it; one that did not come to its end is worth nothing.
 * @returns undefined: never; 0 when there is nothing to keep
 */
export async function tapeExpiry(catalog: ExpirySource, barcode: string): Promise<number | undefined> {
  const found = new Set((await catalog.partsOnTape(barcode)).map(({ set }) => set));
  let latest = 0;
  for (const id of found) {
    const set = await catalog.set(id);
    if (!set) continue;
    const expires = expiryOf(set, await catalog.sets({ job: set.job }));
    if (expires === undefined) return undefined;
    latest = Math.max(latest, expires);
  }
  return latest;
}

/** @param family the sets among which those that build on it are */
export function expiryOf(set: SetRecord, family: readonly SetRecord[]): number | undefined {
  let latest = 0;
  const waiting = [set];
  const seen = new Set<number>();
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (seen.has(next.id)) continue;
    seen.add(next.id);
    const { id } = next;
    waiting.push(...family.filter(({ base }) => base === id));
    if (next.state === 'partial') continue;
    if (next.expires === undefined) return undefined;
    latest = Math.max(latest, next.expires);
  }
  return latest;
}
