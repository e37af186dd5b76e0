import { hexText, parseAddressBytes, type Value, type XdrType } from '../../protocol';
import { errorCode, tableNumber, wordOf } from './names';
import type { FieldValue } from './model';

const ALL_ONES = 0xffffffffffffffffn;

/**
 * What a script says of a field, as a value of the field's type: names of enumerations, errors and mask bits or their
 * numbers, 64-bit numbers as numbers or text (-1: all ones), bytes in hexadecimal, addresses as text.
 * @returns undefined where it cannot be one
 */
export function valueFrom(type: XdrType, given: FieldValue): Value | undefined {
  if (given === null || typeof given === 'boolean') return undefined;
  if (typeof given === 'object') return type.kind === 'mask' ? maskOf(type, given) : undefined;
  switch (type.kind) {
    case 'u64':
      return longOf(given);
    case 'string':
      return String(given);
    case 'opaque':
      return typeof given === 'string' ? bytesOf(type, given) : undefined;
    case 'enum':
    case 'mask':
      return unsigned(tableNumber(type.table, given));
    case 'error':
      return unsigned(errorCode(given));
    case 'ipv4':
      return typeof given === 'string' ? ipv4Of(given) : unsigned(wordOf(given));
    case 'array':
    case 'struct':
    case 'union':
      return undefined;
    default:
      return type.kind === 'i32' || type.kind === 'i16' ? wordOf(given) : unsigned(wordOf(given));
  }
}

/** What a field of the type takes, for people. */
export function takes(type: XdrType): string {
  switch (type.kind) {
    case 'u64':
      return 'a number from 0 to 18446744073709551615 (as text beyond 9007199254740991), or -1 for all ones';
    case 'string':
      return 'text';
    case 'opaque':
      return type.shape === 'ipv6' ? 'an IPv6 address' : `bytes in hexadecimal${type.size ? ` (${type.size})` : ''}`;
    case 'enum':
      return `one of ${[...type.table.values.values()].map(({ name }) => name).join(', ')}, or a number`;
    case 'mask':
      return `a list of ${[...type.table.values.values()].map(({ name }) => name).join(', ')}, or a number`;
    case 'error':
      return 'an error such as NO_MEM_ERR, or a number';
    case 'ipv4':
      return 'an IPv4 address';
    case 'array':
      return 'no value as a whole: name an element, such as [0]';
    case 'struct':
    case 'union':
      return 'no value as a whole: name a field in it';
    default:
      return 'a number of 32 bits';
  }
}

/** Whether a field's value is what a script asks for. */
export function isSame(value: Value | undefined, wanted: Value): boolean {
  if (value instanceof Uint8Array && wanted instanceof Uint8Array) return hexText(value) === hexText(wanted);
  if (typeof value === 'number' && typeof wanted === 'number') return value >>> 0 === wanted >>> 0;
  return value === wanted;
}

function maskOf(type: Extract<XdrType, { kind: 'mask' }>, names: readonly (string | number)[]): number | undefined {
  let bits = 0;
  for (const name of names) {
    const bit = tableNumber(type.table, name);
    if (bit === undefined) return undefined;
    bits |= bit;
  }
  return bits >>> 0;
}

function longOf(given: string | number): bigint | undefined {
  if (typeof given === 'number' && !Number.isSafeInteger(given)) return undefined;
  if (typeof given === 'string' && !/^(-1|\d{1,20}|0x[0-9a-f]{1,16})$/i.test(given)) return undefined;
  const value = BigInt(given);
  if (value === -1n) return ALL_ONES;
  return value >= 0n && value <= ALL_ONES ? value : undefined;
}

function bytesOf({ shape, size }: { shape?: 'ipv6' | 'cdb'; size?: number }, given: string): Uint8Array | undefined {
  if (shape === 'ipv6') {
    const address = parseAddressBytes(given);
    return address?.length === 16 ? address : undefined;
  }
  const digits = given.replace(/[\s:]/g, '');
  if (!/^([0-9a-f]{2})*$/i.test(digits) || digits.length > 8192) return undefined;
  const bytes = Uint8Array.from({ length: digits.length / 2 }, (_, at) =>
    parseInt(digits.slice(2 * at, 2 * at + 2), 16),
  );
  return size === undefined || bytes.length === size ? bytes : undefined;
}

function ipv4Of(given: string): number | undefined {
  const bytes = parseAddressBytes(given);
  return bytes?.length === 4 ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) : undefined;
}

function unsigned(word: number | undefined): number | undefined {
  return word === undefined ? undefined : word >>> 0;
}
