import { escapeText, type JsonValue } from '../../protocol';
import type { TapeLibrary } from './library';
import type { ElementKind, ElementView, KnownCartridge } from './model';

const KIND_NAMES: Record<ElementKind, string> = {
  transport: 'robot',
  storage: 'slot',
  'import-export': 'import/export',
  drive: 'drive',
};

/** The library for reading: an element a line, then what is outside. */
export function inventoryLines(library: TapeLibrary): string[] {
  const { operator } = library;
  const outside = operator.outside().map(nameOf);
  return [
    `Library ${library.serial} in ${escapeText(library.folder)}`,
    ...(operator.doorOpen ? ['The door is open.'] : []),
    ...(operator.locked ? ['A client prevents that media are removed.'] : []),
    ...library
      .inventory()
      .filter(({ kind }) => kind !== 'transport')
      .map(lineOf),
    ...(outside.length > 0 ? [`outside: ${outside.join(' ')}`] : []),
  ];
}

/** The same for programs. */
export function inventoryData(library: TapeLibrary): JsonValue {
  const { operator } = library;
  return {
    serial: library.serial,
    folder: library.folder,
    doorOpen: operator.doorOpen,
    locked: operator.locked,
    elements: library.inventory().map(({ element, kind, device, cartridge }) => ({
      element,
      kind,
      ...(device !== undefined && { device }),
      ...(cartridge && { cartridge: dataOf(cartridge) }),
    })),
    outside: operator.outside().map(dataOf),
  };
}

function lineOf({ element, kind, device, cartridge }: ElementView): string {
  const what = device === undefined ? KIND_NAMES[kind] : `${KIND_NAMES[kind]} ${escapeText(device)}`;
  const content = cartridge ? `${nameOf(cartridge)}${cartridge.kind === 'cleaning' ? ' (cleaning)' : ''}` : '-';
  return `${String(element).padStart(6)}  ${what.padEnd(14)}  ${content}`;
}

function nameOf({ barcode, folder }: KnownCartridge): string {
  return escapeText(barcode || folder);
}

function dataOf({ folder, barcode, kind, source }: KnownCartridge): JsonValue {
  return { folder, barcode, kind, ...(source !== undefined && { source }) };
}
