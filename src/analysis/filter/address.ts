import { parseAddressBytes } from '../../protocol';
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
