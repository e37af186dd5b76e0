import { escapeText } from '../../protocol';
import type { PartRecord, SetRecord, TapeRecord } from '../catalog/model';
import { partsOfStream } from '../catalog/streamParts';
import { DmaFailure } from '../connection/failures';
import { isWhole } from '../media/scan/whole';
import type { CopySource } from './model';

/**
 * The copy of a set to copy from: a whole one, of those the one with most of its tapes in a library.
 * @throws DmaFailure when the set is not complete, or no copy of it is
 */
export function sourceOf(
  set: SetRecord,
  parts: readonly PartRecord[],
  tapes: ReadonlyMap<string, TapeRecord>,
): CopySource {
  const name = `Set ${set.id} (${escapeText(set.path)})`;
  if (set.state !== 'complete') throw new DmaFailure(`${name} did not come to its end: there is nothing to copy.`);
  const copies = [...new Set(parts.map(({ copy }) => copy))];
  const whole = copies
    .map((copy) =>
      partsOfStream(parts, set.bytes)
        .filter((part) => part.copy === copy)
        .sort((a, b) => a.number - b.number),
    )
    .filter((found) => isWhole(set, found) && found.every(({ barcode }) => tapes.get(barcode)?.state !== 'damaged'));
  if (whole.length === 0) throw new DmaFailure(`${name} is not whole on any tapes that can be read.`);
  const near = (found: readonly PartRecord[]): number =>
    found.filter(({ barcode }) => tapes.get(barcode)?.element !== undefined).length;
  whole.sort((a, b) => near(b) - near(a));
  return { set, parts: whole[0], copy: Math.max(...copies) + 1 };
}

/** Whether a whole copy of a set lies in a pool already. */
export function isInPool(
  set: SetRecord,
  parts: readonly PartRecord[],
  tapes: ReadonlyMap<string, TapeRecord>,
  pool: string,
): boolean {
  return isWhole(
    set,
    parts.filter(({ barcode }) => tapes.get(barcode)?.pool === pool && tapes.get(barcode)?.state !== 'damaged'),
  );
}

/**
 * The tape server that has the tapes: libraries are called by their server, then the changer.
 * @throws DmaFailure when the catalog does not know
 */
export function serverOf({ set, parts }: CopySource, tapes: ReadonlyMap<string, TapeRecord>): string {
  const seen = parts.map(({ barcode }) => tapes.get(barcode)?.library?.split(' ')[0]).filter(Boolean);
  if (seen[0] !== undefined) return seen[0];
  throw new DmaFailure(`It is not known where the tapes of set ${set.id} are: name their tape server with --from.`);
}
