import type { Catalog, SetRecord } from '../../catalog/model';
import { tapeExpiry } from '../expiry';
import type { FoundPart } from './tapeScan';

type Source = Pick<Catalog, 'chain' | 'parts' | 'partsOnTape' | 'putTape' | 'set' | 'sets' | 'tape'>;

/** The later of two times of expiry; undefined: never. */
export function laterExpiry(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : Math.max(a, b);
}

/**
 * When all on a tape that was just scanned has expired. Of a backup that went to its end or goes on elsewhere, but of which
 * other tapes are still to be found, the tape itself says how long it is kept.
 * @returns undefined: never; 0 when there is nothing to keep
 */
export async function scannedExpiry(
  catalog: Source,
  barcode: string,
  parts: readonly FoundPart[],
): Promise<number | undefined> {
  const told = parts.filter(({ trailer }) => trailer !== undefined && trailer.state !== 'partial');
  const sets = await setsOf(catalog, barcode);
  const waiting = told.filter(({ header }) =>
    sets.some(({ uuid, state }) => uuid === header.set && state !== 'complete'),
  );
  return waiting.reduce<number | undefined>(
    (latest, { header }) => laterExpiry(latest, header.expires),
    await tapeExpiry(catalog, barcode),
  );
}

/** Sets that were found or completed keep all tapes that they need, also those that were scanned before. */
export async function keepTapesOf(catalog: Source, found: Iterable<number>): Promise<void> {
  const barcodes = new Set<string>();
  for (const id of found)
    for (const { id: needed } of await catalog.chain(id))
      for (const { barcode } of await catalog.parts(needed)) barcodes.add(barcode);
  for (const barcode of barcodes) {
    const tape = await catalog.tape(barcode);
    if (!tape) continue;
    const expires = laterExpiry(tape.expires, await tapeExpiry(catalog, barcode));
    if (expires !== tape.expires) await catalog.putTape({ ...tape, expires });
  }
}

async function setsOf(catalog: Source, barcode: string): Promise<SetRecord[]> {
  const ids = new Set((await catalog.partsOnTape(barcode)).map(({ set }) => set));
  const sets = await Promise.all([...ids].map((id) => catalog.set(id)));
  return sets.filter((set) => set !== undefined);
}
