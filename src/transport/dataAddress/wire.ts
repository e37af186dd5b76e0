import { ipv4Text, ipv6Text, type BodyValue, type NdmpVersion, type Value } from '../../protocol';
import { addressBytes } from './addressBytes';
import { AddressType, type DataAddress, type SocketAddress } from './model';

/** As many addresses of a list are looked at. */
const MAX_ADDRESSES = 16;
const LOCAL: BodyValue = { type: AddressType.LOCAL };

/** Address type of an address. */
export function typeOfAddress(address: DataAddress): number {
  if (address.kind === 'local') return AddressType.LOCAL;
  return address.family === 4 ? AddressType.TCP : AddressType.TCP_IPV6;
}

/** The address as replies of a version carry it: v2 and v3 one address, v4 a list (NDMPv4 draft, section 2.6). */
export function toWireAddress(address: DataAddress, version: NdmpVersion): BodyValue {
  if (address.kind === 'local') return LOCAL;
  const { addresses, family } = address;
  if (version === 4 && family === 6) {
    const tcp6_addr = addresses.map((each) => ({
      ipv6_addr: addressBytes(each.address) ?? new Uint8Array(16),
      port: each.port,
      addr_env: [],
    }));
    return { type: AddressType.TCP_IPV6, tcp6_addr };
  }
  const words = addresses.map(({ address: text, port }) => ({ ip_addr: ipv4Word(text), port }));
  if (version < 4) return words.length > 0 && family === 4 ? { type: AddressType.TCP, ...words[0] } : LOCAL;
  return { type: AddressType.TCP, tcp_addr: words.map((each) => ({ ...each, addr_env: [] })) };
}

/** The address of a request; undefined where it is of a kind that is not served, or leads nowhere. */
export function fromWireAddress(value: Value | undefined, version: NdmpVersion): DataAddress | undefined {
  if (!isStruct(value)) return undefined;
  switch (value.type) {
    case AddressType.LOCAL:
      return { kind: 'local' };
    case AddressType.TCP:
      return tcp(4, version < 4 ? [ipv4Address(value)] : listed(value.tcp_addr, ipv4Address));
    case AddressType.TCP_IPV6:
      return version < 4 ? undefined : tcp(6, listed(value.tcp6_addr, ipv6Address));
    default:
      return undefined;
  }
}

function tcp(family: 4 | 6, found: readonly (SocketAddress | undefined)[]): DataAddress | undefined {
  const addresses = found.filter((each) => each !== undefined);
  return addresses.length > 0 ? { kind: 'tcp', family, addresses } : undefined;
}

function listed(value: Value | undefined, read: (entry: BodyValue) => SocketAddress | undefined) {
  return Array.isArray(value)
    ? value.slice(0, MAX_ADDRESSES).map((each) => (isStruct(each) ? read(each) : undefined))
    : [];
}

function ipv4Address({ ip_addr: word, port }: BodyValue): SocketAddress | undefined {
  return typeof word === 'number' && isPort(port) ? { address: ipv4Text(word), port } : undefined;
}

function ipv6Address({ ipv6_addr: bytes, port }: BodyValue): SocketAddress | undefined {
  return bytes instanceof Uint8Array && bytes.length === 16 && isPort(port)
    ? { address: ipv6Text(bytes), port }
    : undefined;
}

function ipv4Word(text: string): number {
  const bytes = addressBytes(text);
  return bytes?.length === 4 ? new DataView(bytes.buffer).getUint32(0) : 0;
}

function isPort(port: Value | undefined): port is number {
  return typeof port === 'number' && port > 0 && port <= 0xffff;
}

function isStruct(value: Value | undefined): value is BodyValue {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
