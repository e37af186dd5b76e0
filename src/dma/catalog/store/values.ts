import { decodeByteString, encodeByteString } from '../../../xdr';

/** What SQLite takes and gives. */
export type SqlValue = number | bigint | string | Uint8Array | null;
export type Row = Record<string, SqlValue>;

/** Texts end at a NUL for SQLite, and hold no lone surrogates: both become U+FFFD. Byte strings go through {@link blob}. */
export function text(value: string): string {
  return Buffer.from(value).toString().replaceAll('\0', '\ufffd');
}

export function optionalText(value: string | undefined): string | null {
  return value === undefined ? null : text(value);
}

export function blob(value: string): Uint8Array {
  return encodeByteString(value);
}

/** 64 bits without a sign, as SQLite's with one. */
export function wide(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

export function asText(value: SqlValue): string {
  return typeof value === 'string' ? value : '';
}

export function asOptionalText(value: SqlValue): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function asBytes(value: SqlValue): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array(0);
}

export function asByteString(value: SqlValue): string {
  return decodeByteString(asBytes(value));
}

export function asNumber(value: SqlValue): number {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : 0;
}

export function asOptionalNumber(value: SqlValue): number | undefined {
  return value === null ? undefined : asNumber(value);
}

export function asWide(value: SqlValue): bigint {
  return typeof value === 'number' || typeof value === 'bigint' ? BigInt.asUintN(64, BigInt(value)) : 0n;
}
