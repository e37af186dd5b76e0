/** Packets made up around bytes of a TCP connection: Ethernet, IPv4 or IPv6, TCP, with correct checksums. */

/** One end of a made-up connection. */
export interface FrameEnd {
  /** 4 or 16 bytes; both ends have the same number. */
  address: Uint8Array;
  port: number;
}

export interface Segment {
  from: FrameEnd;
  to: FrameEnd;
  sequence: number;
  acknowledgement: number;
  /** TCP flags, as in src/capture/tcpSegment.ts. */
  flags: number;
  payload: Uint8Array;
  /** Bytes of payload behind it that were sent and are not in the capture. */
  cut: number;
}

/** The largest payload of one packet: both kinds of IP can carry it. */
export const MAX_SEGMENT = 32768;

const ETHERNET = 14;
const TCP = 20;
const PROTOCOL_TCP = 6;
const HOP_LIMIT = 64;
const WINDOW = 65535;

/** The bytes of an Ethernet frame that carries the segment, as far as they are there. */
export function frameOf(segment: Segment): Uint8Array {
  const isV6 = segment.from.address.length === 16;
  const ip = isV6 ? 40 : 20;
  const frame = new Uint8Array(ETHERNET + ip + TCP + segment.payload.length);
  const view = new DataView(frame.buffer);
  writeMac(frame, 0, segment.to.address);
  writeMac(frame, 6, segment.from.address);
  view.setUint16(12, isV6 ? 0x86dd : 0x0800);
  if (isV6) writeIpv6(frame, view, segment);
  else writeIpv4(frame, view, segment);
  writeTcp(frame, view, ETHERNET + ip, segment);
  return frame;
}

/** A locally administered address that stands for the IP address: nobody's real one. */
function writeMac(frame: Uint8Array, at: number, address: Uint8Array): void {
  frame[at] = 0x02;
  frame.set(address.subarray(address.length - 4), at + 2);
}

function writeIpv4(frame: Uint8Array, view: DataView, { from, to, payload, cut }: Segment): void {
  view.setUint8(14, 0x45);
  view.setUint16(16, 20 + TCP + payload.length + cut);
  view.setUint16(20, 0x4000); // never to be fragmented
  view.setUint8(22, HOP_LIMIT);
  view.setUint8(23, PROTOCOL_TCP);
  frame.set(from.address, 26);
  frame.set(to.address, 30);
  view.setUint16(24, checksum(sum(view, ETHERNET, ETHERNET + 20)));
}

function writeIpv6(frame: Uint8Array, view: DataView, { from, to, payload, cut }: Segment): void {
  view.setUint8(14, 0x60);
  view.setUint16(18, TCP + payload.length + cut);
  view.setUint8(20, PROTOCOL_TCP);
  view.setUint8(21, HOP_LIMIT);
  frame.set(from.address, 22);
  frame.set(to.address, 38);
}

function writeTcp(frame: Uint8Array, view: DataView, at: number, segment: Segment): void {
  const { from, to, payload, cut } = segment;
  view.setUint16(at, from.port);
  view.setUint16(at + 2, to.port);
  view.setUint32(at + 4, segment.sequence);
  view.setUint32(at + 8, segment.acknowledgement);
  view.setUint8(at + 12, (TCP / 4) << 4);
  view.setUint8(at + 13, segment.flags);
  view.setUint16(at + 14, WINDOW);
  frame.set(payload, at + TCP);
  // the pseudo header: both addresses, protocol, length
  const addresses = at - 2 * from.address.length;
  const pseudo = sum(view, addresses, at) + PROTOCOL_TCP + TCP + payload.length + cut;
  view.setUint16(at + 16, checksum(pseudo + sum(view, at, frame.length)));
}

/** The sum of 16-bit words; a last single byte counts as the upper half of one. */
function sum(view: DataView, from: number, to: number): number {
  let total = 0;
  let at = from;
  for (; at + 1 < to; at += 2) total += view.getUint16(at);
  return at < to ? total + (view.getUint8(at) << 8) : total;
}

function checksum(total: number): number {
  let folded = total;
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 0x10000);
  return ~folded & 0xffff;
}
