import { jsonText, type BodyValue, type Value } from '../../protocol';
import type { Cell } from './columns';

/** Values of the index and of bodies as cells. */

const LONGEST = 0x7fffffffffffffffn;
const ALL_ONES = 0xffffffffffffffffn;

/** A whole number that may be larger than 32 bits. */
export function long(value: number | undefined): bigint | null {
  return value === undefined || !Number.isSafeInteger(value) ? null : BigInt(value);
}

/** Seconds since 1970 of a body as microseconds. */
export function timeCell(value: Value | undefined): bigint | null {
  return typeof value === 'number' ? BigInt(value) * 1_000_000n : null;
}

/** A 64-bit number without a sign: empty when it is all ones, which means unknown. */
export function unsignedCell(value: Value | undefined): bigint | null {
  if (typeof value === 'number') return value === 0xffffffff ? null : BigInt(value);
  return typeof value !== 'bigint' || value === ALL_ONES ? null : value;
}

/** A 64-bit number for a column with a sign: empty when it does not fit. */
export function longCell(value: Value | undefined): bigint | null {
  if (typeof value === 'number') return BigInt(value);
  return typeof value !== 'bigint' || value > LONGEST ? null : value;
}

export function textCell(value: Value | undefined): string | null {
  return typeof value === 'string' ? jsonText(value) : null;
}

/** A number from 1 of something counted from 0, empty for -1. */
export function fromOne(value: number): number | null {
  return value < 0 ? null : value + 1;
}

export function fieldsOf(value: Value | undefined): BodyValue | undefined {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array) ? value : undefined;
}

export function listOf(value: Value | undefined): BodyValue[] {
  if (!Array.isArray(value)) return [];
  return value.map(fieldsOf).filter((each) => each !== undefined);
}

/** Text for a cell that is no value of a body. */
export function cellText(text: string | undefined): Cell {
  return text === undefined ? null : jsonText(text);
}
