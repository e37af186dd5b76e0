import { escapeText } from '../../protocol';
import { DmaFailure } from '../connection/failures';
import type { Element, ElementType, Inventory } from './model';

/** The element that a cartridge lies in; undefined when it is not in the library. */
export function whereIs({ elements }: Inventory, barcode: string): Element | undefined {
  return elements.find((element) => holds(element, barcode));
}

/** Scanners and people differ in the case of letters. */
export function holds({ isFull, barcode }: Element, wanted: string): boolean {
  return isFull && barcode?.toUpperCase() === wanted.toUpperCase();
}

/** A cartridge that the changer reads in another place. One that it reads nowhere may be here: not every drive lets it be read. */
export function isElsewhere(inventory: Inventory, barcode: string, address: number | undefined): boolean {
  const place = whereIs(inventory, barcode);
  return address !== undefined && place !== undefined && place.address !== address;
}

export function elementAt({ elements }: Inventory, address: number): Element | undefined {
  return elements.find((element) => element.address === address);
}

/**
 * Where a cartridge that leaves a drive goes: into the slot that it came from, else the first that is free, and in a full
 * library back into the import/export station.
 * @throws DmaFailure when there is no room
 */
export function placeFor(inventory: Inventory, leaving: Element): number {
  const source = leaving.source === undefined ? undefined : elementAt(inventory, leaving.source);
  const own = (type: ElementType): Element | undefined => (source && isFree(source, type) ? source : undefined);
  const slot = own('slot') ?? firstFree(inventory, 'slot');
  const place = slot ?? own('import-export') ?? firstFree(inventory, 'import-export');
  return place ? place.address : noRoom(leaving);
}

/**
 * The slot that a cartridge from outside gets.
 * @throws DmaFailure when none is free
 */
export function freeSlot(inventory: Inventory, coming: Element): number {
  return firstFree(inventory, 'slot')?.address ?? noRoom(coming);
}

function noRoom({ barcode, address }: Element): never {
  const what = barcode === undefined ? `the cartridge in element ${address}` : escapeText(barcode);
  throw new DmaFailure(`No slot of the library is free for ${what}. Export a cartridge first.`);
}

/** The first element of a type that is empty and in order. */
export function firstFree({ elements }: Inventory, type: ElementType): Element | undefined {
  return elements.find((element) => isFree(element, type));
}

function isFree(element: Element, type: ElementType): boolean {
  return element.type === type && !element.isFull && element.problem === undefined;
}
