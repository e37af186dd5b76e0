import { parseAddressBytes } from '../../protocol';
import type { ServerReport } from '../query/model';
import type { ServerDefinition } from '../servers/model';
import type { BackupPlan } from './model';

export type Family = 4 | 6;

interface Network {
  bytes: Uint8Array;
  /** Bits that count. */
  length: number;
}

/**
 * The bytes of a numeric address, 4 or 16; undefined when it is none. A scope (`%eth0`) is left out, and IPv4 addresses
 * written as IPv6 (`::ffff:10.0.0.1`) are those of IPv4.
 */
function addressOf(text: string): Uint8Array | undefined {
  const bytes = parseAddressBytes(text.split('%')[0]);
  return bytes !== undefined && isMappedIpv4(bytes) ? bytes.subarray(12) : bytes;
}

function isMappedIpv4(bytes: Uint8Array): boolean {
  return bytes.length === 16 && bytes[10] === 0xff && bytes[11] === 0xff && bytes.subarray(0, 10).every((b) => b === 0);
}

/** `10.1.0.0/16` or a single address; undefined for anything else. */
function networkOf(text: string): Network | undefined {
  const [address, prefix, ...rest] = text.split('/');
  const bytes = addressOf(address);
  if (bytes === undefined || rest.length > 0) return undefined;
  const whole = bytes.length * 8;
  if (prefix === undefined) return { bytes, length: whole };
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > whole) return undefined;
  return { bytes, length: Number(prefix) };
}

/** Whether a numeric address is one of, or lies within one of, these addresses and networks. */
export function isWithin(address: string, networks: readonly string[]): boolean {
  const bytes = addressOf(address);
  return bytes !== undefined && networks.some((each) => holds(networkOf(each), bytes));
}

function holds(network: Network | undefined, address: Uint8Array): boolean {
  if (network?.bytes.length !== address.length) return false;
  const { bytes, length } = network;
  const whole = length >> 3;
  for (let at = 0; at < whole; at++) if (bytes[at] !== address[at]) return false;
  const mask = 0xff00 >> (length & 7);
  return (length & 7) === 0 || (bytes[whole] & mask) === (address[whole] & mask);
}

/** IP version of an address or a network; undefined when it is a name. */
export function familyOf(text: string): Family | undefined {
  const network = networkOf(text);
  return network && (network.bytes.length === 4 ? 4 : 6);
}

/** Whether it can be reached from its own machine only. */
export function isLoopback(address: string): boolean {
  return isWithin(address.split('/')[0], ['127.0.0.0/8', '::1']);
}

/** The host of `host`, `host:port`, `[::1]:port` or a bare IPv6 address. */
export function hostOf(text: string): string {
  if (familyOf(text) !== undefined) return text;
  return /^\[([^\]]*)\]/.exec(text)?.[1] ?? text.replace(/:\d+$/, '');
}

/**
 * Where data connections of a server may go to and come from: the address it is spoken to at, its other addresses, and
 * the networks that its definition names. Names are there as the addresses they stand for.
 */
export function dataAddresses(
  report: ServerReport,
  { host, addresses, dataNetworks }: ServerDefinition,
  resolved: ReadonlyMap<string, readonly string[]>,
): string[] {
  const named = [host, ...addresses]
    .map(hostOf)
    .flatMap((each) => (familyOf(each) === undefined ? (resolved.get(each) ?? []) : [each]));
  const all = [report.address, ...named, ...dataNetworks].filter((each) => familyOf(each) !== undefined);
  return [...new Set(all)];
}

/**
 * Whether a data connection may go to, or come from, this numeric address by the plan. Any other is refused: a server
 * must not make this machine or another server connect to where the user never said.
 */
export function isPlannedAddress({ connections }: Pick<BackupPlan, 'connections'>, address: string): boolean {
  return connections.some(
    ({ purpose, addresses, fromAddresses }) =>
      purpose === 'data' && (isWithin(address, addresses) || isWithin(address, fromAddresses)),
  );
}
