import type { XdrReader } from '../../xdr/reader';
import { isPlausibleError } from '../errors';
import { skipValue } from './skip';
import type {
  ArrayType,
  BodyValue,
  EnumType,
  NumberType,
  OpaqueType,
  StructType,
  UnionType,
  Value,
  XdrType,
} from '../schema';

/** Arrays up to this length are read in full even where their ends would do. */
const SHORT_ARRAY = 8;

/** Reads one value; undefined when nothing of a composite value could be read. */
export type ReadValue = (reader: XdrReader) => Value | undefined;

const compiled = new WeakMap<XdrType, ReadValue>();

/** The reading function of a type, made once per type: bodies are decoded by the million for filters. */
export function readerOf(type: XdrType): ReadValue {
  let read = compiled.get(type);
  if (!read) {
    read = compile(type);
    compiled.set(type, read);
  }
  return read;
}

/** Decodes a body of the given layout; on damage the fields before it, `reader.failed` tells. */
export function readBody(schema: StructType, reader: XdrReader): BodyValue {
  return (readerOf(schema)(reader) as BodyValue | undefined) ?? {};
}

function compile(type: XdrType): ReadValue {
  switch (type.kind) {
    case 'u64':
      return (reader) => reader.u64();
    case 'string':
      return (reader) => reader.string();
    case 'opaque':
      return compileOpaque(type);
    case 'enum':
      return compileEnum(type);
    case 'error':
      return readError;
    case 'mask':
      return (reader) => reader.u32();
    case 'array':
      return compileArray(type);
    case 'struct':
      return compileStruct(type);
    case 'union':
      return compileUnion(type);
    default:
      return compileNumber(type);
  }
}

function compileNumber(type: NumberType): ReadValue {
  switch (type.kind) {
    case 'i32':
      return (reader) => reader.i32();
    case 'u16':
      return (reader) => {
        const value = reader.u32();
        if (value > 0xffff) reader.note(reader.position - 4, 4, `${value} is more than 16 bits can hold`);
        return value;
      };
    case 'u8':
      return (reader) => {
        const value = reader.u32();
        if (value > 0xff) reader.note(reader.position - 4, 4, `${value} is more than 8 bits can hold`);
        return value;
      };
    case 'i16':
      return (reader) => {
        const value = reader.i32();
        if (value < -0x8000 || value > 0x7fff)
          reader.note(reader.position - 4, 4, `${value} is more than 16 bits can hold`);
        return value;
      };
    default:
      return (reader) => reader.u32();
  }
}

function compileOpaque(type: OpaqueType): ReadValue {
  const size = type.size;
  return size === undefined ? (reader) => reader.opaque() : (reader) => reader.fixedOpaque(size);
}

function compileEnum(type: EnumType): ReadValue {
  const { name, values } = type.table;
  return (reader) => {
    const value = reader.i32();
    if (!values.has(value)) reader.note(reader.position - 4, 4, `${value} is not a defined ${name}`);
    return value;
  };
}

function readError(reader: XdrReader): number {
  const value = reader.u32();
  if (!isPlausibleError(value)) reader.note(reader.position - 4, 4, `${value} is not a defined error`);
  return value;
}

function compileArray(type: ArrayType): ReadValue {
  const readElement = readerOf(type.element);
  return (reader) => {
    const at = reader.position;
    const count = reader.u32();
    if (reader.failed) return undefined;
    const values: Value[] = [];
    for (let i = 0; i < count; i++) {
      if (reader.endsOnly && i > 0 && count > SHORT_ARRAY && i < count - 1) {
        skipValue(type.element, reader);
        if (reader.failed) break;
        values.length = i + 1;
        continue;
      }
      const value = readElement(reader);
      if (reader.failed) {
        reader.failedPath.push(`[${i}]`);
        if (count > (reader.end - at) >>> 2)
          reader.note(at, 4, `${count} elements cannot fit in ${reader.end - at} bytes`);
        if (isComposite(type.element) && value !== undefined) values.push(value);
        reader.keep(at, at + 4);
        break;
      }
      values.push(value as Value);
    }
    return values;
  };
}

function compileStruct(type: StructType): ReadValue {
  const readFields = compileFields(type);
  return (reader) => {
    const value: BodyValue = {};
    readFields(reader, value);
    return reader.failed && Object.keys(value).length === 0 ? undefined : value;
  };
}

function compileUnion(type: UnionType): ReadValue {
  const readDiscriminant = readerOf(type.on);
  const cases = new Map(Object.entries(type.cases).map(([value, fields]) => [Number(value), compileFields(fields)]));
  const otherwise = type.otherwise && compileFields(type.otherwise);
  const name = type.discriminant;
  return (reader) => {
    const discriminant = readDiscriminant(reader) as number;
    if (reader.flagged) reader.blame(name);
    if (reader.failed) return undefined;
    const value: BodyValue = { [name]: discriminant };
    const readCase = cases.get(discriminant) ?? otherwise;
    if (readCase) readCase(reader, value);
    else if (reader.remaining > 0) reader.fail(reader.position, `no layout is known for ${name} ${discriminant}`);
    return value;
  };
}

function compileFields(type: StructType): (reader: XdrReader, value: BodyValue) => void {
  const names = Object.keys(type.fields);
  const types = names.map((name) => type.fields[name]);
  const reads = types.map(readerOf);
  return (reader, out) => {
    for (let i = 0; i < reads.length; i++) {
      const value = reads[i](reader);
      if (reader.flagged) {
        reader.blame(names[i]);
        if (reader.failed) {
          if (isComposite(types[i]) && value !== undefined) out[names[i]] = value;
          return;
        }
      }
      out[names[i]] = value as Value;
    }
  };
}

function isComposite(type: XdrType): boolean {
  return type.kind === 'struct' || type.kind === 'array' || type.kind === 'union';
}
