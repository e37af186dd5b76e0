import { decodeByteString, encodeByteString } from '../../../xdr';

/**
 * Names as they are on disk: a string with one character (U+0001 to U+00FF) for each byte. Small, comparable byte by byte
 * with `<`, and without loss whatever the bytes are. Only names that leave the archive become byte strings.
 */
export type RawName = string;

const NOT_ASCII = /[\x80-\xff]/;

/** The byte string (see xdr/byteString) of a raw name. */
export function toByteString(raw: RawName): string {
  return NOT_ASCII.test(raw) ? decodeByteString(Buffer.from(raw, 'latin1')) : raw;
}

export function fromByteString(text: string): RawName {
  return Buffer.from(encodeByteString(text)).toString('latin1');
}

/** A path for calls of the file system: text where that is the same bytes, which is faster. */
export function toSystemPath(raw: RawName): string | Buffer {
  return NOT_ASCII.test(raw) ? Buffer.from(raw, 'latin1') : raw;
}

/** Path of `name` in the directory at `path`; both relative to the backup root, '' for the root itself. */
export function joinRaw(path: RawName, name: RawName): RawName {
  return path === '' ? name : `${path}/${name}`;
}

/**
 * Order of paths in a walk that visits a directory before what is in it, and neighbours by the bytes of their names:
 * the separator sorts before every byte of a name.
 */
export function comparePaths(a: RawName, b: RawName): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const one = a.charCodeAt(i);
    const two = b.charCodeAt(i);
    if (one === two) continue;
    if (one === SEPARATOR) return -1;
    if (two === SEPARATOR) return 1;
    return one - two;
  }
  return a.length - b.length;
}

const SEPARATOR = 0x2f;

/** Whether a sorted list of names has `name`. */
export function sortedHas(sorted: readonly RawName[], name: RawName): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < name) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === name;
}
