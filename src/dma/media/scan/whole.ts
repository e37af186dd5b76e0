import type { PartRecord, SetRecord } from '../../catalog/model';

/** Whether some copy of an image whose end is known lies on tape without a gap. */
export function isWhole({ bytes, ended }: Pick<SetRecord, 'bytes' | 'ended'>, parts: readonly PartRecord[]): boolean {
  if (ended === undefined) return false;
  const copies = new Set(parts.map(({ copy }) => copy));
  return [...copies].some((copy) => reaches(parts.filter((part) => part.copy === copy)) === bytes);
}

/** How far the parts of a copy go without a gap. */
function reaches(parts: readonly PartRecord[]): bigint | undefined {
  let end = 0n;
  for (const [n, part] of [...parts].sort((a, b) => a.number - b.number).entries()) {
    if (part.number !== n + 1 || part.offset !== end || !part.closed) return undefined;
    end += part.bytes;
  }
  return parts.length === 0 ? undefined : end;
}
