import { errorName, type EnumTable } from '../protocol';

/** `-1`, `10 (0xa)`, `0x585a5525 (Dec 21 …)`, `?0x11?`; undefined when no number stands there. */
export function integerOf(text: string, hex = false): bigint | undefined {
  const match = /^\??\s*(-?)(?:0x([0-9a-f]{1,16})|([0-9a-f]{1,32}))(?![0-9a-z_.])/i.exec(text);
  if (match === null) return undefined;
  const [, sign, withPrefix, digits] = match;
  if (withPrefix === undefined && !hex && !/^\d+$/.test(digits)) return undefined;
  const magnitude = BigInt(withPrefix !== undefined || hex ? `0x${withPrefix ?? digits}` : digits);
  return sign === '-' ? -magnitude : magnitude;
}

/** The word of a 32-bit number as a log prints it, signed or not. */
export function wordOf(text: string, hex = false): number | undefined {
  const integer = integerOf(text, hex);
  return integer === undefined ? undefined : Number(BigInt.asUintN(32, integer));
}

/** `0xd9978fd [152.27.4.81]`: the dotted form counts. `other` is the hexadecimal one where it says something else. */
export function ipv4Of(text: string): { word: number; other?: number } | undefined {
  const hex = wordOf(text);
  const dotted = /(?:^|[[(\s])(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?![\d.])/.exec(text);
  const parts = dotted?.slice(1).map(Number);
  if (parts?.every((part) => part < 256)) {
    const word = parts.reduce((sum, part) => sum * 256 + part, 0);
    return hex === undefined || hex === word || !/^\s*0x/i.test(text) ? { word } : { word, other: hex };
  }
  return hex === undefined ? undefined : { word: hex };
}

const spellings = new WeakMap<EnumTable, Map<string, number>>();

/**
 * Value of an enumeration as logs write it: `4`, `0x4`, `1 (NDMP4_ADDR_TCP)`, `NDMP2_MOVER_PAUSE_EOF`. Names are compared
 * without the prefix that C programs give them.
 */
export function enumOf(table: EnumTable, text: string): number | undefined {
  const number = wordOf(text);
  if (number !== undefined) return number;
  const known = spellings.get(table) ?? new Map<string, number>();
  spellings.set(table, known);
  const name = /^\s*\??\(?([A-Za-z]\w{0,79})/.exec(text)?.[1];
  if (name === undefined) return undefined;
  const before = known.get(name);
  if (before !== undefined) return before;
  const found = nearestName(table, `_${name.toUpperCase().replace('RESTORE', 'RECOVER')}_`);
  if (found !== undefined) known.set(name, found);
  return found;
}

/** The longest name of the table that is a whole part of `name`. */
function nearestName(table: EnumTable, name: string): number | undefined {
  let found: number | undefined;
  let longest = 0;
  for (const [value, entry] of table.values) {
    const part = entry.name.toUpperCase().replace('RESTORE', 'RECOVER');
    if (part.length <= longest || !name.includes(`_${part}_`)) continue;
    longest = part.length;
    found = value;
  }
  return found;
}

const errors = new Map(Array.from({ length: 31 }, (_unused, error) => [errorName(error), error]));

/** An error by number or name: `9`, `NDMP4_ILLEGAL_ARGS_ERR`, `0 (NDMP4_NO_ERR)`. */
export function errorOf(text: string): number | undefined {
  const number = wordOf(text);
  if (number !== undefined) return number;
  const name = /^\s*\(?(?:NDMP\d_)?([A-Z_]{2,40})/.exec(text)?.[1];
  return name === undefined ? undefined : (errors.get(name) ?? errors.get(name.replace(/_ERR$/, '')));
}

/** `{ 12 00 0a }`, `12000a`, `0x12000a`; undefined when it is anything else. */
export function bytesOf(text: string): Uint8Array | undefined {
  const braces = /^\{([0-9a-f\s]*)\}$/i.exec(text.trim())?.[1];
  const words = braces?.trim().split(/\s+/).filter(Boolean);
  if (words?.every((word) => word.length <= 2)) return Uint8Array.from(words, (word) => Number.parseInt(word, 16));
  const digits = text.trim().replace(/^0x/i, '').replace(/\s+/g, '');
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) return undefined;
  return Uint8Array.from({ length: digits.length / 2 }, (_unused, at) =>
    Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16),
  );
}

/** One address of `NDMP4_ADDR_TCP #1(7f000003,43509)`; every one of a list. */
export function addressesOf(text: string): { ip: number; port: number }[] {
  return [...text.matchAll(/\(([0-9a-f]{1,8}),(\d{1,5})\)/gi)].map(([, ip, port]) => ({
    ip: Number.parseInt(ip, 16),
    port: Number(port),
  }));
}
