import { checkLayout, ELEMENT_KINDS, kindOf, MOST_ELEMENTS } from './layout';
import {
  LibraryError,
  type DriveEntry,
  type ElementKind,
  type ElementRange,
  type KnownCartridge,
  type LibraryLayout,
  type LibraryRecord,
} from './model';

const FORMAT = 'ndmp-workbench-library';
const VERSION = 1;
/** Cartridges that one library knows, those outside it included. */
const MOST_CARTRIDGES = 2 * MOST_ELEMENTS;
/** Names that are the same on every file system and lead nowhere else. */
const FOLDER_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** A volume tag is ASCII, at most 32 characters (SMC-3, section 6.19). */
const BARCODE = /^[!-~]{0,32}$/;

export function isFolderName(name: string): boolean {
  return FOLDER_NAME.test(name) && !/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name) && !name.endsWith('.');
}

export function isBarcode(text: string): boolean {
  return BARCODE.test(text);
}

export function recordText(record: LibraryRecord): string {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, ...record }, undefined, 1)}\n`;
}

/**
 * Reads `library.json`. What it says of places that do not exist, or of one place twice, is corrected and told.
 * @throws LibraryError when it is no library's record
 */
export function parseRecord(text: string, notes: (note: string) => void): LibraryRecord {
  const json = objectOf(parseJson(text), 'The record');
  if (json.format !== FORMAT) throw new LibraryError(`It is no library's record: its format is not "${FORMAT}".`);
  if (json.version !== VERSION)
    throw new LibraryError(`It was written by another version (${String(json.version)}); this one reads ${VERSION}.`);
  const layout = parseLayout(json.layout);
  const drives = listOf(json.drives, 'drives', layout.drive.count).map(parseDrive);
  if (drives.length !== layout.drive.count)
    throw new LibraryError(`It names ${drives.length} drives for ${layout.drive.count} places.`);
  const cartridges = listOf(json.cartridges, 'cartridges', MOST_CARTRIDGES).map(parseCartridge);
  return { serial: textOf(json.serial, 'serial'), layout, drives, cartridges: placed(cartridges, layout, notes) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new LibraryError('It is not JSON; the file is damaged.');
  }
}

function parseLayout(value: unknown): LibraryLayout {
  const json = objectOf(value, 'layout');
  const entries = ELEMENT_KINDS.map((kind): [ElementKind, ElementRange] => {
    const range = objectOf(json[kind], `layout.${kind}`);
    return [kind, { first: numberOf(range.first, `${kind}.first`), count: numberOf(range.count, `${kind}.count`) }];
  });
  const layout = Object.fromEntries(entries) as LibraryLayout;
  checkLayout(layout);
  return layout;
}

function parseDrive(value: unknown): DriveEntry {
  const { device, serial } = objectOf(value, 'drive');
  return { device: textOf(device, 'device'), serial: textOf(serial, 'serial') };
}

function parseCartridge(value: unknown): KnownCartridge {
  const { folder, barcode, kind, element, source, imported } = objectOf(value, 'cartridge');
  const name = textOf(folder, 'folder');
  if (!isFolderName(name)) throw new LibraryError('A cartridge has a folder name that no library gives.');
  const cartridge: KnownCartridge = {
    folder: name,
    barcode: textOf(barcode, 'barcode'),
    kind: kind === 'cleaning' ? 'cleaning' : 'data',
  };
  if (!isBarcode(cartridge.barcode)) throw new LibraryError(`The barcode of cartridge ${name} cannot be one.`);
  if (element !== undefined) cartridge.element = numberOf(element, 'element');
  if (source !== undefined) cartridge.source = numberOf(source, 'source');
  if (imported === true) cartridge.imported = true;
  return cartridge;
}

/** Each cartridge once and each place for one: what cannot be is taken out of the library. */
function placed(
  cartridges: readonly KnownCartridge[],
  layout: LibraryLayout,
  notes: (note: string) => void,
): KnownCartridge[] {
  const byFolder = new Map<string, KnownCartridge>();
  const taken = new Set<number>();
  for (const cartridge of cartridges) {
    if (byFolder.has(cartridge.folder)) {
      notes(`cartridge ${cartridge.folder} is named twice; the second entry is ignored`);
      continue;
    }
    const { element } = cartridge;
    if (element !== undefined && (taken.has(element) || kindOf(layout, element) === undefined)) {
      notes(`cartridge ${cartridge.folder} cannot lie in element ${element}; it counts as outside the library`);
      delete cartridge.element;
    } else if (element !== undefined) taken.add(element);
    byFolder.set(cartridge.folder, cartridge);
  }
  return [...byFolder.values()];
}

function objectOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new LibraryError(`${what} is missing or no object.`);
  return value as Record<string, unknown>;
}

function listOf(value: unknown, what: string, most: number): unknown[] {
  if (!Array.isArray(value)) throw new LibraryError(`The list of ${what} is missing.`);
  if (value.length > most) throw new LibraryError(`It lists ${value.length} ${what} where ${most} are possible.`);
  return value;
}

function textOf(value: unknown, what: string): string {
  if (typeof value !== 'string' || value.length > 255) throw new LibraryError(`The text "${what}" is missing.`);
  return value;
}

function numberOf(value: unknown, what: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
    throw new LibraryError(`The number "${what}" is missing.`);
  return value;
}
