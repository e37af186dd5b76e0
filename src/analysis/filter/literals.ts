import type { AddressPattern, Literal, Span } from './ast';
import { FilterSyntaxError } from './problem';
import { parseAddress } from './address';
import { decodeByteString } from '../../xdr/byteString';

/** Literals of the filter language: from the text of a token to a value. */

export function numberLiteral(source: string, span: Span): Literal {
  const integer = /^-?\d+$/.test(source) || /^0x/i.test(source);
  const value = integer ? narrow(BigInt(source)) : Number(source);
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new FilterSyntaxError(`The number ${source.slice(0, 40)} is too large`, span);
  }
  return { kind: 'number', source, value, ...span };
}

function narrow(value: bigint): number | bigint {
  return value >= -0x1fffffffffffffn && value <= 0x1fffffffffffffn ? Number(value) : value;
}

const unitNanos: Record<string, bigint> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  min: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

export function durationLiteral(source: string, span: Span): Literal {
  const match = /^(-?)(\d+)(?:\.(\d+))?(\D+)$/.exec(source);
  if (match === null) {
    throw new FilterSyntaxError(`"${source}" is not a duration`, span);
  }
  const [, sign, whole, fraction = '', unit] = match;
  const digits = fraction.slice(0, 18);
  const nanos = (BigInt(whole + digits) * unitNanos[unit]) / 10n ** BigInt(digits.length);
  return { kind: 'duration', source, ...split(sign === '-' ? -nanos : nanos), ...span };
}

/** Seconds and nanoseconds of a decimal number of seconds such as `1795239246.457192`, exact to the nanosecond. */
export function decimalSeconds(source: string): { seconds: number; nanos: number } | undefined {
  const match = /^(-?)(\d{1,18})(?:\.(\d+))?$/.exec(source);
  if (match === null) {
    return undefined;
  }
  const [, sign, whole, fraction = ''] = match;
  const nanos = BigInt(whole) * 1_000_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
  return split(sign === '-' ? -nanos : nanos);
}

/** Seconds rounded down and the nanoseconds (0 to 999 999 999) on top. */
function split(nanos: bigint): { seconds: number; nanos: number } {
  const rest = ((nanos % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  return { seconds: Number((nanos - rest) / 1_000_000_000n), nanos: Number(rest) };
}

/** A calendar time, `2026-11-21`, `2026-11-21 06:44:06.457192` or with `T`; UTC unless it names an offset. */
export function calendarTime(source: string): { seconds: number; nanos: number } | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?$/.exec(
    source,
  );
  if (match === null) {
    return undefined;
  }
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match;
  const date = new Date(Date.UTC(+year, +month - 1, +day, +hour, +minute, +second));
  if (date.getUTCMonth() !== +month - 1 || date.getUTCDate() !== +day || +hour > 23 || +minute > 59 || +second > 60) {
    return undefined;
  }
  const offset = /^[+-]/.test(zone) ? (zone[0] === '-' ? -1 : 1) * (+zone.slice(1, 3) * 60 + +zone.slice(-2)) : 0;
  return { seconds: date.getTime() / 1000 - offset * 60, nanos: Number(fraction.slice(0, 9).padEnd(9, '0')) };
}

export function timeLiteral(source: string, span: Span): Literal {
  const time = calendarTime(source);
  if (time === undefined) {
    throw new FilterSyntaxError(`"${source}" is not a date`, span);
  }
  return { kind: 'time', source, ...time, ...span };
}

export function addressLiteral(source: string, span: Span): Literal {
  const address: AddressPattern | undefined = parseAddress(source);
  if (address === undefined && /^[0-9a-f]{2}(:[0-9a-f]{2})+$/i.test(source)) {
    return bytesLiteral(source, span);
  }
  if (address === undefined) {
    throw new FilterSyntaxError(`"${source}" is not an IP address`, span);
  }
  return { kind: 'address', source, address, ...span };
}

export function bytesLiteral(source: string, span: Span): Literal {
  const bytes = Uint8Array.from(source.split(':'), (pair) => parseInt(pair, 16));
  return { kind: 'bytes', source, bytes, ...span };
}

/** A quoted text with `\n \r \t \0 \\ \" \' \xNN \uNNNN`; in `r"…"` the backslash is an ordinary character. */
export function textLiteral(source: string, span: Span): Literal {
  if (source.startsWith('r')) {
    return { kind: 'string', source, value: source.slice(2, -1), ...span };
  }
  return { kind: 'string', source, value: unescape(source.slice(1, -1), span), ...span };
}

const simpleEscapes: Record<string, string> = {
  n: '\n',
  r: '\r',
  t: '\t',
  0: '\0',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

function unescape(text: string, span: Span): string {
  return text.replace(/(?:\\x[0-9A-Fa-f]{2})+|\\u[0-9A-Fa-f]{4}|\\(.)/gu, (all: string, single?: string) => {
    if (single === undefined) {
      return all.startsWith('\\u') ? String.fromCharCode(parseInt(all.slice(2), 16)) : bytesToText(all);
    }
    if (single === 'x' || single === 'u') {
      throw new FilterSyntaxError(`"\\${single}" needs ${single === 'x' ? 'two' : 'four'} hexadecimal digits`, span);
    }
    // An unknown escape keeps its backslash, so that a regular expression survives ordinary quotes.
    return simpleEscapes[single] ?? ('\\"\''.includes(single) ? single : `\\${single}`);
  });
}

/** `\xC3\xA9` are bytes, as in Wireshark: valid UTF-8 becomes text, any other byte b the lone surrogate U+DC00 + b. */
function bytesToText(escapes: string): string {
  return decodeByteString(Uint8Array.from(escapes.slice(2).split('\\x'), (pair) => parseInt(pair, 16)));
}
