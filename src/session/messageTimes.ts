import type { MessageIndex } from './messageIndex';

/** Seconds since 1970 as decimal text with the capture's own precision. */
export function timeText(index: MessageIndex, row: number): string {
  const digits = index.digits(row);
  const seconds = index.seconds(row).toString();
  if (digits === 0) return seconds;
  return `${seconds}.${index.nanos(row).toString().padStart(9, '0').slice(0, digits)}`;
}

/** Seconds since the capture's first message. */
export function relativeSeconds(index: MessageIndex, row: number): number {
  return index.seconds(row) - index.startSeconds + (index.nanos(row) - index.startNanos) / 1e9;
}

/** Nanoseconds from row `from` to row `to`; negative when the clock went back. */
export function nanosBetween(index: MessageIndex, from: number, to: number): number {
  return (index.seconds(to) - index.seconds(from)) * 1e9 + (index.nanos(to) - index.nanos(from));
}

/**
 * Nanoseconds from the request to this reply; undefined for anything but a paired reply, and where the capture has the
 * reply before the request (shuffled packets, a clock set back): what it says of the time between them is nothing.
 */
export function latencyNanos(index: MessageIndex, row: number): number | undefined {
  if (index.kind(row) !== 'reply') return undefined;
  const request = index.pair(row);
  if (request < 0) return undefined;
  const nanos = nanosBetween(index, request, row);
  return nanos < 0 ? undefined : nanos;
}

/** Seconds from the request to this reply, where {@link latencyNanos} tells them. */
export function latencySeconds(index: MessageIndex, row: number): number | undefined {
  const nanos = latencyNanos(index, row);
  return nanos === undefined ? undefined : nanos / 1e9;
}

/** {@link latencySeconds} as exact decimal text with the capture's own precision. */
export function latencyText(index: MessageIndex, row: number): string | undefined {
  const nanos = latencyNanos(index, row);
  if (nanos === undefined) return undefined;
  const digits = index.digits(row);
  const whole = Math.floor(nanos / 1e9).toString();
  return digits === 0 ? whole : `${whole}.${(nanos % 1e9).toString().padStart(9, '0').slice(0, digits)}`;
}
