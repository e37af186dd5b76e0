import type { Block } from './block';
import { MAX_PACKET_BYTES, NO_COMMENTS, Packet } from './packet';
import type { CaptureInterface, PacketHandler, PacketScanner } from './packet';
import {
  BLOCK_FRAME,
  BYTE_ORDER_MAGIC,
  BlockSearch,
  ENHANCED_PACKET,
  INTERFACE_DESCRIPTION,
  PACKET_OBSOLETE,
  SECTION_HEADER,
  SIMPLE_PACKET,
  believableLength,
  isPcapng,
} from './pcapngSearch';
import { optionText, readNameRecords, visitOptions } from './pcapngOptions';
import { clockResolution, splitTicks } from './timestamp';
import type { ClockResolution } from './timestamp';

/** Further block types of the pcapng format. */
const NAME_RESOLUTION = 4;
const DECRYPTION_SECRETS = 10;
/** Kind of secrets: an NSS key log. */
const TLS_KEY_LOG = 0x544c534b;
/** Blocks that are no packets but that Wireshark numbers like ones; frame numbers shall agree. */
const NUMBERED_BLOCKS: readonly number[] = [9, 0x0bad, 0x40000bad];

const OPT_COMMENT = 1;
const IF_NAME = 2;
const IF_TSRESOL = 9;
const IF_TSOFFSET = 14;

/** In a file; each packet names one of its section's. */
const MAX_INTERFACES = 65536;
const MAX_SECTIONS = 65536;
const MAX_COMMENTS = 1000;
/** Of a packet, or of a section. */
const MAX_PACKET_COMMENTS = 20;
const MAX_NAMES = 100000;
/** Blocks that are no packets (secrets, journals, custom ones) may be larger and are stepped over. */
const MAX_BLOCK = MAX_PACKET_BYTES + 65536;

interface NgInterface extends CaptureInterface {
  clock: ClockResolution;
  snapLength: number;
}

/** Byte order and interfaces that hold from a position of the file on. Plain data: it crosses to other threads. */
export interface PcapngSection {
  fileOffset: number;
  little: boolean;
  interfaces: NgInterface[];
}

/** Scanner for pcapng: all packet blocks, sections, interfaces, clock resolutions and byte orders. */
export class PcapngScanner implements PacketScanner {
  readonly format = 'pcapng';
  readonly interfaces: NgInterface[] = [];
  readonly comments: string[] = [];
  readonly names = new Map<string, string>();
  needed = BLOCK_FRAME;

  private readonly packet = new Packet();
  private section: PcapngSection = { fileOffset: 0, little: true, interfaces: [] };
  /** Out of step: looking for a block whose two lengths agree. */
  private lost = false;
  private lostFrom = 0;
  private readonly blockSearch = new BlockSearch();
  /** Bytes of an oversized block that are still to be stepped over. */
  private skip = 0;
  private handler!: PacketHandler;
  /** Interfaces described at or before this position are known already. */
  private lastInterfaceOffset = -1;

  /** @param sections what an earlier pass over the same file found, for a scanner that starts in the middle of it. */
  constructor(readonly sections: PcapngSection[] = []) {
    if (sections.length > 0) {
      this.section = sections[0];
      this.lastInterfaceOffset = Infinity;
    }
  }

  scan(block: Block, from: number, to: number, handler: PacketHandler): number {
    this.handler = handler;
    let at = from;
    if (this.lost) {
      at = this.search(block, at, to, false);
      if (at < 0) return this.blockSearch.searched;
    }
    this.needed = BLOCK_FRAME;
    while (at < to) {
      if (this.skip > 0) {
        const step = Math.min(this.skip, to - at);
        this.skip -= step;
        at += step;
        continue;
      }
      if (at + BLOCK_FRAME > to) break;
      const { view } = block;
      const type = view.getUint32(at, this.section.little);
      const isSection = view.getUint32(at) === SECTION_HEADER;
      if (isSection && isPcapng(view, at)) this.startSection(block, at);
      const length = view.getUint32(at + 4, this.section.little);
      if (length > MAX_BLOCK && (NUMBERED_BLOCKS.includes(type) || type === DECRYPTION_SECRETS)) {
        this.skip = length;
        continue;
      }
      const isPossible = length >= BLOCK_FRAME && length % 4 === 0 && length <= MAX_BLOCK;
      if (isPossible && at + length > to) {
        this.needed = length;
        break;
      }
      // a block whose lengths differ is judged by what follows it
      const isEven = isPossible && view.getUint32(at + length - 4) === view.getUint32(at + 4);
      if (isPossible && !isEven && at + length + BLOCK_FRAME > to) {
        this.needed = length + BLOCK_FRAME;
        break;
      }
      const isFramed = isEven || (isPossible && this.isBlock(view, at + length));
      if (!isFramed || (isSection && !isPcapng(view, at))) {
        this.lose(block, at, `says it is ${length} bytes long, which cannot be`);
        at = this.search(block, at + 4, to, false);
        if (at >= 0) continue;
        return this.blockSearch.searched;
      }
      this.readBlock(block, type, at, at + length - 4, isSection);
      at += length;
    }
    return at;
  }

