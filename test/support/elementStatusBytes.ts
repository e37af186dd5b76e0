/** An element as a test wants a changer to tell of it. */
export interface TestElement {
  address: number;
  barcode?: string;
  /** Flags byte beside "full", which a barcode sets. */
  flags?: number;
  full?: boolean;
  asc?: number;
  ascq?: number;
  medium?: number;
  source?: number;
  identifier?: string;
}

export interface TestPage {
  /** 1 transport, 2 slot, 3 import/export, 4 drive. */
  type: number;
  elements: readonly TestElement[];
  tags?: boolean;
  alternateTags?: boolean;
  /** Bytes behind what the standard has. */
  vendorBytes?: number;
}

/** An answer to READ ELEMENT STATUS (SMC-3, section 6.11). */
export function elementStatusBytes(pages: readonly TestPage[], announced?: { count?: number; bytes?: number }): Buffer {
  const parts = pages.map(pageBytes);
  const body = Buffer.concat(parts);
  const header = Buffer.alloc(8);
  const count = pages.reduce((sum, { elements }) => sum + elements.length, 0);
  header.writeUInt16BE(pages[0]?.elements[0]?.address ?? 0, 0);
  header.writeUInt16BE(announced?.count ?? count, 2);
  header.writeUIntBE(announced?.bytes ?? body.length, 5, 3);
  return Buffer.concat([header, body]);
}

function pageBytes(page: TestPage): Buffer {
  const { type, elements, tags = true, alternateTags = false, vendorBytes = 0 } = page;
  const identifiers = elements.some(({ identifier }) => identifier !== undefined);
  const idRoom = identifiers ? Math.max(...elements.map(({ identifier = '' }) => identifier.length)) : 0;
  const length = 12 + (tags ? 36 : 0) + (alternateTags ? 36 : 0) + 4 + idRoom + vendorBytes;
  const header = Buffer.alloc(8);
  header[0] = type;
  header[1] = (tags ? 0x80 : 0) | (alternateTags ? 0x40 : 0);
  header.writeUInt16BE(length, 2);
  header.writeUIntBE(length * elements.length, 5, 3);
  return Buffer.concat([header, ...elements.map((element) => descriptor(element, length, tags, alternateTags))]);
}

function descriptor(element: TestElement, length: number, tags: boolean, alternateTags: boolean): Buffer {
  const { address, barcode, flags = 0x08, full = barcode !== undefined, asc = 0, ascq = 0, medium = 1 } = element;
  const part = Buffer.alloc(length);
  part.writeUInt16BE(address, 0);
  part[2] = flags | (full ? 1 : 0);
  part[4] = asc;
  part[5] = ascq;
  part[9] = medium | (element.source === undefined ? 0 : 0x80);
  part.writeUInt16BE(element.source ?? 0, 10);
  if (tags && barcode !== undefined) part.write(barcode.padEnd(32), 12, 'latin1');
  const at = 12 + (tags ? 36 : 0) + (alternateTags ? 36 : 0);
  if (element.identifier !== undefined) {
    part[at] = 0x02;
    part[at + 3] = element.identifier.length;
    part.write(element.identifier, at + 4, 'latin1');
  }
  return part;
}
