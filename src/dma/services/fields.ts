import type { BodyValue, Value } from '../../protocol';
import type { Variable } from '../query/model';

/** Offsets and lengths that mean "not known" or "to the end" (protocol facts: all-ones sentinels). */
export const ALL_ONES = 0xffffffffffffffffn;
const ALL_ONES_32 = 0xffffffff;

/** A 64-bit field, whatever the version made of it. 0 when it is missing. */
export function wide(value: Value | undefined): bigint {
  return typeof value === 'bigint' ? value : typeof value === 'number' ? BigInt(value) : 0n;
}

/** The same, undefined when all ones stand for "not known". */
export function knownWide(value: Value | undefined): bigint | undefined {
  const number = wide(value);
  return value === undefined || number === ALL_ONES ? undefined : number;
}

export function narrow(value: Value | undefined): number {
  return typeof value === 'number' ? value : 0;
}

export function knownNarrow(value: Value | undefined): number | undefined {
  return typeof value === 'number' && value !== ALL_ONES_32 ? value : undefined;
}

export function text(value: Value | undefined): string {
  return typeof value === 'string' ? value : '';
}

export function bytesOf(value: Value | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array(0);
}

/** The structures of a list; what is none is left out. */
export function structs(value: Value | undefined): BodyValue[] {
  return Array.isArray(value) ? value.filter(isStruct) : [];
}

export function variables(value: Value | undefined): Variable[] {
  return structs(value).map(({ name, value: content }) => ({ name: text(name), value: text(content) }));
}

function isStruct(value: Value): value is BodyValue {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
