import fc from 'fast-check';
import type { BodyValue, EnumTable, StructType, Value, XdrType } from '../../../src/protocol';
import { decodeByteString } from '../../../src/xdr';

const word = fc.integer({ min: 0, max: 0xffffffff });
const signedWord = fc.integer({ min: -0x80000000, max: 0x7fffffff });
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => decodeByteString(bytes)),
);

/** Random values of an XDR type: mostly well-behaved ones, and some that only a tolerant reader takes. */
export function arbitraryOf(type: XdrType): fc.Arbitrary<Value> {
  switch (type.kind) {
    case 'u64':
      return fc.bigInt({ min: 0n, max: 0xffffffffffffffffn });
    case 'string':
      return text;
    case 'opaque':
      return fc.uint8Array(
        type.size === undefined ? { maxLength: 40 } : { minLength: type.size, maxLength: type.size },
      );
    case 'enum':
      return fc.oneof({ arbitrary: known(type.table), weight: 9 }, signedWord);
    case 'error':
      return fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40 }), word);
    case 'i32':
      return signedWord;
    case 'i16':
      return fc.oneof({ arbitrary: fc.integer({ min: -0x8000, max: 0x7fff }), weight: 9 }, signedWord);
    case 'u16':
      return fc.oneof({ arbitrary: fc.integer({ min: 0, max: 0xffff }), weight: 9 }, word);
    case 'u8':
      return fc.oneof({ arbitrary: fc.integer({ min: 0, max: 0xff }), weight: 9 }, word);
    case 'array':
      return fc.array(arbitraryOf(type.element), { maxLength: 3 });
    case 'struct':
      return arbitraryBody(type);
    case 'union': {
      const cases: fc.Arbitrary<Value>[] = Object.entries(type.cases).map(([value, fields]) =>
        withDiscriminant(type.discriminant, fc.constant(Number(value)), fields),
      );
      const others = signedWord.filter((value) => type.cases[value] === undefined);
      if (type.otherwise) cases.push(withDiscriminant(type.discriminant, others, type.otherwise));
      return fc.oneof(...cases);
    }
    default:
      return word;
  }
}

/** Random bodies of a layout. */
export function arbitraryBody(type: StructType): fc.Arbitrary<BodyValue> {
  const fields = Object.fromEntries(Object.entries(type.fields).map(([name, field]) => [name, arbitraryOf(field)]));
  return fc.record(fields, { noNullPrototype: true });
}

function withDiscriminant(name: string, value: fc.Arbitrary<number>, fields: StructType): fc.Arbitrary<Value> {
  return fc.tuple(value, arbitraryBody(fields)).map(([discriminant, rest]) => ({ [name]: discriminant, ...rest }));
}

function known(table: EnumTable): fc.Arbitrary<number> {
  return fc.constantFrom(...table.values.keys());
}
