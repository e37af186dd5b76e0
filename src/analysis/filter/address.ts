import type { AddressPattern } from './ast';

/**
 * `10.0.0.1`, `10.0.0.0/8`, `10.0.0.1:10000`, `fe80::1`, `fe80::/10`, `[::1]`, `[::1]:10000` and IPv4-mapped forms.
 * Undefined when the text is none of these.
 */
export function parseAddress(text: string): AddressPattern | undefined {
  const match = /^(?:\[([^\]]*)\](?::(\d+))?|([\d.]+)(?::(\d+))?|([^/]*))(?:\/(\d+))?$/.exec(text);
  if (match === null) {
    return undefined;
  }
  const host = match[1] ?? match[3] ?? match[5];
  const bytes = parseAddressBytes(host);
  const portText = match[2] ?? match[4];
  const port = portText === undefined ? undefined : Number(portText);
  if (bytes === undefined || (port !== undefined && port > 65535)) {
    return undefined;
  }
  const bits = bytes.length * 8;
  const prefix = match[6] === undefined ? bits : Number(match[6]);
  return prefix > bits ? undefined : { bytes, prefix, ...(port === undefined ? {} : { port }) };
}

/** Four or sixteen bytes of a plain IPv4 or IPv6 address. */
export function parseAddressBytes(text: string): Uint8Array | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) {
    return undefined;
  }
  return Uint8Array.from(parts, Number);
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2 || text.length > 45) {
    return undefined;
  }
  const head = groups(halves[0]);
  const tail = halves.length === 2 ? groups(halves[1]) : [];
  if (head === undefined || tail === undefined) {
    return undefined;
  }
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) {
    return undefined;
  }
  const words = [...head, ...new Array<number>(missing).fill(0), ...tail];
  return Uint8Array.from(words.flatMap((word) => [word >> 8, word & 0xff]));
}

function groups(text: string): number[] | undefined {
  if (text === '') {
    return [];
  }
  const words: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (/^[0-9A-Fa-f]{1,4}$/.test(part)) {
      words.push(parseInt(part, 16));
      continue;
    }
    const v4 = i === parts.length - 1 ? parseIpv4(part) : undefined;
    if (v4 === undefined) {
      return undefined;
    }
    words.push((v4[0] << 8) | v4[1], (v4[2] << 8) | v4[3]);
  }
  return words;
}

/** Whether an address lies in the pattern's network; the port is not looked at. */
export function inNetwork(bytes: Uint8Array, pattern: AddressPattern): boolean {
  if (bytes.length !== pattern.bytes.length) {
    return false;
  }
  const whole = pattern.prefix >> 3;
  for (let i = 0; i < whole; i++) {
    if (bytes[i] !== pattern.bytes[i]) {
      return false;
    }
  }
  const rest = pattern.prefix & 7;
  return rest === 0 || (bytes[whole] ^ pattern.bytes[whole]) >> (8 - rest) === 0;
}

/** Order of two addresses of one family; undefined across families. */
export function compareAddresses(a: Uint8Array, b: Uint8Array): number | undefined {
  if (a.length !== b.length) {
    return undefined;
  }
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) {
      return a[i] - b[i];
    }
  }
  return 0;
}
