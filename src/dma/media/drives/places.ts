import type { Catalog } from '../../catalog/model';
import type { Inventory } from '../model';

/**
 * Keeps in the catalog where the tapes that it knows are: those that the inventory has, and those that it had here before
 * and has no more.
 * @param library name of the library, the same each time
 */
export async function rememberPlaces(catalog: Catalog, library: string, { elements }: Inventory): Promise<void> {
  const places = new Map(
    elements.flatMap(({ barcode, address }) => (barcode === undefined ? [] : [[barcode, address] as const])),
  );
  for (const tape of await catalog.tapes()) {
    const element = places.get(tape.barcode);
    if (element !== undefined) {
      if (tape.library !== library || tape.element !== element) await catalog.putTape({ ...tape, library, element });
    } else if (tape.library === library) await catalog.putTape({ ...tape, library: undefined, element: undefined });
  }
}
