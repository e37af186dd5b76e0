import { asciiField, vendorDesignator, VIRTUAL_DRIVE } from '../../scsi/identity';
import { good, refuseField } from '../../scsi/sense';
import type { ScsiResult } from '../../scsi/target';
import { ELEMENT_TYPES, type ElementKind, type ElementView } from '../model';
import type { Cdb } from './cdb';

/** An element as its descriptor tells of it. */
export interface ElementState extends ElementView {
  /** The robot can reach what lies there. */
  access: boolean;
  /** Something is wrong with it: additional sense code and qualifier. */
  exception?: readonly [asc: number, ascq: number];
  /** Of a drive: its place on the bus, and its serial number. */
  drive?: { id: number; lun: number; serial: string };
}

const HEADER = 8;
const FIXED_PART = 12;
const VOLUME_TAG = 36;
const IDENTIFIER_HEADER = 4;
const MEDIUM_TYPES = { data: 1, cleaning: 2 };
/** What of the flags and the identification block a kind of element has. */
const FULL = 0x01;
const IMPORTED = 0x02;
const EXCEPTION = 0x04;
const ACCESS = 0x08;
const IMPORT_AND_EXPORT_ENABLED = 0x30;
const ID_AND_LUN_VALID = 0x30;

/**
 * READ ELEMENT STATUS (SMC-3, section 6.11): a page for each kind of element. With less room than needed the header still
 * tells how much there would be, and no descriptor is cut.
 * @param elements all of the library, by address
 */
export function readElementStatus(elements: readonly ElementState[], cdb: Cdb): ScsiResult {
  const type = cdb.byte(1) & 0x0f;
  if (type > ELEMENT_TYPES.drive) refuseField(1, 3);
  const asked = elements.filter(
    ({ element, kind }) => element >= cdb.u16(2) && (type === 0 || ELEMENT_TYPES[kind] === type),
  );
  const reported = asked.slice(0, cdb.u16(4));
  const options = { tags: cdb.bit(1, 0x10), identifiers: cdb.bit(6, 0x01) };
  const parts = pagesOf(reported).flatMap((page) => encodePage(page, options));
  const header = Buffer.alloc(HEADER);
  header.writeUInt16BE(reported.at(0)?.element ?? 0, 0);
  header.writeUInt16BE(reported.length, 2);
  header.writeUIntBE(sizeOf(parts), 5, 3);
  return good(fitting([header, ...parts], cdb.u24(7)));
}

/** Neighbours of one kind. */
function pagesOf(elements: readonly ElementState[]): ElementState[][] {
  const pages: ElementState[][] = [];
  for (const element of elements) {
    const last = pages.at(-1);
    if (last?.[0].kind === element.kind) last.push(element);
    else pages.push([element]);
  }
  return pages;
}

interface PageOptions {
  tags: boolean;
  identifiers: boolean;
}

function encodePage(elements: readonly ElementState[], options: PageOptions): Buffer[] {
  const { kind } = elements[0];
  const designators = elements.map(({ drive }) =>
    options.identifiers && drive
      ? vendorDesignator({ ...VIRTUAL_DRIVE, serial: drive.serial })
      : Buffer.alloc(IDENTIFIER_HEADER),
  );
  const length = FIXED_PART + (options.tags ? VOLUME_TAG : 0) + Math.max(...designators.map((each) => each.length));
  const header = Buffer.alloc(HEADER);
  header[0] = ELEMENT_TYPES[kind];
  header[1] = options.tags ? 0x80 : 0;
  header.writeUInt16BE(length, 2);
  header.writeUIntBE(length * elements.length, 5, 3);
  const descriptors = elements.map((element, n) =>
    Buffer.concat([fixedPart(element), ...(options.tags ? [volumeTag(element)] : []), designators[n]], length),
  );
  return [header, ...descriptors];
}

function fixedPart({ element, kind, cartridge, access, exception, drive }: ElementState): Buffer {
  const part = Buffer.alloc(FIXED_PART);
  part.writeUInt16BE(element, 0);
  part[2] = flagsOf(kind, access) | (cartridge ? FULL : 0) | (exception ? EXCEPTION : 0);
  if (cartridge?.imported) part[2] |= IMPORTED;
  part.set(exception ?? [0, 0], 4);
  if (drive) part.set([ID_AND_LUN_VALID | drive.lun, drive.id], 6);
  if (cartridge) part[9] = MEDIUM_TYPES[cartridge.kind];
  if (cartridge?.source !== undefined) {
    part[9] |= 0x80;
    part.writeUInt16BE(cartridge.source, 10);
  }
  return part;
}

function flagsOf(kind: ElementKind, access: boolean): number {
  if (kind === 'transport') return 0;
  return (access ? ACCESS : 0) | (kind === 'import-export' ? IMPORT_AND_EXPORT_ENABLED : 0);
}

/** A primary volume tag: the barcode, no sequence number; all zeros where there is no label to read (SMC-3, section 6.19). */
function volumeTag({ cartridge }: ElementState): Buffer {
  const tag = Buffer.alloc(VOLUME_TAG);
  if (cartridge?.barcode) tag.set(asciiField(cartridge.barcode, 32));
  return tag;
}

function sizeOf(parts: readonly Buffer[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

/** As many whole parts as there is room for; a header alone may be cut. */
function fitting(parts: readonly Buffer[], room: number): Buffer {
  const fit: Buffer[] = [];
  let size = 0;
  for (const part of parts) {
    if (size + part.length > room) break;
    fit.push(part);
    size += part.length;
  }
  return fit.length === 0 ? parts[0].subarray(0, room) : Buffer.concat(fit);
}
