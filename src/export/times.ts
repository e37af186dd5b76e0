import type { MessageIndex } from '../session/messageIndex';

/** Microseconds since 1970 UTC of a row; what is finer is cut off. */
export function micros(index: MessageIndex, row: number): bigint | null {
  return row < 0 ? null : BigInt(index.seconds(row)) * 1_000_000n + BigInt(Math.floor(index.nanos(row) / 1000));
}

/** Nanoseconds since 1970 UTC of a row. */
export function nanos(index: MessageIndex, row: number): bigint | null {
  return row < 0 ? null : BigInt(index.seconds(row)) * 1_000_000_000n + BigInt(index.nanos(row));
}