  finish(block: Block, from: number, to: number, handler: PacketHandler): void {
    this.handler = handler;
    for (let at = from; at < to || this.lost || this.skip > 0;) {
      const wasLost = this.lost;
      // a length that is broken but possible hides blocks that are whole
      const next = this.search(block, wasLost ? at : at + 4, to, true);
      if (next < 0) {
        this.tellEnd(block, at, to);
        return;
      }
      if (!wasLost) this.lose(block, at, 'says it is longer than the rest of the file');
      this.lost = false;
      at = this.scan(block, next, to, handler);
    }
  }

  seek(recordOffset: number, frame: number): void {
    this.packet.frame = frame - 1;
    this.lost = false;
    this.skip = 0;
    const at = this.sectionBefore(recordOffset);
    if (at >= 0) this.section = this.sections[at];
  }

  /** Number of the last section that begins at or before this position; 0 before the first one, -1 while none is known. */
  private sectionBefore(fileOffset: number): number {
    let low = 0;
    let high = this.sections.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.sections[middle].fileOffset <= fileOffset) low = middle;
      else high = middle - 1;
    }
    return high;
  }

  private lose({ fileOffset }: Block, at: number, why: string): void {
    const { frame } = this.packet;
    this.lost = true;
    this.lostFrom = fileOffset + at;
    this.handler.onDamage({
      kind: 'unreadable',
      frame,
      fileOffset: this.lostFrom,
      bytes: 0,
      text: `The block after packet ${frame} ${why}; reading goes on at the next block that makes sense.`,
    });
  }

  /** Says what the file ends with, when it does not end after a block. */
  private tellEnd(block: Block, at: number, to: number): void {
    const { frame } = this.packet;
    const from = this.lost ? this.lostFrom : block.fileOffset + at;
    const bytes = block.fileOffset + to - from;
    this.handler.onDamage({
      kind: this.lost ? 'unreadable' : 'truncated',
      frame,
      fileOffset: from,
      bytes,
      text: this.lost
        ? `No readable block after packet ${frame}.`
        : `The file ends inside the block after packet ${frame}, ${bytes} bytes after position ${from}.`,
    });
  }

  private startSection(block: Block, at: number): void {
    const fileOffset = block.fileOffset + at;
    const known = this.sections[this.sectionBefore(fileOffset)];
    if (known?.fileOffset === fileOffset) {
      this.section = known;
      return;
    }
    const little = block.view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC;
    this.section = { fileOffset, little, interfaces: [] };
    if (this.sections.length < MAX_SECTIONS) this.sections.push(this.section);
  }

  private readBlock(block: Block, type: number, at: number, bodyEnd: number, isSection: boolean): void {
    const { view, bytes } = block;
    const { little } = this.section;
    if (isSection) {
      const room = MAX_COMMENTS - this.comments.length;
      this.comments.push(...this.commentsIn(block, at + 24, bodyEnd).slice(0, room));
      return;
    }
    const body = at + 8;
    switch (type) {
      case ENHANCED_PACKET: {
        if (bodyEnd - body < 20) break;
        const captured = Math.min(view.getUint32(body + 12, little), bodyEnd - body - 20);
        const interfaceId = view.getUint32(body, little);
        const options = body + 20 + ((captured + 3) & ~3);
        if (options < bodyEnd) this.packet.comments = this.commentsIn(block, options, bodyEnd);
        this.readPacket(block, at, body + 20, captured, view.getUint32(body + 16, little), interfaceId, body + 4);
        this.packet.comments = NO_COMMENTS;
        if (captured < view.getUint32(body + 12, little)) this.tellShort(block, at, view.getUint32(body + 12, little));
        break;
      }
      case SIMPLE_PACKET: {
        if (bodyEnd - body < 4) break;
        const wire = view.getUint32(body, little);
        const snap = this.section.interfaces[0]?.snapLength || MAX_PACKET_BYTES;
        this.readPacket(block, at, body + 4, Math.min(wire, snap, bodyEnd - body - 4), wire, 0, -1);
        break;
      }
      case PACKET_OBSOLETE: {
        if (bodyEnd - body < 20) break;
        const captured = Math.min(view.getUint32(body + 12, little), bodyEnd - body - 20);
        const interfaceId = view.getUint16(body, little);
        this.readPacket(block, at, body + 20, captured, view.getUint32(body + 16, little), interfaceId, body + 4);
        if (captured < view.getUint32(body + 12, little)) this.tellShort(block, at, view.getUint32(body + 12, little));
        break;
      }
      case INTERFACE_DESCRIPTION:
        if (bodyEnd - body >= 8) this.readInterface(block, body, bodyEnd, at);
        break;
      case DECRYPTION_SECRETS:
        if (bodyEnd - body >= 8 && view.getUint32(body, little) === TLS_KEY_LOG) {
          const length = Math.min(view.getUint32(body + 4, little), bodyEnd - body - 8);
          this.handler.onSecrets?.(bytes.subarray(body + 8, body + 8 + length));
        }
        break;
      case NAME_RESOLUTION:
        readNameRecords(bytes, view, body, bodyEnd, little, this.names, MAX_NAMES);
        break;
      default:
        if (NUMBERED_BLOCKS.includes(type)) this.packet.frame++;
        break;
    }
  }

  private readPacket(
    block: Block,
    at: number,
    start: number,
    captured: number,
    wire: number,
    interfaceId: number,
    timeAt: number,
  ): void {
    const { packet } = this;
    const { little, interfaces } = this.section;
    const source = interfaces[interfaceId];
    packet.frame++;
    if (source === undefined) {
      this.handler.onDamage({
        kind: 'unreadable',
        frame: packet.frame,
        fileOffset: block.fileOffset + at,
        bytes: captured,
        text: `Packet ${packet.frame} names interface ${interfaceId}, which the file does not describe; the packet is left out.`,
      });
      return;
    }
    if (timeAt >= 0) {
      splitTicks(block.view.getUint32(timeAt, little), block.view.getUint32(timeAt + 4, little), source.clock, packet);
    }
    packet.digits = source.digits;
    packet.linkType = source.linkType;
    packet.recordOffset = block.fileOffset + at;
    packet.start = start;
    packet.end = start + captured;
    packet.wireLength = wire < captured ? captured : wire;
    source.packets++;
    this.handler.onPacket(packet, block);
  }

  private tellShort(block: Block, at: number, promised: number): void {
    const { frame } = this.packet;
    this.handler.onDamage({
      kind: 'unreadable',
      frame,
      fileOffset: block.fileOffset + at,
      bytes: 0,
      text: `Packet ${frame} says that ${promised} bytes of it were captured, more than its block has room for.`,
    });
  }

  private readInterface(block: Block, body: number, bodyEnd: number, at: number): void {
    const { view, bytes } = block;
    const { little, interfaces } = this.section;
    if (this.interfaces.length >= MAX_INTERFACES) return;
    let tsresol = 6;
    let offset = 0;
    let name: string | undefined;
    visitOptions(view, body + 8, bodyEnd, little, (code, start, length) => {
      if (code === IF_TSRESOL && length >= 1) tsresol = bytes[start];
      else if (code === IF_TSOFFSET && length >= 8) offset = Number(view.getBigInt64(start, little));
      else if (code === IF_NAME) name = optionText(bytes, start, length);
    });
    const clock = clockResolution(tsresol, offset);
    const entry: NgInterface = {
      linkType: view.getUint16(body, little),
      name,
      digits: clock.digits,
      packets: 0,
      clock,
      snapLength: view.getUint32(body + 4, little),
    };
    // a reader that starts again inside the section has its interfaces already
    const fileOffset = block.fileOffset + at;
    if (fileOffset <= this.lastInterfaceOffset) return;
    this.lastInterfaceOffset = fileOffset;
    interfaces.push(entry);
    this.interfaces.push(entry);
  }

  private commentsIn(block: Block, from: number, to: number): readonly string[] {
    const comments: string[] = [];
    visitOptions(block.view, from, to, this.section.little, (code, start, length) => {
      if (code === OPT_COMMENT && comments.length < MAX_PACKET_COMMENTS)
        comments.push(optionText(block.bytes, start, length));
    });
    return comments.length === 0 ? NO_COMMENTS : comments;
  }

  private isBlock(view: DataView, at: number): boolean {
    return believableLength(view, at, this.section.little, MAX_BLOCK) > 0;
  }

  /** Looks for a block that makes sense. @returns its place, and is back in step; or -1 */
  private search({ view }: Block, from: number, to: number, isEnd: boolean): number {
    const found = this.blockSearch.run(view, from, to, this.section.little, MAX_BLOCK, isEnd);
    this.needed = this.blockSearch.needed;
    if (found >= 0) this.lost = false;
    return found;
  }
}
