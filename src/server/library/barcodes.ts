import { LibraryError } from './model';
import { isBarcode, isFolderName } from './record';

/** Digits to count with, and the medium's kind that may follow them: NDM 001 L8. */
const COUNTED = /^(.*?)(\d+)([A-Z]\d)?$/;

/**
 * Barcodes in a row: NDM001L8, NDM002L8, …
 * @throws LibraryError when the first one cannot be counted on from, or the digits do not suffice
 */
export function barcodesFrom(first: string, count: number): string[] {
  const [, prefix = '', digits, suffix = ''] = COUNTED.exec(first) ?? [];
  if (digits === undefined)
    throw new LibraryError(`The barcode ${first} has no number to count on from, such as NDM001L8.`);
  return Array.from({ length: count }, (_, n) => {
    const number = String(Number(digits) + n).padStart(digits.length, '0');
    if (number.length > digits.length)
      throw new LibraryError(`There are not ${count} barcodes from ${first} on; use more digits.`);
    return `${prefix}${number}${suffix}`;
  });
}

/** @throws LibraryError when a barcode cannot stand on a label */
export function checkBarcode(barcode: string): void {
  if (!isBarcode(barcode)) throw new LibraryError('A barcode has at most 32 printable ASCII characters and no spaces.');
}

/** A folder name for a new cartridge: its barcode where that can be one; `taken` tells which are not to be had. */
export async function folderNameFor(barcode: string, taken: (name: string) => Promise<boolean>): Promise<string> {
  const base = isFolderName(barcode) ? barcode : 'cartridge';
  for (let n = 1; ; n++) {
    const name = n === 1 ? base : `${base.slice(0, 50)}-${n}`;
    if (!(await taken(name))) return name;
  }
}
