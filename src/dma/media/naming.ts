import type { TapeRecord } from '../catalog/model';

/** A name for a tape without a barcode: the pool's, and the next number. */
export function nameForNewTape(pool: string, taken: readonly string[]): string {
  const used = new Set(taken);
  for (let n = 1; ; n++) {
    const name = `${pool}-${String(n).padStart(4, '0')}`;
    if (!used.has(name)) return name;
  }
}

/** A name for a tape whose barcode another one has too: NDM001L8@filer2, and a number where that is taken. */
export function freeName(tapes: readonly TapeRecord[], server: string, sticker: string): string {
  const taken = new Set(tapes.map(({ barcode }) => barcode));
  const name = `${sticker}@${server}`;
  if (!taken.has(name)) return name;
  for (let n = 2; ; n++) if (!taken.has(`${name}-${n}`)) return `${name}-${n}`;
}
