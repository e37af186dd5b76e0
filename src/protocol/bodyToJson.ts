import { errorName, isNamedError } from './errors';
import { layoutOfValue } from './encodeMessage';
import { maskNames } from './interpret/mask';
import type { MessageContext } from './model';
import type { BodyValue, StructType, Value, XdrType } from './schema';
import { hexText, ipv4Text, ipv6Text, jsonText } from './text';

export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export interface JsonObject {
  [name: string]: JsonValue;
}

/**
 * A body for machines: enumerations and errors by name where there is one, else as numbers; masks as arrays of names
 * (bits without a name together as '0x…'); 64-bit numbers as decimal strings; addresses as text; bytes as lower-case
 * hexadecimal; bytes of strings that are not UTF-8 as \xNN.
 */
export function bodyToJson(value: BodyValue, context: MessageContext): JsonObject {
  const layout = layoutOfValue(value, context);
  return layout ? fieldsToJson(layout.schema, value, {}) : {};
}

function fieldsToJson(type: StructType, value: BodyValue, out: JsonObject): JsonObject {
  for (const name in type.fields) {
    const field = value[name];
    if (field === undefined) break;
    out[name] = toJson(type.fields[name], field);
  }
  return out;
}

function toJson(type: XdrType, value: Value): JsonValue {
  switch (type.kind) {
    case 'u64':
      return (value as bigint).toString();
    case 'string':
      return jsonText(value as string);
    case 'opaque':
      return type.shape === 'ipv6' ? ipv6Text(value as Uint8Array) : hexText(value as Uint8Array);
    case 'ipv4':
      return ipv4Text(value as number);
    case 'enum':
      return type.table.values.get(value as number)?.name ?? (value as number);
    case 'error':
      return isNamedError(value as number) ? errorName(value as number) : (value as number);
    case 'mask':
      return maskNames(type.table, value as number);
    case 'array':
      return (value as Value[]).map((element) => toJson(type.element, element));
    case 'struct':
      return fieldsToJson(type, value as BodyValue, {});
    case 'union': {
      const fields = value as BodyValue;
      const discriminant = fields[type.discriminant];
      if (typeof discriminant !== 'number') return {};
      const out: JsonObject = { [type.discriminant]: toJson(type.on, discriminant) };
      const chosen = type.cases[discriminant] ?? type.otherwise;
      return chosen ? fieldsToJson(chosen, fields, out) : out;
    }
    default:
      return value as number;
  }
}
