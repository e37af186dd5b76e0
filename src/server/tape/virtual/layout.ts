/**
 * How records and file marks lie in a cartridge's data file: the ".tap" layout of the SIMH simulators, which other tools
 * read. A record is its length (32 bits, little-endian), its bytes, a zero byte when their number is odd, and the length
 * again; a file mark is a length of 0. Nothing stands behind the last one.
 */

/** Bytes of a length word, and of a file mark. */
export const WORD_BYTES = 4;
/** Longest record of the layout: the upper byte of a length word is kept for other things. */
export const MAX_RECORD_BYTES = 0xff_ffff;

/** Bytes in the file of a record of `length` bytes, of a file mark for 0. */
export function bytesOnTape(length: number): number {
  return length === 0 ? WORD_BYTES : length + (length & 1) + 2 * WORD_BYTES;
}

/** Where the second length word of a record stands, from the record's beginning. */
export function trailerOffset(length: number): number {
  return WORD_BYTES + length + (length & 1);
}
