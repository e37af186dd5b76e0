import { decodeByteString } from '../../../xdr';

export interface PaxRecord {
  key: string;
  value: Uint8Array;
}

const MOST_LENGTH_DIGITS = 10;
/** Enough for the map of a sparse file in the oldest form; each costs much more than its bytes. */
const MOST_RECORDS = 200_000;
const SPACE = 0x20;
const EQUALS = 0x3d;
const NEWLINE = 0x0a;

/**
 * Records of an extended header: "LENGTH KEY=VALUE\n" each (POSIX.1-2008, pax). Values may hold any byte.
 * @returns what was understood; `broken` when something was not, or there are too many
 */
export function readPaxRecords(bytes: Uint8Array): { records: PaxRecord[]; broken: boolean } {
  const records: PaxRecord[] = [];
  let at = 0;
  while (at < bytes.length && bytes[at] !== 0) {
    const start = at;
    let length = 0;
    while (bytes[at] >= 0x30 && bytes[at] <= 0x39 && at - start < MOST_LENGTH_DIGITS)
      length = length * 10 + (bytes[at++] - 0x30);
    const end = start + length;
    const equals = bytes.indexOf(EQUALS, at);
    if (records.length >= MOST_RECORDS) return { records, broken: true };
    if (bytes[at] !== SPACE || end > bytes.length || equals < 0 || equals >= end - 1 || bytes[end - 1] !== NEWLINE)
      return { records, broken: true };
    records.push({ key: decodeByteString(bytes, at + 1, equals), value: bytes.subarray(equals + 1, end - 1) });
    at = end;
  }
  return { records, broken: false };
}

/** A whole number of a record; undefined when it is none, negative or beyond what a double holds exactly. */
export function paxNumber(value: Uint8Array): number | undefined {
  const text = value.length <= 20 ? decodeByteString(value) : '';
  if (!/^\d+$/.test(text)) return undefined;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : undefined;
}

const TIME = /^(-?)(\d{1,15})(?:\.(\d*))?$/;

/** A time of a record, seconds with a decimal fraction, in nanoseconds; undefined when it is none. */
export function paxTime(value: Uint8Array): bigint | undefined {
  const match = value.length <= 64 ? TIME.exec(decodeByteString(value)) : null;
  if (!match) return undefined;
  const fraction = (match[3] ?? '').slice(0, 9).padEnd(9, '0');
  const nanoseconds = BigInt(match[2]) * 1_000_000_000n + BigInt(fraction);
  return match[1] ? -nanoseconds : nanoseconds;
}
