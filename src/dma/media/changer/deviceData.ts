import type { ElementType } from '../model';

/** Who a SCSI device says it is. */
export interface DeviceIdentity {
  /** Peripheral device type: 1 tape, 8 media changer. */
  deviceType: number;
  vendor: string;
  product: string;
  revision: string;
}

/** Consecutive element addresses of one type. */
export interface ElementRange {
  type: ElementType;
  first: number;
  count: number;
}

const ELEMENT_ADDRESS_PAGE = 0x1d;
const RANGES: readonly (readonly [ElementType, number])[] = [
  ['transport', 2],
  ['slot', 6],
  ['import-export', 10],
  ['drive', 14],
];

/** Reads standard INQUIRY data; what is missing is empty. */
export function parseInquiry(data: Uint8Array): DeviceIdentity {
  return {
    deviceType: data.length > 0 ? data[0] & 0x1f : 0x1f,
    vendor: printable(data.subarray(8, 16)),
    product: printable(data.subarray(16, 32)),
    revision: printable(data.subarray(32, 36)),
  };
}

/**
 * Reads the element addresses out of MODE SENSE(6) data with page 0x1D (SMC-3, section 7.3.3).
 * @returns undefined when the page is not there
 */
export function parseElementAddresses(data: Uint8Array): ElementRange[] | undefined {
  const at = 4 + (data.length > 3 ? data[3] : 0);
  const page = data.subarray(at);
  if (page.length < 18 || (page[0] & 0x3f) !== ELEMENT_ADDRESS_PAGE) return undefined;
  return RANGES.map(([type, offset]) => ({ type, first: u16(page, offset), count: u16(page, offset + 2) }));
}

/** The unit serial number of vital product page 0x80; undefined when there is none. */
export function parseSerial(data: Uint8Array): string | undefined {
  const text = pageContent(data, 0x80);
  return text && printable(text) !== '' ? printable(text) : undefined;
}

/** The designators of vital product page 0x83: text, and binary ones as hexadecimal digits. */
export function parseDesignators(data: Uint8Array): string[] {
  const content = pageContent(data, 0x83) ?? new Uint8Array(0);
  const found: string[] = [];
  for (let at = 0; at + 4 <= content.length;) {
    const bytes = content.subarray(at + 4, at + 4 + content[at + 3]);
    const text = (content[at] & 0x0f) === 1 ? Buffer.from(bytes).toString('hex') : printable(bytes);
    if (text !== '') found.push(text);
    at += 4 + content[at + 3];
  }
  return found;
}

function pageContent(data: Uint8Array, page: number): Uint8Array | undefined {
  if (data.length < 4 || data[1] !== page) return undefined;
  return data.subarray(4, 4 + u16(data, 2));
}

/** A text field without its padding; what is not printable ASCII becomes a question mark. */
function printable(bytes: Uint8Array): string {
  const text = String.fromCharCode(...bytes);
  return text
    .replace(/\0+$/, '')
    .trim()
    .replaceAll(/[^ -~]/g, '?');
}

function u16(data: Uint8Array, at: number): number {
  return (data[at] << 8) | data[at + 1];
}
