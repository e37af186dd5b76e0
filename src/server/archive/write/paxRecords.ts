import type { RawName } from '../walk/rawName';

/**
 * Collects the records of a pax extended header ("LENGTH KEY=VALUE\n") in bytes. Made once and used for every entry.
 */
export class PaxRecords {
  private bytes = new Uint8Array(4096);
  private used = 0;

  get length(): number {
    return this.used;
  }

  clear(): void {
    this.used = 0;
  }

  /** The records' bytes; valid until the next change. */
  get content(): Uint8Array {
    return this.bytes.subarray(0, this.used);
  }

  /** A record whose value is raw text. */
  text(key: string, value: RawName): void {
    const at = this.begin(key, value.length);
    for (let i = 0; i < value.length; i++) this.bytes[at + i] = value.charCodeAt(i);
    this.end(at + value.length);
  }

  /** A record whose value is any bytes. */
  value(key: RawName, value: Uint8Array): void {
    const at = this.begin(key, value.length);
    this.bytes.set(value, at);
    this.end(at + value.length);
  }

  /** A record of ours or of star's, inside a comment, so that other readers pass over it without a warning. */
  remark(key: string, value: string): void {
    this.text('comment', `${key}=${value}`);
  }

  /** A time in seconds with nine digits after the point. */
  time(key: TimeKey, nanoseconds: bigint): void {
    const seconds = Number(nanoseconds / SECOND);
    if (seconds < 1e9 || seconds >= 1e10) {
      this.text(key, timeText(nanoseconds));
      return;
    }
    // Every entry has three of these: digits go straight into a record of known length.
    const record = TIME_RECORDS[key];
    this.reserve(record.length);
    this.bytes.set(record, this.used);
    putDigits(this.bytes, this.used + SECONDS_END, seconds);
    putDigits(this.bytes, this.used + NANOSECONDS_END, Number(nanoseconds % SECOND));
    this.used += record.length;
  }

  /** Writes what stands before the value; returns where that goes. */
  private begin(key: RawName, valueLength: number): number {
    const rest = key.length + valueLength + 3;
    let total = rest + 1;
    while (digitsOf(total) + rest !== total) total = digitsOf(total) + rest;
    this.reserve(total);
    let at = this.used;
    const before = `${total} `;
    for (let i = 0; i < before.length; i++) this.bytes[at++] = before.charCodeAt(i);
    for (let i = 0; i < key.length; i++) this.bytes[at++] = key.charCodeAt(i);
    this.bytes[at++] = EQUALS;
    return at;
  }

  private end(at: number): void {
    this.bytes[at] = LINE_END;
    this.used = at + 1;
  }

  private reserve(length: number): void {
    if (this.used + length <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.used + length, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.used));
    this.bytes = grown;
  }
}

type TimeKey = 'mtime' | 'atime' | 'ctime';

const ZERO = 0x30;
/** Records of times since 2001, with zeros for the digits. */
const TIME_RECORDS: Record<TimeKey, Uint8Array> = {
  mtime: Buffer.from('30 mtime=0000000000.000000000\n'),
  atime: Buffer.from('30 atime=0000000000.000000000\n'),
  ctime: Buffer.from('30 ctime=0000000000.000000000\n'),
};
const SECONDS_END = '30 mtime=0000000000'.length;
const NANOSECONDS_END = SECONDS_END + '.000000000'.length;

/** Writes the digits of a number before `end`, where zeros stand. */
function putDigits(bytes: Uint8Array, end: number, value: number): void {
  for (let at = end - 1, left = value; left > 0; at--) {
    const rest = Math.floor(left / 10);
    bytes[at] = ZERO + (left - rest * 10);
    left = rest;
  }
}

const EQUALS = 0x3d;
const LINE_END = 0x0a;
const SECOND = 1_000_000_000n;

function digitsOf(count: number): number {
  let digits = 1;
  for (let left = count; left >= 10; left = Math.floor(left / 10)) digits++;
  return digits;
}

/** Seconds as a decimal number with nanoseconds, such as -0.500000000. */
export function timeText(nanoseconds: bigint): string {
  if (nanoseconds < 0n) return `-${timeText(-nanoseconds)}`;
  const seconds = nanoseconds / SECOND;
  const rest = Number(nanoseconds - seconds * SECOND);
  return `${Number(seconds)}.${String(rest).padStart(9, '0')}`;
}
