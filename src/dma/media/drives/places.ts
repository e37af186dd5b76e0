import type { Catalog, TapeRecord } from '../../catalog/model';
import type { Element, Inventory } from '../model';
import { freeName } from '../naming';
import { newTape } from '../pools';

/** A tape library as the catalog tells it from others. */
export interface LibraryName {
  /** Of the changer, the same whichever way it is reached. */
  id: string;
  /** For people: tape server and changer. */
  text: string;
  /** Tape server. */
  server: string;
}

/**
 * Keeps in the catalog where the tapes that it knows are: those that the inventory has, and those that it had here before
 * and has no more.
 * @returns the inventory with the names of the tapes in the catalog in place of what stands on them
 */
export async function rememberPlaces(catalog: Catalog, library: LibraryName, inventory: Inventory): Promise<Inventory> {
  const tapes = await catalog.tapes();
  const elements: Element[] = [];
  const here = new Set<string>();
  for (const element of inventory.elements) {
    const { barcode: sticker, address } = element;
    const tape = sticker === undefined ? undefined : tapeHere(tapes, library, sticker);
    if (sticker === undefined || tape === undefined) {
      elements.push(element);
      continue;
    }
    elements.push({ ...element, barcode: tape.barcode });
    if (here.has(tape.barcode)) continue; // no two cartridges should have the same
    here.add(tape.barcode);
    const place = { library: library.text, libraryId: library.id, element: address };
    if (tape.libraryId !== place.libraryId || tape.library !== place.library || tape.element !== address)
      await catalog.putTape({ ...tape, ...place });
  }
  const gone = tapes.filter((tape) => isIn(tape, library) && !here.has(tape.barcode));
  for (const tape of gone)
    await catalog.putTape({ ...tape, library: undefined, libraryId: undefined, element: undefined });
  return { ...inventory, elements };
}

/**
 * The tape of the catalog that a cartridge of this library is, by what stands on it; undefined for one that is not known.
 * Another library may have a cartridge with the same barcode: then this one gets a name with its server behind it.
 */
function tapeHere(tapes: readonly TapeRecord[], library: LibraryName, sticker: string): TapeRecord | undefined {
  const alike = tapes.filter((tape) => tape.sticker === sticker);
  const known =
    alike.find((tape) => isIn(tape, library)) ??
    // one that was seen in no library lately, or by an earlier version, which knew tapes by their barcodes alone
    alike.find(({ libraryId }) => libraryId === undefined);
  if (known || !tapes.some(({ barcode }) => barcode === sticker)) return known;
  return { ...newTape(freeName(tapes, library.server, sticker)), sticker };
}

function isIn({ libraryId, library: text }: TapeRecord, library: LibraryName): boolean {
  return libraryId === undefined ? text === library.text : libraryId === library.id;
}
