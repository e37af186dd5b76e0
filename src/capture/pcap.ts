import type { Block } from './block';
import { MAX_PACKET_BYTES, Packet } from './packet';
import type { CaptureInterface, PacketHandler, PacketScanner } from './packet';

/** Length of the file header and of a packet header (pcap savefile format 2.4). */
export const PCAP_FILE_HEADER = 24;
export const PCAP_PACKET_HEADER = 16;

/** Snap length that libpcap itself never exceeds; larger captured lengths need a header that allows them. */
const LIBPCAP_MAX_SNAPLEN = 262144;
/** Neighbouring packets are rarely further apart than this many seconds. */
const NEAR_SECONDS = 86400;

/** What the 24-byte file header says, or undefined when it is not a pcap header. */
export interface PcapHeader {
  littleEndian: boolean;
  nanoseconds: boolean;
  snapLength: number;
  linkType: number;
}

/** Reads a pcap file header: both byte orders, microsecond and nanosecond magic, Kuznetzov's patched variant excluded. */
export function parsePcapHeader(view: DataView, at: number): PcapHeader | undefined {
  if (view.byteLength - at < PCAP_FILE_HEADER) return undefined;
  const magic = view.getUint32(at, true);
  let littleEndian: boolean;
  let nanoseconds: boolean;
  switch (magic) {
    case 0xa1b2c3d4:
      littleEndian = true;
      nanoseconds = false;
      break;
    case 0xd4c3b2a1:
      littleEndian = false;
      nanoseconds = false;
      break;
    case 0xa1b23c4d:
      littleEndian = true;
      nanoseconds = true;
      break;
    case 0x4d3cb2a1:
      littleEndian = false;
      nanoseconds = true;
      break;
    default:
      return undefined;
  }
  return {
    littleEndian,
    nanoseconds,
    snapLength: view.getUint32(at + 16, littleEndian),
    // the upper bits hold the frame check sequence length, not the link type
    linkType: view.getUint32(at + 20, littleEndian) & 0x0fffffff,
  };
}

/** Scanner for classic pcap files. */
export class PcapScanner implements PacketScanner {
  readonly format = 'pcap';
  readonly interfaces: CaptureInterface[];
  readonly comments: readonly string[] = [];
  readonly names: ReadonlyMap<string, string> = new Map();
  needed = PCAP_PACKET_HEADER;

  private readonly packet = new Packet();
  private readonly maxCaptured: number;
  /** Out of step: looking for a packet header that makes sense. */
  private lost = false;
  private lostFrom = 0;
  /** Up to where {@link search} has looked. */
  private searched = 0;

  constructor(private readonly header: PcapHeader) {
    const digits = header.nanoseconds ? 9 : 6;
    this.interfaces = [{ linkType: header.linkType, digits, packets: 0 }];
    this.packet.digits = digits;
    this.packet.linkType = header.linkType;
    this.maxCaptured = Math.min(MAX_PACKET_BYTES, Math.max(LIBPCAP_MAX_SNAPLEN, header.snapLength));
  }

  scan(block: Block, from: number, to: number, handler: PacketHandler): number {
    const { view, fileOffset } = block;
    const { littleEndian, nanoseconds } = this.header;
    const { packet, maxCaptured } = this;
    let at = from;
    let packets = 0;
    if (this.lost) {
      at = this.search(block, at, to, false);
      if (at < 0) return this.searched;
    }
    this.needed = PCAP_PACKET_HEADER;
    while (at + PCAP_PACKET_HEADER <= to) {
      const captured = view.getUint32(at + 8, littleEndian);
      if (captured > maxCaptured) {
        this.lose(block, at, 'more than a packet can have', handler);
        at = this.search(block, at + 1, to, false);
        if (at >= 0) continue;
        at = this.searched;
        break;
      }
      const end = at + PCAP_PACKET_HEADER + captured;
      if (end > to) {
        this.needed = end - at;
        break;
      }
      packet.frame++;
      packet.seconds = view.getUint32(at, littleEndian);
      const fraction = view.getUint32(at + 4, littleEndian);
      packet.nanos = nanoseconds ? Math.min(fraction, 999999999) : Math.min(fraction, 999999) * 1000;
      packet.recordOffset = fileOffset + at;
      packet.start = at + PCAP_PACKET_HEADER;
      packet.end = end;
      const wire = view.getUint32(at + 12, littleEndian);
      packet.wireLength = wire < captured ? captured : wire;
      handler.onPacket(packet, block);
      packets++;
      at = end;
    }
    this.interfaces[0].packets += packets;
    return at;
  }

