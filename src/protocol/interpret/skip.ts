import type { XdrReader } from '../../xdr/reader';
import type { StructType, XdrType } from '../schema';

/** Moves the reader past a value without making it. */
export function skipValue(type: XdrType, reader: XdrReader): void {
  switch (type.kind) {
    case 'u64':
      reader.u32();
      reader.u32();
      break;
    case 'string':
      reader.skipVariable();
      break;
    case 'opaque':
      if (type.size === undefined) reader.skipVariable();
      else reader.fixedOpaque(type.size);
      break;
    case 'array': {
      const count = reader.u32();
      for (let i = 0; i < count && !reader.failed; i++) skipValue(type.element, reader);
      break;
    }
    case 'struct':
      skipFields(type, reader);
      break;
    case 'union': {
      const discriminant = reader.i32();
      if (reader.failed) break;
      const chosen = type.cases[discriminant] ?? type.otherwise;
      if (chosen) skipFields(chosen, reader);
      else if (reader.remaining > 0)
        reader.fail(reader.position, `no layout is known for ${type.discriminant} ${discriminant}`);
      break;
    }
    default:
      reader.u32();
  }
}

function skipFields(type: StructType, reader: XdrReader): void {
  for (const name in type.fields) {
    if (reader.failed) return;
    skipValue(type.fields[name], reader);
  }
}
