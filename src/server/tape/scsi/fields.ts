/** Big-endian fields of command blocks and data. */

export function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1];
}

export function u24(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
}

export function u32(bytes: Uint8Array, at: number): number {
  return u24(bytes, at) * 0x100 + bytes[at + 3];
}

/** 64 bits; what is too large for a number is the largest one. */
export function u64(bytes: Uint8Array, at: number): number {
  return Math.min(Number.MAX_SAFE_INTEGER, u32(bytes, at) * 2 ** 32 + u32(bytes, at + 4));
}

export function i24(bytes: Uint8Array, at: number): number {
  return (u24(bytes, at) << 8) >> 8;
}

export function i64(bytes: Uint8Array, at: number): number {
  const value = BigInt.asIntN(64, (BigInt(u32(bytes, at)) << 32n) | BigInt(u32(bytes, at + 4)));
  const limit = BigInt(Number.MAX_SAFE_INTEGER);
  return Number(value > limit ? limit : value < -limit ? -limit : value);
}

/** A number as `length` bytes; cut to what they hold. */
export function bytesOf(value: number, length: number): number[] {
  const bytes: number[] = [];
  for (let rest = Math.max(0, value); bytes.length < length; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return bytes;
}
