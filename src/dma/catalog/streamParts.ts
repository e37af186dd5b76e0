import type { PartRecord } from './model';

/**
 * The parts that hold something of an image's stream. A last one without any holds what had no room on the tape before:
 * the closing record and the file tree.
 * @param bytes length of the stream
 */
export function partsOfStream(parts: readonly PartRecord[], bytes: bigint): PartRecord[] {
  return parts.filter(({ number, offset, bytes: own }) => number === 1 || own > 0n || offset < bytes);
}