  finish(block: Block, from: number, to: number, handler: PacketHandler): void {
    for (let at = from; at < to || this.lost;) {
      const wasLost = this.lost;
      // a length that is broken but possible hides packets that are whole
      const next = this.search(block, wasLost ? at : at + 1, to, true);
      if (next < 0) {
        this.tellEnd(block, at, to, handler);
        return;
      }
      if (!wasLost) this.lose(block, at, 'more than the file still has', handler);
      this.lost = false;
      at = this.scan(block, next, to, handler);
    }
  }

  seek(_recordOffset: number, frame: number, seconds = -1): void {
    this.packet.frame = frame - 1;
    this.packet.seconds = Math.max(0, seconds);
    this.packet.recordOffset = seconds < 0 ? 0 : PCAP_FILE_HEADER;
    this.lost = false;
  }

  private lose({ view, fileOffset }: Block, at: number, why: string, handler: PacketHandler): void {
    const { frame } = this.packet;
    const captured = view.getUint32(at + 8, this.header.littleEndian);
    this.lost = true;
    this.lostFrom = fileOffset + at;
    handler.onDamage({
      kind: 'unreadable',
      frame,
      fileOffset: this.lostFrom,
      bytes: 0,
      text: `The header of packet ${frame + 1} says ${captured} bytes, ${why}; reading goes on at the next packet header that makes sense.`,
    });
  }

  /** Says what the file ends with, when it does not end after a packet. */
  private tellEnd(block: Block, at: number, to: number, handler: PacketHandler): void {
    const { frame } = this.packet;
    const from = this.lost ? this.lostFrom : block.fileOffset + at;
    const inHeader = to - at < PCAP_PACKET_HEADER;
    const bytes = block.fileOffset + to - from;
    handler.onDamage({
      kind: this.lost ? 'unreadable' : 'truncated',
      frame,
      fileOffset: from,
      bytes,
      text: this.lost
        ? `No readable packet after packet ${frame}.`
        : `The file ends inside the ${inHeader ? 'header' : 'bytes'} of packet ${frame + 1}, ${bytes} bytes after position ${from}.`,
    });
  }

  /**
   * Looks for a header that makes sense, followed by another one; at the file's end one that fits there will do.
   * @returns its place, and is back in step; or -1, having looked up to {@link searched}
   */
  private search({ view }: Block, from: number, to: number, isEnd: boolean): number {
    const { packet } = this;
    const last = packet.recordOffset > 0 ? packet.seconds : -1;
    this.needed = PCAP_PACKET_HEADER;
    this.searched = Math.max(from, to - PCAP_PACKET_HEADER + 1);
    for (let at = from; at + PCAP_PACKET_HEADER <= to; at++) {
      const next = this.plausible(view, at);
      if (next === 0) continue;
      const seconds = this.secondsAt(view, at);
      if (next + PCAP_PACKET_HEADER <= to) {
        if (this.plausible(view, next) === 0 || Math.abs(this.secondsAt(view, next) - seconds) > NEAR_SECONDS) continue;
      } else if (!isEnd) {
        this.searched = at;
        this.needed = next + PCAP_PACKET_HEADER - at;
        return -1;
      } else {
        const isNear = last >= 0 && Math.abs(seconds - last) <= NEAR_SECONDS;
        if (next > to || !(isNear || (last < 0 && next === to))) continue;
      }
      this.lost = false;
      return at;
    }
    return -1;
  }

  private secondsAt(view: DataView, at: number): number {
    return view.getUint32(at, this.header.littleEndian);
  }

  /** @returns where the packet after the header at `at` begins, or 0 when this is no believable header. */
  private plausible(view: DataView, at: number): number {
    const { littleEndian, nanoseconds } = this.header;
    const captured = view.getUint32(at + 8, littleEndian);
    const wire = view.getUint32(at + 12, littleEndian);
    if (captured < 14 || captured > this.maxCaptured || wire < captured || wire > MAX_PACKET_BYTES) return 0;
    if (view.getUint32(at + 4, littleEndian) >= (nanoseconds ? 1e9 : 1e6)) return 0;
    return at + PCAP_PACKET_HEADER + captured;
  }
}
