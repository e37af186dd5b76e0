import { decodeByteString } from '../../../xdr';

export const BLOCK = 512;

/** Rounds up to whole blocks. */
export function toBlocks(length: number): number {
  return Math.ceil(length / BLOCK) * BLOCK;
}

export function isZero(block: Uint8Array): boolean {
  for (const byte of block) if (byte !== 0) return false;
  return true;
}

const CHECKSUM = 148;
const CHECKSUM_END = 156;

/** Whether the block's checksum is right: the sum of its bytes, unsigned or (old writers) signed. */
export function isHeader(block: Uint8Array): boolean {
  const claimed = numberField(block, CHECKSUM, 8);
  if (claimed === undefined) return false;
  let unsigned = 0;
  let above = 0;
  for (let i = 0; i < BLOCK; i++) {
    const byte = i >= CHECKSUM && i < CHECKSUM_END ? 0x20 : block[i];
    unsigned += byte;
    if (byte >= 0x80) above++;
  }
  return claimed === unsigned || claimed === unsigned - 256 * above;
}

/**
 * A number in octal digits or, with the first bit set, in binary (GNU's base-256, may be negative). An empty field is 0.
 * @returns undefined when it is neither, or beyond what a double holds exactly
 */
export function numberField(block: Uint8Array, at: number, length: number): number | undefined {
  if (block[at] & 0x80) return binaryField(block, at, length);
  let value = 0;
  let digits = 0;
  for (let i = at; i < at + length; i++) {
    const byte = block[i];
    if (byte === 0x20 && digits === 0) continue;
    if (byte < 0x30 || byte > 0x37) {
      if (byte === 0 || byte === 0x20) break;
      return undefined;
    }
    value = value * 8 + (byte - 0x30);
    digits++;
  }
  return value <= Number.MAX_SAFE_INTEGER ? value : undefined;
}

function binaryField(block: Uint8Array, at: number, length: number): number | undefined {
  const negative = block[at] === 0xff;
  if (!negative && block[at] !== 0x80) return undefined;
  let value = negative ? -1n : 0n;
  for (let i = at + 1; i < at + length; i++) value = (value << 8n) | BigInt(block[i]);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** Bytes up to the first NUL, as a byte string. */
export function textField(block: Uint8Array, at: number, length: number): string {
  let end = at;
  while (end < at + length && block[end] !== 0) end++;
  return decodeByteString(block, at, end);
}
