import type { XdrWriter } from '../../xdr/writer';
import type { BodyValue, StructType, Value, XdrType } from '../schema';

/**
 * Writes a value; false (and nothing more is written) at the first field that is missing, as in the values of damaged
 * messages, where the undecoded bytes follow.
 */
export function writeValue(type: XdrType, value: Value | undefined, writer: XdrWriter): boolean {
  if (value === undefined) return false;
  switch (type.kind) {
    case 'u64':
      writer.u64(value as bigint);
      return true;
    case 'string':
      writer.string(value as string);
      return true;
    case 'opaque':
      if (type.size === undefined) writer.opaque(value as Uint8Array);
      else writer.fixedOpaque(value as Uint8Array, type.size);
      return true;
    case 'array': {
      const elements = value as Value[];
      writer.u32(elements.length);
      for (const element of elements) {
        if (!writeValue(type.element, element, writer)) return false;
      }
      return true;
    }
    case 'struct':
      return writeFields(type, value as BodyValue, writer);
    case 'union': {
      const fields = value as BodyValue;
      const discriminant = fields[type.discriminant] as number | undefined;
      if (discriminant === undefined) return false;
      writer.u32(discriminant);
      const chosen = type.cases[discriminant] ?? type.otherwise;
      return chosen === undefined || writeFields(chosen, fields, writer);
    }
    default:
      writer.u32(value as number);
      return true;
  }
}

function writeFields(type: StructType, value: BodyValue, writer: XdrWriter): boolean {
  for (const name in type.fields) {
    if (!writeValue(type.fields[name], value[name], writer)) return false;
  }
  return true;
}
