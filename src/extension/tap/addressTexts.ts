import { isIP } from 'node:net';

export interface EndpointText {
  host: string;
  port: number;
  /** host:port, IPv6 addresses in brackets. */
  text: string;
}

const NAME = /^(?!-)[A-Za-z0-9_.-]{1,253}$/;

/**
 * Reads host:port as people write it; undefined when it is none.
 * @param usual port of a host without one; undefined: it has to have one
 * @param least smallest port
 */
export function endpoint(text: string, usual: number | undefined, least = 1): EndpointText | undefined {
  const trimmed = text.trim();
  const bracketed = /^\[([^\]]+)\](?::(\d{1,5}))?$/.exec(trimmed);
  const plain = /^([^:]+)(?::(\d{1,5}))?$/.exec(trimmed);
  const [, host, digits] = bracketed ?? plain ?? (isIP(trimmed) === 6 ? ['', trimmed, undefined] : []);
  if (host === undefined) return undefined;
  const port = digits === undefined ? usual : Number(digits);
  if (port === undefined || port < least || port > 65535) return undefined;
  const isV6 = isIP(host) === 6;
  if (!isV6 && (bracketed !== null || !NAME.test(host))) return undefined;
  return { host, port, text: isV6 ? `[${host}]:${port}` : `${host}:${port}` };
}

/** Whether only this machine gets to an address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** Whether a text is an address or a network. */
export function network(text: string): boolean {
  const [address, bits, ...rest] = text.trim().split('/');
  const kind = isIP(address);
  if (kind === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (kind === 4 ? 32 : 128));
}
