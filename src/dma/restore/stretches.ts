import type { PartRecord } from '../catalog/model';
import { partsOfStream } from '../catalog/streamParts';
import type { Stretch } from './model';

/** What the tapes have of an image, or what is missing. */
export type StretchesFound = { stretches: Stretch[]; problem: undefined } | { stretches: undefined; problem: string };

/**
 * The parts of an image in the order of the stream, from the copy that will do best: complete, with most of its tapes
 * at hand. Parts of different copies are not mixed unless one copy alone does not have all.
 * @param bytes length of the stream by the catalog
 */
export function stretchesOf(
  all: readonly PartRecord[],
  bytes: bigint,
  isAtHand: (barcode: string) => boolean,
): StretchesFound {
  const parts = partsOfStream(all, bytes);
  const copies = [...new Set(parts.map(({ copy }) => copy))].sort((a, b) => a - b);
  const whole = copies.map((copy) =>
    lined(
      parts.filter((part) => part.copy === copy),
      bytes,
    ),
  );
  const usable = whole.filter((found) => found.stretches !== undefined);
  const away = (stretches: readonly Stretch[]) => stretches.filter(({ part }) => !isAtHand(part.barcode)).length;
  usable.sort((a, b) => away(a.stretches) - away(b.stretches));
  if (usable.length > 0) return usable[0];
  const mixed = lined(oneOfEach(parts, isAtHand), bytes);
  if (mixed.stretches !== undefined) return mixed;
  return whole[0] ?? { stretches: undefined, problem: 'the catalog knows of no tape that has it' };
}

/** Of parts with the same place in the stream the one whose tape is at hand, else that of the first copy. */
function oneOfEach(parts: readonly PartRecord[], isAtHand: (barcode: string) => boolean): PartRecord[] {
  const best = new Map<bigint, PartRecord>();
  const order = [...parts].sort((a, b) => Number(isAtHand(b.barcode)) - Number(isAtHand(a.barcode)) || a.copy - b.copy);
  for (const part of order) if (!best.has(part.offset)) best.set(part.offset, part);
  return [...best.values()];
}

/** The parts as windows, or where the stream has a hole. */
function lined(parts: readonly PartRecord[], bytes: bigint): StretchesFound {
  const sorted = [...parts].sort((a, b) => (a.offset < b.offset ? -1 : a.offset > b.offset ? 1 : a.number - b.number));
  const stretches: Stretch[] = [];
  let at = 0n;
  for (const part of sorted) {
    if (part.offset !== at) return hole(at, part.offset);
    if (part.recordSize <= 0) return { stretches: undefined, problem: `part ${part.number} has no record size` };
    at = part.offset + part.bytes;
    // a full tape may have had no room for the mark behind the data: what goes on there elsewhere is known all the same
    const isKnown = part.closed || part !== sorted.at(-1) || at >= bytes;
    stretches.push({ part, offset: part.offset, length: isKnown ? windowLength(part) : undefined });
  }
  if (sorted.length === 0) return { stretches: undefined, problem: 'the catalog knows of no tape that has it' };
  const isOpen = stretches.at(-1)?.length === undefined;
  return at < bytes && !isOpen ? hole(at, bytes) : { stretches, problem: undefined };
}

function hole(from: bigint, to: bigint): StretchesFound {
  return { stretches: undefined, problem: `no tape has the bytes ${from} to ${to} of the stream` };
}

/** Whole records: movers refuse other windows; what pads the last record is no part of the stream and does no harm. */
function windowLength({ bytes, recordSize }: PartRecord): bigint {
  const size = BigInt(recordSize);
  return ((bytes + size - 1n) / size) * size;
}

/** The stretch that has this offset of the stream; undefined beyond the end. */
export function stretchAt(stretches: readonly Stretch[], offset: bigint): number | undefined {
  const found = stretches.findLastIndex((stretch) => stretch.offset <= offset);
  if (found < 0) return undefined;
  const { offset: start, length } = stretches[found];
  return length === undefined || offset < start + length ? found : undefined;
}
