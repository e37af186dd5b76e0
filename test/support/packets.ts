import { isIPv6 } from 'node:net';
import { ipv4Bytes, ipv6Bytes } from '../samples/wire';

export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const PSH = 0x08;
export const ACK = 0x10;

const PROTOCOL_TCP = 6;

/** One end of a TCP connection. */
export interface End {
  address: string;
  port: number;
}

export const CLIENT: End = { address: '10.0.0.1', port: 40_000 };
export const SERVER: End = { address: '10.0.0.2', port: 10_000 };

/** What stands in a TCP segment; checksums are left 0, readers do not check them. */
export interface SegmentFields {
  source: End;
  destination: End;
  sequence: number;
  acknowledgement?: number;
  flags?: number;
  payload?: Uint8Array;
  /** Bytes of TCP options, a multiple of four. */
  options?: Uint8Array;
}

export function tcp(fields: SegmentFields): Buffer {
  const { source, destination, sequence, acknowledgement = 0, flags = PSH | ACK } = fields;
  const options = fields.options ?? new Uint8Array(0);
  const head = Buffer.alloc(20);
  head.writeUInt16BE(source.port, 0);
  head.writeUInt16BE(destination.port, 2);
  head.writeUInt32BE(sequence >>> 0, 4);
  head.writeUInt32BE(acknowledgement >>> 0, 8);
  head.writeUInt8(((20 + options.length) / 4) << 4, 12);
  head.writeUInt8(flags, 13);
  head.writeUInt16BE(65_535, 14);
  return Buffer.concat([head, options, fields.payload ?? new Uint8Array(0)]);
}

export interface Ipv4Fields {
  id?: number;
  /** Bytes from the start of the datagram's payload, a multiple of eight. */
  offset?: number;
  more?: boolean;
  protocol?: number;
  /** Bytes of IP options, a multiple of four. */
  options?: Uint8Array;
  /** Instead of the true total length. */
  totalLength?: number;
}

export function ipv4(source: string, destination: string, payload: Uint8Array, fields: Ipv4Fields = {}): Buffer {
  const { id = 1, offset = 0, more = false, protocol = PROTOCOL_TCP, options = new Uint8Array(0) } = fields;
  const head = Buffer.alloc(20);
  head.writeUInt8(0x40 | ((20 + options.length) / 4), 0);
  head.writeUInt16BE(fields.totalLength ?? 20 + options.length + payload.length, 2);
  head.writeUInt16BE(id, 4);
  head.writeUInt16BE((more ? 0x2000 : 0) | (offset / 8), 6);
  head.writeUInt8(64, 8);
  head.writeUInt8(protocol, 9);
  ipv4Bytes(source).copy(head, 12);
  ipv4Bytes(destination).copy(head, 16);
  return Buffer.concat([head, options, payload]);
}

/** An extension header as it stands in the packet, without its first byte (the next header). */
export interface Ipv6Extension {
  header: number;
  rest: Uint8Array;
}

export function ipv6(
  source: string,
  destination: string,
  payload: Uint8Array,
  extensions: readonly Ipv6Extension[] = [],
  protocol = PROTOCOL_TCP,
): Buffer {
  const after = [...extensions.map(({ header }) => header), protocol];
  const chain = extensions.map(({ rest }, at) => Buffer.concat([Buffer.of(after[at + 1]), rest]));
  const body = Buffer.concat([...chain, payload]);
  const head = Buffer.alloc(8);
  head.writeUInt8(0x60, 0);
  head.writeUInt16BE(body.length, 4);
  head.writeUInt8(after[0], 6);
  head.writeUInt8(64, 7);
  return Buffer.concat([head, ipv6Bytes(source), ipv6Bytes(destination), body]);
}

/** An Ethernet frame, with VLAN tags of these EtherTypes. */
export function ethernet(ip: Uint8Array, tags: readonly number[] = []): Buffer {
  const type = ip[0] >> 4 === 6 ? 0x86dd : 0x0800;
  const tagBytes = tags.map((tag) => Buffer.of(tag >> 8, tag & 0xff, 0, 7));
  return Buffer.concat([Buffer.alloc(12, 2), ...tagBytes, Buffer.of(type >> 8, type & 0xff), ip]);
}

/** An Ethernet frame with a TCP segment. */
export function segment(fields: SegmentFields, tags: readonly number[] = []): Buffer {
  const { source, destination } = fields;
  const wrap = isIPv6(source.address) ? ipv6 : ipv4;
  return ethernet(wrap(source.address, destination.address, tcp(fields)), tags);
}

/** Writes the packets of one TCP connection, so that a test can drop, double and shuffle them. */
export class Conversation {
  /** Ethernet frames in the order in which they were sent. */
  readonly packets: Buffer[] = [];
  private readonly next: { client: number; server: number };

  constructor(
    readonly client: End = CLIENT,
    readonly server: End = SERVER,
    firstSequence: { client?: number; server?: number } = {},
    private readonly tags: readonly number[] = [],
  ) {
    this.next = { client: firstSequence.client ?? 1_000, server: firstSequence.server ?? 900_000 };
  }

  /** Sequence number of the next byte of a side. */
  position(side: 'client' | 'server'): number {
    return this.next[side];
  }

  open(): this {
    this.next.client -= 1;
    this.next.server -= 1;
    this.emit('client', SYN);
    this.next.client += 1;
    this.emit('server', SYN | ACK);
    this.next.server += 1;
    this.emit('client', ACK);
    return this;
  }

  /** One segment for each of the payloads. */
  send(side: 'client' | 'server', ...payloads: Uint8Array[]): this {
    for (const payload of payloads) {
      this.emit(side, PSH | ACK, payload);
      this.next[side] = (this.next[side] + payload.length) >>> 0;
    }
    return this;
  }

  /** An empty acknowledgement of everything so far. */
  acknowledge(side: 'client' | 'server'): this {
    this.emit(side, ACK);
    return this;
  }

  /** A keep-alive probe: the byte before the next one, once more. */
  keepAlive(side: 'client' | 'server'): this {
    this.next[side] -= 1;
    this.emit(side, ACK, Buffer.of(0));
    this.next[side] += 1;
    return this;
  }

  /** Bytes that were sent but that no packet of the capture holds. */
  lose(side: 'client' | 'server', bytes: number): this {
    this.next[side] = (this.next[side] + bytes) >>> 0;
    return this;
  }

  end(side: 'client' | 'server', flags = FIN | ACK): this {
    this.emit(side, flags);
    this.next[side] += 1;
    return this;
  }

  private emit(side: 'client' | 'server', flags: number, payload?: Uint8Array): void {
    const other = side === 'client' ? 'server' : 'client';
    const acknowledgement = flags & ACK ? this.next[other] : 0;
    const fields = { source: this[side], destination: this[other], sequence: this.next[side], acknowledgement };
    this.packets.push(segment({ ...fields, flags, payload }, this.tags));
  }
}
