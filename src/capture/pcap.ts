import type { Block } from './block';
import { MAX_PACKET_BYTES, Packet } from './packet';
import type { CaptureInterface, PacketHandler, PacketScanner } from './packet';

/** Length of the file header and of a packet header (pcap savefile format 2.4). */
export const PCAP_FILE_HEADER = 24;
export const PCAP_PACKET_HEADER = 16;

/** Snap length that libpcap itself never exceeds; larger captured lengths need a header that allows them. */
const LIBPCAP_MAX_SNAPLEN = 262144;
/** How far after a broken packet header the next good one is looked for. */
const RESYNC_BYTES = 1024 * 1024;
/** Packets of one capture are rarely further apart than this many seconds. */
const RESYNC_SECONDS = 86400;

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
  private lastSeconds = -1;
  private lost = false;

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
    this.needed = PCAP_PACKET_HEADER;
    if (this.lost) at = this.resync(block, at, to);
    while (!this.lost && at + PCAP_PACKET_HEADER <= to) {
      const captured = view.getUint32(at + 8, littleEndian);
      if (captured > maxCaptured) {
        this.interfaces[0].packets += packets;
        packets = 0;
        handler.onDamage({
          kind: 'unreadable',
          frame: packet.frame,
          fileOffset: fileOffset + at,
          bytes: 0,
          text: `The header of packet ${packet.frame + 1} says ${captured} bytes, more than a packet can have; reading goes on at the next packet header that makes sense.`,
        });
        this.lost = true;
        at = this.resync(block, at + 1, to);
        continue;
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
    if (packets > 0) this.lastSeconds = packet.seconds;
    this.interfaces[0].packets += packets;
    return at;
  }

  finish(block: Block, from: number, to: number, handler: PacketHandler): void {
    if (from >= to) return;
    const inHeader = to - from < PCAP_PACKET_HEADER;
    const fileOffset = block.fileOffset + from;
    handler.onDamage({
      kind: this.lost ? 'unreadable' : 'truncated',
      frame: this.packet.frame,
      fileOffset,
      bytes: to - from,
      text: this.lost
        ? `No readable packet after packet ${this.packet.frame}.`
        : `The file ends inside the ${inHeader ? 'header' : 'bytes'} of packet ${this.packet.frame + 1}, ${to - from} bytes after position ${fileOffset}.`,
    });
  }

  seek(_recordOffset: number, frame: number): void {
    this.packet.frame = frame - 1;
    this.lost = false;
  }

  /** Looks for two packet headers in a row that make sense; `lost` stays set when the block holds none. */
  private resync(block: Block, from: number, to: number): number {
    for (let at = from; at + PCAP_PACKET_HEADER <= to; at++) {
      const next = this.plausible(block.view, at, to);
      if (next > 0 && (next === to || next + PCAP_PACKET_HEADER > to || this.plausible(block.view, next, to) > 0)) {
        if (next > to) break;
        this.lost = false;
        return at;
      }
      if (at - from > RESYNC_BYTES) return at;
    }
    this.needed = Math.min(to - from + this.maxCaptured, RESYNC_BYTES + this.maxCaptured);
    return Math.max(from, to - PCAP_PACKET_HEADER - this.maxCaptured);
  }

  /** @returns where the packet after the header at `at` begins, or 0 when this is no believable header. */
  private plausible(view: DataView, at: number, to: number): number {
    if (at + PCAP_PACKET_HEADER > to) return 0;
    const { littleEndian, nanoseconds } = this.header;
    const captured = view.getUint32(at + 8, littleEndian);
    const wire = view.getUint32(at + 12, littleEndian);
    if (captured < 14 || captured > this.maxCaptured || wire < captured || wire > MAX_PACKET_BYTES) return 0;
    if (view.getUint32(at + 4, littleEndian) >= (nanoseconds ? 1e9 : 1e6)) return 0;
    const seconds = view.getUint32(at, littleEndian);
    const last = this.lastSeconds < 0 ? this.packet.seconds : this.lastSeconds;
    if (Math.abs(seconds - last) > RESYNC_SECONDS) return 0;
    return at + PCAP_PACKET_HEADER + captured;
  }
}
