import type { DataType } from './lifTables';

const LOCAL = 0;
const TCP = 1;
/** NDMP4_ADDR_TCP_IPv6 of NetApp's class 0x2051. */
const TCP_IPV6 = 0x20510004;

const names: ReadonlyMap<number, string> = new Map([
  [LOCAL, 'LOCAL'],
  [TCP, 'TCP'],
  [2, 'FC'],
  [3, 'IPC'],
  [TCP_IPV6, 'TCP/IPv6'],
]);

/** `LOCAL`, `TCP`, `TCP/IPv6`, or the number of an address type that is not known. */
export function addressTypeName(type: number): string {
  return names.get(type) ?? `type 0x${(type >>> 0).toString(16)}`;
}

export function isLocalType(type: number): boolean {
  return type === LOCAL;
}

/** Whether a type goes over a network. */
export function isNetworkType(type: number): boolean {
  return type === TCP || type === TCP_IPV6;
}

/** The number of a type as NetApp's tables write it. */
export function numberOfType(type: DataType): number {
  return type === 'LOCAL' ? LOCAL : type === 'TCP' ? TCP : TCP_IPV6;
}
