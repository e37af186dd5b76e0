import { decodeByteString } from '../../../xdr';

export const BLOCK = 512;

export function padded(length: number): number {
  return Math.ceil(length / BLOCK) * BLOCK;
}

/** Octal digits, or GNU's binary form; undefined when it is neither, negative or beyond what a double holds exactly. */
export function numberAt(block: Uint8Array, at: number, length: number): number | undefined {
  let value = 0;
  if (block[at] & 0x80) {
    if (block[at] !== 0x80) return undefined;
    for (let i = at + 1; i < at + length; i++) value = value * 256 + block[i];
  } else {
    const digits = /^ *([0-7]*)[ \0]*$/.exec(String.fromCharCode(...block.subarray(at, at + length)).split('\0')[0]);
    if (!digits) return undefined;
    value = digits[1] === '' ? 0 : parseInt(digits[1], 8);
  }
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Up to the first NUL; a byte string. */
export function textAt(block: Uint8Array, at: number, length: number): string {
  const end = block.subarray(at, at + length).indexOf(0);
  return decodeByteString(block, at, at + (end < 0 ? length : end));
}

/** Whether the sum of the bytes is the one that the header names; old writers summed them as signed. */
export function hasChecksum(block: Uint8Array): boolean {
  let sum = 8 * 0x20;
  let high = 0;
  for (let i = 0; i < BLOCK; i++) {
    if (i >= 148 && i < 156) continue;
    sum += block[i];
    if (block[i] >= 0x80) high++;
  }
  const named = numberAt(block, 148, 8);
  return named === sum || named === sum - 256 * high;
}

/** The name in the header itself: GNU's headers have other things where POSIX has the first part of the name. */
export function headerName(block: Uint8Array): string {
  const name = textAt(block, 0, 100);
  const prefix = textAt(block, 257, 8) === 'ustar' ? textAt(block, 345, 155) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** Records "LENGTH KEY=VALUE\n" of an extended header (POSIX.1-2008, pax). @returns undefined where they are broken */
export function paxValues(bytes: Uint8Array): Map<string, string> | undefined {
  const values = new Map<string, string>();
  for (let at = 0; at < bytes.length && bytes[at] !== 0;) {
    const space = bytes.indexOf(0x20, at);
    const length = space < 0 || space - at > 10 ? NaN : Number(decodeByteString(bytes, at, space));
    const end = at + length;
    const equals = bytes.indexOf(0x3d, space);
    if (!Number.isInteger(length) || end > bytes.length || equals < 0 || equals >= end || bytes[end - 1] !== 0x0a)
      return undefined;
    const key = decodeByteString(bytes, space + 1, equals);
    if (WANTED.has(key)) values.set(key, decodeByteString(bytes, equals + 1, end - 1));
    at = end;
  }
  return values;
}

const WANTED: ReadonlySet<string> = new Set(['path', 'size', 'GNU.sparse.name']);

/** A name of the stream as a path from the root of the backup; undefined for what could not be restored. */
export function pathOf(name: string): string | undefined {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  return parts.includes('..') || name.includes('\0') ? undefined : `/${parts.join('/')}`;
}
