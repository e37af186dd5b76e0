import { EventEmitter } from 'node:events';
import { parse } from 'pcap-parser';
import type { PcapPacketHeader } from 'pcap-parser';
import { PCAP_FILE_HEADER, PCAP_PACKET_HEADER, parsePcapHeader } from '../capture/pcap';
import type { PcapHeader } from '../capture/pcap';
import { MAX_PACKET_BYTES } from '../capture/packet';

/** A packet of a stream: its header, its bytes, and where its record begins in the stream. */
export type StreamPacketHandler = (header: PcapPacketHeader, data: Uint8Array, recordOffset: number) => void;

/** What `pcap-parser` is given instead of a stream: it gets whole items, pushed at it, at our pace. */
class PushedStream extends EventEmitter {
  pause(): void {
    // nothing flows by itself
  }
  resume(): void {
    // nothing flows by itself
  }
}

/**
 * Feeds `pcap-parser` from a stream. The parser checks no lengths and knows no nanosecond files, so this stands in
 * front: it bounds packet sizes before anything is buffered, hands over one complete header or packet at a time
 * (which also spares the parser its copying), and turns the nanosecond magic.
 */
export class PcapStreamGuard {
  readonly header: PcapHeader;
  private readonly stream = new PushedStream();
  private readonly fileHeader: Uint8Array;
  private offset = 0;

  /** @param head the file's first {@link PCAP_FILE_HEADER} bytes, which {@link parsePcapHeader} accepts */
  constructor(
    head: Uint8Array,
    private readonly onPacket: StreamPacketHandler,
  ) {
    const view = new DataView(head.buffer, head.byteOffset, head.length);
    this.header = parsePcapHeader(view, 0) as PcapHeader;
    this.fileHeader = head.slice(0, PCAP_FILE_HEADER);
    // it refuses other versions than 2.4, which differ in nothing that is read
    this.fileHeader.set(this.header.littleEndian ? [2, 0, 4, 0] : [0, 2, 0, 4], 4);
    if (this.header.nanoseconds) this.fileHeader[this.header.littleEndian ? 0 : 3] = 0xd4;
    if (this.header.nanoseconds) this.fileHeader[this.header.littleEndian ? 1 : 2] = 0xc3;
    const parser = parse(this.stream as unknown as NodeJS.ReadableStream);
    // no Buffer: its slice() shares memory where that of every other byte array copies
    parser.on('packet', ({ header, data }) =>
      this.onPacket(header, new Uint8Array(data.buffer, data.byteOffset, data.length), this.offset),
    );
    parser.on('error', () => undefined);
    this.stream.emit('data', Buffer.from(this.fileHeader));
    this.offset = PCAP_FILE_HEADER;
  }

  /**
   * Takes the bytes [from, to) of the stream, which follow the ones taken before.
   * @returns how many were used (the rest is an incomplete item), or -1 when a packet header cannot be: the parser
   *   must not see it
   */
  push(bytes: Uint8Array, from: number, to: number): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = from;
    while (at + PCAP_PACKET_HEADER <= to) {
      const captured = view.getUint32(at + 8, this.header.littleEndian);
      if (captured > Math.min(MAX_PACKET_BYTES, Math.max(262144, this.header.snapLength)))
        return at === from ? -1 : at - from;
      const end = at + PCAP_PACKET_HEADER + captured;
      if (end > to) break;
      this.stream.emit('data', Buffer.from(bytes.buffer, bytes.byteOffset + at, end - at));
      this.offset += end - at;
      at = end;
    }
    return at - from;
  }
}
