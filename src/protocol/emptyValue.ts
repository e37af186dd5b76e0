import type { BodyValue, StructType, Value, XdrType } from './schema';

/**
 * A value of a struct with what is not given filled in: zeros, empty strings and arrays, the first case of unions. So a
 * reply that reports an error still has all its fields, as XDR demands (NDMPv4 draft, section 2.2.1).
 */
export function filledBody(type: StructType, given: BodyValue): BodyValue {
  const filled: BodyValue = {};
  for (const name in type.fields) filled[name] = given[name] ?? emptyValue(type.fields[name]);
  return filled;
}

function emptyValue(type: XdrType): Value {
  switch (type.kind) {
    case 'u64':
      return 0n;
    case 'string':
      return '';
    case 'opaque':
      return new Uint8Array(type.size ?? 0);
    case 'array':
      return [];
    case 'struct':
      return filledBody(type, {});
    case 'union': {
      const [first] = Object.keys(type.cases).map(Number);
      return { [type.discriminant]: first, ...filledBody(type.cases[first], {}) };
    }
    default:
      return 0;
  }
}
