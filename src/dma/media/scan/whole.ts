import type { PartRecord, SetRecord } from '../../catalog/model';
import { partsOfStream } from '../../catalog/streamParts';

/** Whether some copy of an image whose end is known lies on tape without a gap. */
export function isWhole({ bytes, ended }: Pick<SetRecord, 'bytes' | 'ended'>, parts: readonly PartRecord[]): boolean {
  if (ended === undefined) return false;
  const copies = new Set(parts.map(({ copy }) => copy));
  const stream = partsOfStream(parts, bytes);
  return [...copies].some((copy) => reaches(stream.filter((part) => part.copy === copy)) === bytes);
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

/**
 * Parts without a trailer whose end the next part of their copy tells all the same: a tape that is full to the last byte
 * takes no trailer, and the next part goes on where this one ends. @returns them as closed, with the bytes up to there
 */
export function provenParts(parts: readonly PartRecord[]): PartRecord[] {
  return parts.flatMap((part) => {
    const next = parts.find(({ copy, number }) => copy === part.copy && number === part.number + 1);
    const bytes = next === undefined ? 0n : next.offset - part.offset;
    return !part.closed && bytes > 0n && bytes <= part.bytes ? [{ ...part, bytes, closed: true }] : [];
  });
}
