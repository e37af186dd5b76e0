/** A name for a tape without a barcode: the pool's, and the next number. */
export function nameForNewTape(pool: string, taken: readonly string[]): string {
  const used = new Set(taken);
  for (let n = 1; ; n++) {
    const name = `${pool}-${String(n).padStart(4, '0')}`;
    if (!used.has(name)) return name;
  }
}
