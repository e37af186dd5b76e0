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

export function elementAt({ elements }: Inventory, address: number): Element | undefined {
  return elements.find((element) => element.address === address);
}

/**
 * Where a cartridge that leaves a drive goes: into the slot that it came from, else into the first that is free.
 * @throws DmaFailure when there is none
 */
export function slotFor(inventory: Inventory, leaving: Element): number {
  const own = leaving.source === undefined ? undefined : elementAt(inventory, leaving.source);
  const place = own && isFree(own, 'slot') ? own : firstFree(inventory, 'slot');
  if (place) return place.address;
  throw new DmaFailure(
    `No slot of the library is free for ${leaving.barcode ?? `the cartridge in element ${leaving.address}`}. Export a cartridge first.`,
  );
}

/** The first element of a type that is empty and in order. */
export function firstFree({ elements }: Inventory, type: ElementType): Element | undefined {
  return elements.find((element) => isFree(element, type));
}

function isFree(element: Element, type: ElementType): boolean {
  return element.type === type && !element.isFull && element.problem === undefined;
}
