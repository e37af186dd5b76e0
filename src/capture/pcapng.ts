import type { Block } from './block';
import { MAX_PACKET_BYTES, Packet } from './packet';
import type { CaptureInterface, PacketHandler, PacketScanner } from './packet';
import { optionText, readNameRecords, visitOptions } from './pcapngOptions';
import { clockResolution, splitTicks } from './timestamp';
import type { ClockResolution } from './timestamp';

/** Block types of the pcapng format. */
const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const PACKET_OBSOLETE = 2;
const SIMPLE_PACKET = 3;
const NAME_RESOLUTION = 4;
const ENHANCED_PACKET = 6;
/** Blocks that are no packets but that Wireshark numbers like ones; frame numbers shall agree. */
const NUMBERED_BLOCKS = [9, 0x0bad, 0x40000bad];

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** Bytes around a block's body: type, length, and the length again. */
const BLOCK_FRAME = 12;
const OPT_COMMENT = 1;
const IF_NAME = 2;
const IF_TSRESOL = 9;
const IF_TSOFFSET = 14;

const MAX_INTERFACES = 65536;
const MAX_COMMENTS = 1000;
const MAX_NAMES = 100000;
/** Blocks that are no packets (secrets, journals, custom ones) may be large and are stepped over. */
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

/** True when a section header block begins at `at`. */
export function isPcapng(view: DataView, at: number): boolean {
  if (view.byteLength - at < BLOCK_FRAME) return false;
  if (view.getUint32(at) !== SECTION_HEADER) return false;
  const magic = view.getUint32(at + 8);
  return magic === BYTE_ORDER_MAGIC || magic === 0x4d3c2b1a;
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
  private lost = false;
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
    this.needed = BLOCK_FRAME;
    let at = from;
    if (this.lost) at = this.resync(block, at, to);
    while (!this.lost && at < to) {
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
      if (isSection) {
        if (at + 16 > to) {
          this.needed = 16;
          break;
        }
        this.startSection(block, at);
      }
      const length = view.getUint32(at + 4, this.section.little);
      const carriesPacket = type === ENHANCED_PACKET || type === SIMPLE_PACKET || type === PACKET_OBSOLETE;
      if (
        length < BLOCK_FRAME ||
        length % 4 !== 0 ||
        (length > MAX_BLOCK && (carriesPacket || isSection || type <= NAME_RESOLUTION))
      ) {
        handler.onDamage({
          kind: 'unreadable',
          frame: this.packet.frame,
          fileOffset: block.fileOffset + at,
          bytes: 0,
          text: `The block after packet ${this.packet.frame} says it is ${length} bytes long, which cannot be; reading goes on at the next block that makes sense.`,
        });
        this.lost = true;
        at = this.resync(block, at + 4, to);
        continue;
      }
      if (length > MAX_BLOCK) {
        this.skip = length;
        continue;
      }
      if (at + length > to) {
        this.needed = length;
        break;
      }
      this.readBlock(block, type, at, at + length - 4, isSection);
      at += length;
    }
    return at;
  }

  finish(block: Block, from: number, to: number, handler: PacketHandler): void {
    if (from >= to && this.skip === 0) return;
    const fileOffset = block.fileOffset + from;
    handler.onDamage({
      kind: this.lost ? 'unreadable' : 'truncated',
      frame: this.packet.frame,
      fileOffset,
      bytes: to - from,
      text: this.lost
        ? `No readable block after packet ${this.packet.frame}.`
        : `The file ends inside the block after packet ${this.packet.frame}, ${to - from} bytes after position ${fileOffset}.`,
    });
  }

  seek(recordOffset: number, frame: number): void {
    this.packet.frame = frame - 1;
    this.lost = false;
    this.skip = 0;
    let low = 0;
    let high = this.sections.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.sections[middle].fileOffset <= recordOffset) low = middle;
      else high = middle - 1;
    }
    if (high >= 0) this.section = this.sections[low];
  }

  private startSection(block: Block, at: number): void {
    const fileOffset = block.fileOffset + at;
    const known = this.sections.find((s) => s.fileOffset === fileOffset);
    if (known) {
      this.section = known;
      return;
    }
    const little = block.view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC;
    this.section = { fileOffset, little, interfaces: [] };
    if (this.sections.length < MAX_INTERFACES) this.sections.push(this.section);
  }

  private readBlock(block: Block, type: number, at: number, bodyEnd: number, isSection: boolean): void {
    const { view, bytes } = block;
    const { little } = this.section;
    if (isSection) {
      this.readComments(block, at + 24, bodyEnd);
      return;
    }
    const body = at + 8;
    switch (type) {
      case ENHANCED_PACKET: {
        if (bodyEnd - body < 20) break;
        const captured = Math.min(view.getUint32(body + 12, little), bodyEnd - body - 20);
        this.readPacket(
          block,
          at,
          body + 20,
          captured,
          view.getUint32(body + 16, little),
          view.getUint32(body, little),
          body + 4,
        );
        const options = body + 20 + ((captured + 3) & ~3);
        if (options < bodyEnd) this.readComments(block, options, bodyEnd);
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
        this.readPacket(
          block,
          at,
          body + 20,
          captured,
          view.getUint32(body + 16, little),
          view.getUint16(body, little),
          body + 4,
        );
        break;
      }
      case INTERFACE_DESCRIPTION:
        if (bodyEnd - body >= 8) this.readInterface(block, body, bodyEnd, at);
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

  private readInterface(block: Block, body: number, bodyEnd: number, at: number): void {
    const { view, bytes } = block;
    const { little, interfaces } = this.section;
    if (interfaces.length >= MAX_INTERFACES) return;
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

  private readComments(block: Block, from: number, to: number): void {
    visitOptions(block.view, from, to, this.section.little, (code, start, length) => {
      if (code === OPT_COMMENT && this.comments.length < MAX_COMMENTS)
        this.comments.push(optionText(block.bytes, start, length));
    });
  }

  /** Looks for the next place where a block's two lengths agree. */
  private resync(block: Block, from: number, to: number): number {
    const { view } = block;
    const { little } = this.section;
    for (let at = from; at + BLOCK_FRAME <= to; at++) {
      const type = view.getUint32(at, little);
      if (type !== ENHANCED_PACKET && type !== SECTION_HEADER && type !== INTERFACE_DESCRIPTION) continue;
      const length = view.getUint32(at + 4, little);
      if (length < BLOCK_FRAME || length % 4 !== 0 || length > MAX_BLOCK || at + length > to) continue;
      if (view.getUint32(at + length - 4, little) !== length) continue;
      this.lost = false;
      return at;
    }
    this.needed = Math.min(MAX_BLOCK, (to - from) * 2);
    return to - from > MAX_BLOCK / 2 ? to - BLOCK_FRAME : from;
  }
}
