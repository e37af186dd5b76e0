import { BLOCK } from './output';
import type { RawName } from '../walk/rawName';

/** Types of tar entries (POSIX.1-2017, pax, "ustar Interchange Format"; 'D' is GNU's directory with a listing). */
export type TarType = '0' | '1' | '2' | '3' | '4' | '5' | '6' | 'D' | 'x';

/** Where the fields of a header block are: offset and size in bytes. */
export const FIELD = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  linkname: [157, 100],
  magic: [257, 8],
  uname: [265, 32],
  gname: [297, 32],
  devmajor: [329, 8],
  devminor: [337, 8],
} as const;

type Place = readonly [offset: number, size: number];

export const USTAR = 'ustar\x0000';
/** GNU tar takes the listing of a 'D' entry only when the header is its own. */
export const GNU = 'ustar  \0';

/** Largest numbers that fit their fields in octal. */
export const MAX_ID = 0o7777777;
export const MAX_LONG = 0o77777777777;

const ZERO = 0x30;
const MAX_DIGITS = 11;
const SPACE = 0x20;

/** Writes a number in octal with a zero byte after it; what does not fit is written as 0 (a pax record tells it). */
export function putOctal(header: Uint8Array, [offset, size]: Place, value: number): void {
  let left = value >= 0 && value <= (size === 12 ? MAX_LONG : MAX_ID) ? value : 0;
  for (let at = offset + Math.min(size - 2, MAX_DIGITS - 1); at >= offset; at--) {
    const rest = Math.floor(left / 8);
    header[at] = ZERO + (left - rest * 8);
    left = rest;
  }
}

/** Writes as many bytes of a text as fit. */
export function putText(header: Uint8Array, [offset, size]: Place, text: RawName): void {
  const length = Math.min(size, text.length);
  for (let i = 0; i < length; i++) header[offset + i] = text.charCodeAt(i);
}

/** Sums up the block and writes the checksum. */
export function putChecksum(header: Uint8Array): void {
  const [offset, size] = FIELD.checksum;
  let sum = size * SPACE;
  for (let i = 0; i < BLOCK; i++) sum += header[i];
  for (let at = offset + 5; at >= offset; at--) {
    header[at] = ZERO + (sum & 7);
    sum >>= 3;
  }
  header[offset + 6] = 0;
  header[offset + 7] = SPACE;
}
