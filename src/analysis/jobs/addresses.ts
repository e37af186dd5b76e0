import { ipv4Text, ipv6Text, type BodyValue, type Value } from '../../protocol';
import type { DataLink } from './model';

/** The address of one end of a data connection, as a message carries it. */
export interface LinkAddress {
  kind: DataLink['kind'];
  /** `10.0.0.6:39120`, the one that is used first; none for a local connection. */
  texts: string[];
}

/** The fields that carry one, in the names of all versions. */
const FIELDS = ['addr', 'connect_addr', 'data_connection_addr', 'mover'] as const;
/** v4 carries a list; one that is longer than this is no list of a server's addresses. */
const MAX_ADDRESSES = 16;

/** The address in a body; undefined where it has none. */
export function linkAddress(body: BodyValue): LinkAddress | undefined {
  const value = FIELDS.map((field) => body[field]).find((found) => found !== undefined);
  if (value === undefined || !isFields(value)) return undefined;
  if (value.type === 0) return { kind: 'local', texts: [] };
  const list = value.tcp_addr ?? value.tcp6_addr;
  const endpoints = (Array.isArray(list) ? list.slice(0, MAX_ADDRESSES) : [value]).filter(isFields);
  const texts = endpoints.map(endpointOf).filter((text) => text !== undefined);
  if (texts.length === 0) return { kind: 'other', texts };
  return { kind: value.tcp6_addr === undefined ? 'tcp' : 'tcp6', texts };
}

function endpointOf({ ip_addr: ip, ipv6_addr: ip6, port }: BodyValue): string | undefined {
  if (typeof ip === 'number') return `${ipv4Text(ip)}:${Number(port)}`;
  return ip6 instanceof Uint8Array ? `[${ipv6Text(ip6)}]:${Number(port)}` : undefined;
}

/** The host in `10.0.0.6:39120` or `[2001:db8::1]:39120`. */
export function hostOf(endpoint: string): string {
  return endpoint.replace(/(?<=^[^:]*|\]):\d+$/, '').replace(/^\[|\]$/g, '');
}

export function isFields(value: Value): value is BodyValue {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array);
}

/** The last value of a variable in an environment: servers take the last of several. */
export function variable(body: BodyValue, name: string): string | undefined {
  let found: string | undefined;
  for (const pair of Array.isArray(body.env) ? body.env : [])
    if (isFields(pair) && pair.name === name && typeof pair.value === 'string') found = pair.value;
  return found;
}
