const SLASH = 0x2f;

/** Order of two names, byte by byte. */
export function compareNames(
  a: Uint8Array,
  aFrom: number,
  aTo: number,
  b: Uint8Array,
  bFrom: number,
  bTo: number,
): number {
  const shared = Math.min(aTo - aFrom, bTo - bFrom);
  for (let i = 0; i < shared; i++) {
    const difference = a[aFrom + i] - b[bFrom + i];
    if (difference !== 0) return difference;
  }
  return aTo - aFrom - (bTo - bFrom);
}

/** Order of two paths in which what is in a directory comes right behind it: the slash is the lowest of all bytes. */
export function comparePaths(
  a: Uint8Array,
  aFrom: number,
  aTo: number,
  b: Uint8Array,
  bFrom: number,
  bTo: number,
): number {
  const shared = Math.min(aTo - aFrom, bTo - bFrom);
  for (let i = 0; i < shared; i++) {
    const one = a[aFrom + i];
    const other = b[bFrom + i];
    if (one === other) continue;
    if (one === SLASH) return -1;
    return other === SLASH ? 1 : one - other;
  }
  return aTo - aFrom - (bTo - bFrom);
}

/**
 * A key that SQLite sorts as entries are: the path of the directory with zeros for slashes, two zeros, the name. Neither has
 * zeros of its own.
 */
export function pageKey(folder: Uint8Array, name: Uint8Array): Uint8Array {
  const start = folder.length === 0 ? 0 : folder.length + 1;
  const key = new Uint8Array(start + 2 + name.length);
  for (let i = 0; i < folder.length; i++) key[i + 1] = folder[i] === SLASH ? 0 : folder[i];
  key.set(name, start + 2);
  return key;
}
