import type { BodyValue, StructType, Value, XdrType } from '../schema';

/** Whether a value has the shape of a type: all fields, no others, each of the right kind. */
export function fits(type: XdrType, value: Value | undefined): boolean {
  switch (type.kind) {
    case 'u64':
      return typeof value === 'bigint';
    case 'string':
      return typeof value === 'string';
    case 'opaque':
      return value instanceof Uint8Array;
    case 'array':
      return Array.isArray(value) && value.every((element) => fits(type.element, element));
    case 'struct':
      return isObject(value) && fieldsFit(type, value, 0);
    case 'union': {
      if (!isObject(value)) return false;
      const discriminant = value[type.discriminant];
      if (typeof discriminant !== 'number') return false;
      const chosen = type.cases[discriminant] ?? type.otherwise;
      return chosen === undefined ? Object.keys(value).length === 1 : fieldsFit(chosen, value, 1);
    }
    default:
      return typeof value === 'number';
  }
}

function fieldsFit(type: StructType, value: BodyValue, others: number): boolean {
  const names = Object.keys(type.fields);
  return (
    Object.keys(value).length === names.length + others && names.every((name) => fits(type.fields[name], value[name]))
  );
}

function isObject(value: Value | undefined): value is BodyValue {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array);
}
