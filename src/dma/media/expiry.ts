import type { SetRecord } from '../catalog/model';

/**
 * When nobody needs a set any more: it lives as long as any set that builds on it; one that did not come to its end is
 * worth nothing.
 * @param family the sets among which those that build on it are
 * @returns undefined: never; 0 when there is nothing to keep
 */
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
