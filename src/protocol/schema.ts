/**
 * The vocabulary in which the message tables are written: XDR types as plain data. Nothing here reads or writes bytes;
 * the interpreters in `interpret/` do, for any type made of these parts.
 */

/** One named number of an enumeration, or one named bit of a mask. */
export interface EnumValue {
  readonly name: string;
  readonly doc?: string;
}

export interface EnumTable {
  readonly name: string;
  readonly values: ReadonlyMap<number, EnumValue>;
}

interface Described {
  /** One line about the field, for hover texts. */
  readonly doc?: string;
  /** How trees show the name when it is not certain, such as "addr_type (inferred)". */
  readonly shownAs?: string;
  /** All ones has a meaning of its own: shown beside the number. */
  readonly allOnes?: string;
}

/** 32-bit words. `u16`, `i16` and `u8` fill a whole word; out-of-range words are kept as they are and reported. */
export interface NumberType extends Described {
  readonly kind: 'u32' | 'i32' | 'u16' | 'i16' | 'u8' | 'ipv4' | 'time';
}
export interface U64Type extends Described {
  readonly kind: 'u64';
}
export interface StringType extends Described {
  readonly kind: 'string';
  /** Never to be shown where it was not asked for. */
  readonly secret?: boolean;
}
/** Variable-length bytes, or exactly `size` bytes without a length word. */
export interface OpaqueType extends Described {
  readonly kind: 'opaque';
  readonly size?: number;
  readonly shape?: 'ipv6' | 'cdb';
  readonly secret?: boolean;
}
export interface EnumType extends Described {
  readonly kind: 'enum';
  readonly table: EnumTable;
}
/** An error word: class in the upper 16 bits, read unsigned. */
export interface ErrorType extends Described {
  readonly kind: 'error';
}
export interface MaskType extends Described {
  readonly kind: 'mask';
  readonly table: EnumTable;
}
export interface ArrayType<E extends XdrType = XdrTypeAny> extends Described {
  readonly kind: 'array';
  readonly element: E;
}
export type Fields = { readonly [name: string]: XdrTypeAny };
export interface StructType<F extends Fields = Fields> extends Described {
  readonly kind: 'struct';
  readonly fields: F;
  /** One-line picture of a value, fields in braces: "{name} = {value}". */
  readonly label?: string;
  /** Bytes may follow whose layout is not publicly known: says so. */
  readonly rest?: string;
}
/** A discriminated union, seen as one object: the discriminant and the fields of the case it selects. */
export interface UnionType<
  D extends string = string,
  C extends { readonly [value: number]: StructType } = { readonly [value: number]: StructType },
  O extends StructType | undefined = StructType | undefined,
> extends Described {
  readonly kind: 'union';
  readonly discriminant: D;
  readonly on: EnumType;
  readonly cases: C;
  readonly otherwise: O;
}

export type XdrType =
  NumberType | U64Type | StringType | OpaqueType | EnumType | ErrorType | MaskType | ArrayType | StructType | UnionType;
/** The same, named apart so that the recursive interfaces above may refer to it. */
export type XdrTypeAny = XdrType;

/** A decoded field. */
export type Value = number | bigint | string | Uint8Array | Value[] | BodyValue;
/** A decoded body or struct: fields by name, in wire order. */
export interface BodyValue {
  [field: string]: Value;
}

type Simplify<T> = { [K in keyof T]: T[K] };
type UnionCases<D extends string, C> = {
  [K in keyof C]: C[K] extends StructType<infer F> ? Simplify<{ [P in D]: K } & StructValue<F>> : never;
}[keyof C];
type StructValue<F> = { -readonly [K in keyof F]: ValueOf<F[K]> };

/** The TypeScript type of the values of an XDR type. */
export type ValueOf<T> = T extends { kind: 'struct'; fields: infer F }
  ? StructValue<F>
  : T extends { kind: 'union'; discriminant: infer D extends string; cases: infer C; otherwise: infer O }
    ? UnionCases<D, C> | (O extends StructType<infer F> ? Simplify<{ [P in D]: number } & StructValue<F>> : never)
    : T extends { kind: 'array'; element: infer E }
      ? ValueOf<E>[]
      : T extends { kind: 'string' }
        ? string
        : T extends { kind: 'opaque' }
          ? Uint8Array
          : T extends { kind: 'u64' }
            ? bigint
            : number;

export const u32 = { kind: 'u32' } as const satisfies XdrType;
export const i32 = { kind: 'i32' } as const satisfies XdrType;
export const u16 = { kind: 'u16' } as const satisfies XdrType;
export const i16 = { kind: 'i16' } as const satisfies XdrType;
export const u8 = { kind: 'u8' } as const satisfies XdrType;
export const u64 = { kind: 'u64' } as const satisfies XdrType;
export const str = { kind: 'string' } as const satisfies XdrType;
export const bytes = { kind: 'opaque' } as const satisfies XdrType;
export const ipv4 = { kind: 'ipv4' } as const satisfies XdrType;
/** Seconds since 1970-01-01 UTC in one word. */
export const time = { kind: 'time' } as const satisfies XdrType;
export const error = {
  kind: 'error',
  doc: 'Whether the request was carried out; the other fields mean something only with NO_ERR.',
} as const satisfies XdrType;

export function fixedBytes(size: number): OpaqueType {
  return { kind: 'opaque', size };
}

export function array<const E extends XdrType>(element: E) {
  return { kind: 'array', element } as const;
}

export function struct<const F extends Fields>(fields: F, extra: { label?: string; rest?: string } = {}) {
  return { kind: 'struct', fields, ...extra } as const;
}

export function union<
  const D extends string,
  const C extends { readonly [value: number]: StructType },
  const O extends StructType | undefined = undefined,
>(discriminant: D, on: EnumType, cases: C, otherwise?: O): UnionType<D, C, O> {
  return { kind: 'union', discriminant, on, cases, otherwise: otherwise as O };
}

/** The same type with a line of documentation. */
export function doc<const T extends XdrType>(type: T, text: string): T {
  return { ...type, doc: text };
}

/** The same number type with a meaning for all ones, such as "unknown" or "infinite". */
export function allOnes<const T extends NumberType | U64Type>(type: T, meaning: string): T {
  return { ...type, allOnes: meaning };
}

/** An enumeration or mask from `value: name` or `value: [name, doc]`. */
export function table(name: string, values: { readonly [value: number]: string | readonly [string, string] }) {
  const entries = Object.entries(values).map(([value, entry]): [number, EnumValue] =>
    typeof entry === 'string' ? [Number(value), { name: entry }] : [Number(value), { name: entry[0], doc: entry[1] }],
  );
  return { name, values: new Map(entries) } satisfies EnumTable;
}

export function enumeration(name: string, values: Parameters<typeof table>[1]): EnumType {
  return { kind: 'enum', table: table(name, values) };
}

export function mask(name: string, values: Parameters<typeof table>[1]): MaskType {
  return { kind: 'mask', table: table(name, values) };
}
