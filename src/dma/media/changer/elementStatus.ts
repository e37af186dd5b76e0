import { escapeText } from '../../../protocol';
import type { Element, ElementType } from '../model';
import { reasonOf } from './sense';

/** What an answer to READ ELEMENT STATUS tells. */
export interface ElementReport {
  /** In the order of the answer; an address that comes twice is only taken once. */
  elements: Element[];
  /** Elements that the header announced. */
  announced: number;
  /** False when there is more than the answer had room for. */
  isWhole: boolean;
  /** What does not fit the layout; the rest is told all the same. */
  problems: string[];
}

const HEADER = 8;
const FIXED_PART = 12;
const VOLUME_TAG = 36;
const VOLUME_NAME = 32;
const TYPES: readonly (ElementType | undefined)[] = [undefined, 'transport', 'slot', 'import-export', 'drive'];
const FULL = 0x01;
const EXCEPT = 0x04;
const ACCESS = 0x08;
const SOURCE_VALID = 0x80;
const PRIMARY_TAG = 0x80;
const ALTERNATE_TAG = 0x40;
const CLEANING_MEDIUM = 2;
const MOST_PROBLEMS = 20;

interface Page {
  type: ElementType;
  hasTag: boolean;
  hasAlternateTag: boolean;
}

/**
 * Reads the answer to READ ELEMENT STATUS (SMC-3, section 6.11): page by page, by the descriptor length of the page,
 * whatever the bytes are. An answer that was cut gives what is whole of it.
 */
export function parseElementStatus(data: Uint8Array): ElementReport {
  const report: ElementReport = { elements: [], announced: 0, isWhole: true, problems: [] };
  if (data.length < HEADER) {
    report.isWhole = false;
    report.problems.push(`The answer has ${data.length} bytes, not even its header.`);
    return report;
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  report.announced = view.getUint16(2);
  const announcedEnd = HEADER + u24(view, 5);
  // Some changers leave the byte count at zero, or announce less than they send: the bytes that are there decide.
  const end = announcedEnd > HEADER ? Math.min(announcedEnd, data.length) : data.length;
  const seen = new Set<number>();
  for (let at = HEADER; at + HEADER <= end;) at = parsePage(view, at, end, report, seen);
  report.isWhole = announcedEnd <= data.length && report.elements.length >= report.announced;
  return report;
}

/** @returns where the next page begins */
function parsePage(view: DataView, at: number, end: number, report: ElementReport, seen: Set<number>): number {
  const type = TYPES[view.getUint8(at)];
  const flags = view.getUint8(at + 1);
  const length = view.getUint16(at + 2);
  const first = at + HEADER;
  const bytes = u24(view, at + 5);
  const pageEnd = Math.min(end, first + bytes);
  if (type === undefined) note(report, `A page has the element type ${view.getUint8(at)}, which does not exist.`);
  else if (length < FIXED_PART) note(report, `A page has element descriptors of ${length} bytes.`);
  else {
    const page = { type, hasTag: (flags & PRIMARY_TAG) !== 0, hasAlternateTag: (flags & ALTERNATE_TAG) !== 0 };
    for (let from = first; from + length <= pageEnd; from += length) {
      const element = parseElement(new DataView(view.buffer, view.byteOffset + from, length), page);
      if (seen.has(element.address)) note(report, `Element ${element.address} is told twice.`);
      else report.elements.push(element);
      seen.add(element.address);
    }
  }
  return first + bytes;
}

function parseElement(part: DataView, page: Page): Element {
  const flags = part.getUint8(2);
  const isFull = (flags & FULL) !== 0;
  const medium = part.getUint8(9);
  const barcode = page.hasTag && isFull ? volumeName(part) : undefined;
  const exception = { asc: part.getUint8(4), ascq: part.getUint8(5) };
  return {
    type: page.type,
    address: part.getUint16(0),
    isFull,
    barcode,
    isCleaning: isFull && ((medium & 0x07) === CLEANING_MEDIUM || /^CLN/i.test(barcode ?? '')),
    source: isFull && (medium & SOURCE_VALID) !== 0 ? part.getUint16(10) : undefined,
    isAccessible: page.type === 'transport' || (flags & ACCESS) !== 0,
    problem: (flags & EXCEPT) !== 0 ? `${reasonOf(exception)} (${codeText(exception)})` : undefined,
    deviceId: page.type === 'drive' ? deviceIdentifier(part, page) : undefined,
  };
}

/** The barcode of a volume tag: printable ASCII, or none. */
function volumeName(part: DataView): string | undefined {
  if (part.byteLength < FIXED_PART + VOLUME_NAME) return undefined;
  const text = asciiText(part, FIXED_PART, VOLUME_NAME).replace(/\0.*$/s, '').trim();
  return text !== '' && /^[!-~]+(?: [!-~]+)*$/.test(text) ? text : undefined;
}

/** The identification descriptor behind the tags (DVCID): text as it is, binary as hexadecimal digits. */
function deviceIdentifier(part: DataView, page: Page): string | undefined {
  const at = FIXED_PART + (page.hasTag ? VOLUME_TAG : 0) + (page.hasAlternateTag ? VOLUME_TAG : 0);
  if (at + 4 > part.byteLength) return undefined;
  const length = part.getUint8(at + 3);
  if (length === 0 || at + 4 + length > part.byteLength) return undefined;
  const codeSet = part.getUint8(at) & 0x0f;
  const text = asciiText(part, at + 4, length)
    .replace(/\0+$/, '')
    .trim();
  if (codeSet !== 1 && text !== '') return escapeText(text);
  return Array.from({ length }, (_, n) =>
    part
      .getUint8(at + 4 + n)
      .toString(16)
      .padStart(2, '0'),
  ).join('');
}

function asciiText(part: DataView, at: number, length: number): string {
  return String.fromCharCode(...Array.from({ length }, (_, n) => part.getUint8(at + n)));
}

function codeText({ asc, ascq }: { asc: number; ascq: number }): string {
  const hex = (byte: number): string => byte.toString(16).padStart(2, '0').toUpperCase();
  return `${hex(asc)}/${hex(ascq)}`;
}

function u24(view: DataView, at: number): number {
  return (view.getUint8(at) << 16) | view.getUint16(at + 1);
}

function note(report: ElementReport, problem: string): void {
  if (report.problems.length < MOST_PROBLEMS) report.problems.push(problem);
}
