import { isIP } from 'node:net';
import type { ServerDefinition } from './model';

/** Where a server can be tried. */
export interface ServerAddress {
  host: string;
  port: number;
}

/** 'host', 'host:port', '[::1]:port' or a bare IPv6 address. @returns undefined when it is none of these */
export function serverAddress(text: string, port: number): ServerAddress | undefined {
  if (isIP(text) !== 0) return { host: text, port };
  const match = /^(?:\[([^\]]+)\]|([^:[\]\s/]+))(?::(\d{1,5}))?$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const found = match?.[3] === undefined ? port : Number(match[3]);
  if (host === undefined || found < 1 || found > 65535) return undefined;
  return match?.[1] !== undefined && isIP(host) !== 6 ? undefined : { host, port: found };
}

/** All addresses of a server in the order in which they are tried. */
export function addressesOf({ host, addresses, port }: ServerDefinition): ServerAddress[] {
  return [host, ...addresses].flatMap((text) => serverAddress(text, port) ?? []);
}

/** As people write it. */
export function addressText({ host, port }: ServerAddress): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}
