/** The day of a time, as people write it everywhere: 2026-03-29 (UTC). */
export function dayText(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}
