/** Address types of the wire (NDMPv4 draft, section 2.6; IPv6 by the connection address extension). */
export const AddressType = { LOCAL: 0, TCP: 1, FC: 2, IPC: 3, TCP_IPV6: 0x20510004 } as const;

export interface SocketAddress {
  /** Numeric IPv4 or IPv6 address. */
  address: string;
  port: number;
}

/** Where a data connection can be made, in any protocol version. `family` 4 is TCP, 6 is TCP_IPV6. */
export type DataAddress = { kind: 'local' } | { kind: 'tcp'; family: 4 | 6; addresses: SocketAddress[] };
