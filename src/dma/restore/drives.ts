import type { DriveState } from '../media/model';

/**
 * Drives in the order in which they suit: one that has a wanted tape already, one at the node of the volume, an empty one.
 * @param barcodes tapes in the order in which they are wanted
 * @param affinity of the volume that files go to
 */
export function drivesInOrder(
  drives: readonly DriveState[],
  wish: readonly string[],
  barcodes: readonly string[],
  affinity: string | undefined,
): DriveState[] {
  const allowed = drives.filter(
    ({ device, unusable }) => unusable === undefined && (wish.length === 0 || wish.includes(device)),
  );
  const score = (drive: DriveState): number[] => [
    -Number(affinity !== undefined && drive.affinity === affinity),
    drive.loaded === undefined ? barcodes.length + 1 : atOf(barcodes, drive.loaded),
    wish.indexOf(drive.device),
  ];
  return allowed
    .map((drive) => ({ drive, score: score(drive) }))
    .sort((a, b) => compare(a.score, b.score))
    .map(({ drive }) => drive);
}

/** Place among the wanted tapes; a tape that nobody wants comes behind empty drives. */
function atOf(barcodes: readonly string[], barcode: string): number {
  const at = barcodes.indexOf(barcode);
  return at < 0 ? barcodes.length + 2 : at;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [i, value] of a.entries()) if (value !== b[i]) return value - b[i];
  return 0;
}
