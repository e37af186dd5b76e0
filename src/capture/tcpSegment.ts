import type { Block } from './block';
import { IpFragments } from './ipFragments';
import { ipHeaderOffset } from './linkLayer';
import type { Packet } from './packet';

/** TCP header flags. */
export const TCP_FIN = 0x01;
export const TCP_SYN = 0x02;
export const TCP_RST = 0x04;
export const TCP_ACK = 0x10;

const PROTOCOL_TCP = 6;
const MAX_IPV6_HEADERS = 16;

/**
 * The TCP segment in a packet, from the link layer upwards. One mutable instance for a whole pass: {@link decode}
 * fills the fields and says whether there is a segment.
 */
export class TcpSegment {
  /** 4 or 6. */
  family = 4;
  /** Addresses as four 32-bit words; an IPv4 address stands in the last one. */
  s0 = 0;
  s1 = 0;
  s2 = 0;
  s3 = 0;
  d0 = 0;
  d1 = 0;
  d2 = 0;
  d3 = 0;
  sourcePort = 0;
  destinationPort = 0;
  /** Sequence and acknowledgement number, unsigned. */
  sequence = 0;
  acknowledgement = 0;
  flags = 0;
  /** The receive window as it stands in the header, without its scale. */
  window = 0;
  /** Where the payload lies: normally the block's bytes, else an assembled datagram. */
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  /** Captured payload, [start, end) in `bytes`. */
  start = 0;
  end = 0;
  /** Payload bytes that were on the wire; more than end - start when the capture cut the packet. */
  length = 0;
  /** File position of `bytes[0]`, or -1 when the payload does not lie in the file in one piece. */
  fileOffset = 0;
  /** Where the packet record that the payload begins in starts in the file. */
  recordOffset = 0;

  private seconds = 0;
  private readonly fragments = new IpFragments();

  /** @returns false when the packet holds no TCP segment that can be read (yet). */
  decode(packet: Packet, block: Block): boolean {
    const ip = ipHeaderOffset(packet.linkType, block.view, packet.start, packet.end);
    if (ip < 0 || ip >= packet.end) return false;
    this.bytes = block.bytes;
    this.view = block.view;
    this.fileOffset = block.fileOffset;
    this.recordOffset = packet.recordOffset;
    this.seconds = packet.seconds;
    const wireEnd = packet.start + packet.wireLength;
    const version = block.view.getUint8(ip) >> 4;
    if (version === 4) return this.decodeIPv4(ip, packet.end, wireEnd);
    if (version === 6) return this.decodeIPv6(ip, packet.end, wireEnd);
    return false;
  }

  private decodeIPv4(ip: number, capturedEnd: number, wireEnd: number): boolean {
    const { view } = this;
    if (capturedEnd - ip < 20) return false;
    const headerLength = (view.getUint8(ip) & 0x0f) * 4;
    if (headerLength < 20 || view.getUint8(ip + 9) !== PROTOCOL_TCP) return false;
    this.family = 4;
    this.s0 = this.s1 = this.s2 = this.d0 = this.d1 = this.d2 = 0;
    this.s3 = view.getInt32(ip + 12);
    this.d3 = view.getInt32(ip + 16);
    // hardware offload leaves the total length 0 in packets captured before they were cut up
    const total = view.getUint16(ip + 2) || wireEnd - ip;
    const ipEnd = ip + total;
    const fragment = view.getUint16(ip + 6);
    if ((fragment & 0x3fff) !== 0) {
      const key = `4 ${this.s3} ${this.d3} ${view.getUint16(ip + 4)}`;
      const offset = (fragment & 0x1fff) * 8;
      return this.decodeFragment(
        key,
        ip + headerLength,
        Math.min(ipEnd, capturedEnd),
        ipEnd,
        offset,
        (fragment & 0x2000) !== 0,
      );
    }
    return this.decodeTcp(ip + headerLength, Math.min(ipEnd, capturedEnd), ipEnd);
  }

  private decodeIPv6(ip: number, capturedEnd: number, wireEnd: number): boolean {
    const { view } = this;
    if (capturedEnd - ip < 40) return false;
    this.family = 6;
    this.s0 = view.getInt32(ip + 8);
    this.s1 = view.getInt32(ip + 12);
    this.s2 = view.getInt32(ip + 16);
    this.s3 = view.getInt32(ip + 20);
    this.d0 = view.getInt32(ip + 24);
    this.d1 = view.getInt32(ip + 28);
    this.d2 = view.getInt32(ip + 32);
    this.d3 = view.getInt32(ip + 36);
    const payloadLength = view.getUint16(ip + 4);
    const ipEnd = payloadLength === 0 ? wireEnd : ip + 40 + payloadLength;
    const end = Math.min(ipEnd, capturedEnd);
    let next = view.getUint8(ip + 6);
    let at = ip + 40;
    for (let headers = 0; headers < MAX_IPV6_HEADERS; headers++) {
      if (next === PROTOCOL_TCP) return this.decodeTcp(at, end, ipEnd);
      if (at + 8 > end) return false;
      switch (next) {
        case 0: // hop-by-hop options
        case 43: // routing
        case 60: // destination options
        case 135: // mobility
          next = view.getUint8(at);
          at += 8 + view.getUint8(at + 1) * 8;
          break;
        case 51: // authentication
          next = view.getUint8(at);
          at += 8 + view.getUint8(at + 1) * 4;
          break;
        case 44: {
          const offsetAndFlags = view.getUint16(at + 2);
          next = view.getUint8(at);
          at += 8;
          if ((offsetAndFlags & 0xfff9) === 0) break; // an atomic fragment is a whole datagram
          if (next !== PROTOCOL_TCP) return false;
          const key = `6 ${this.s0} ${this.s1} ${this.s2} ${this.s3} ${this.d0} ${this.d1} ${this.d2} ${this.d3} ${view.getUint32(at - 4)}`;
          return this.decodeFragment(key, at, end, ipEnd, offsetAndFlags & 0xfff8, (offsetAndFlags & 1) !== 0);
        }
        default:
          return false;
      }
    }
    return false;
  }

  private decodeFragment(
    key: string,
    start: number,
    end: number,
    ipEnd: number,
    offset: number,
    more: boolean,
  ): boolean {
    // a fragment that the capture cut can never be put together
    if (end < ipEnd || end <= start) return false;
    const part = this.bytes.subarray(start, end);
    const whole = this.fragments.add(key, part, offset, more, this.recordOffset, this.seconds);
    if (whole === undefined) return false;
    this.bytes = whole.bytes;
    this.view = new DataView(whole.bytes.buffer, whole.bytes.byteOffset, whole.bytes.length);
    this.fileOffset = -1;
    this.recordOffset = whole.recordOffset;
    return this.decodeTcp(0, whole.bytes.length, whole.bytes.length);
  }

  private decodeTcp(at: number, end: number, wireEnd: number): boolean {
    const { view } = this;
    if (end - at < 20) return false;
    const headerLength = (view.getUint8(at + 12) >> 4) * 4;
    if (headerLength < 20) return false;
    this.sourcePort = view.getUint16(at);
    this.destinationPort = view.getUint16(at + 2);
    this.sequence = view.getUint32(at + 4);
    this.acknowledgement = view.getUint32(at + 8);
    this.flags = view.getUint8(at + 13);
    this.window = view.getUint16(at + 14);
    const start = at + headerLength;
    this.length = wireEnd > start ? wireEnd - start : 0;
    this.start = start < end ? start : end;
    this.end = end;
    return true;
  }
}
