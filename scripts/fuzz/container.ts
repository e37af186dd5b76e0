import { PCAP_FILE_HEADER, PCAP_PACKET_HEADER, parsePcapHeader } from '../../src/capture/pcap';
import { isPcapng } from '../../src/capture/pcapngSearch';

/** A capture cut up: what comes first, and its packet records or blocks. */
export interface Parts {
  head: Buffer;
  items: Buffer[];
  /** Reads and writes the 32-bit words of the file's own headers. */
  little: boolean;
}

/** Cuts a sound capture into its items; undefined for bytes that are none. */
export function cutUp(bytes: Buffer): Parts | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const header = parsePcapHeader(view, 0);
  if (header !== undefined) {
    const { littleEndian } = header;
    const next = (at: number): number => at + PCAP_PACKET_HEADER + view.getUint32(at + 8, littleEndian);
    return {
      head: bytes.subarray(0, PCAP_FILE_HEADER),
      items: cut(bytes, PCAP_FILE_HEADER, 16, next),
      little: littleEndian,
    };
  }
  if (!isPcapng(view, 0)) return undefined;
  const little = view.getUint8(8) === 0x4d;
  const next = (at: number): number => at + Math.max(12, view.getUint32(at + 4, little));
  return { head: bytes.subarray(0, 0), items: cut(bytes, 0, 12, next), little };
}

function cut(bytes: Buffer, from: number, least: number, next: (at: number) => number): Buffer[] {
  const items: Buffer[] = [];
  for (let at = from; at + least <= bytes.length;) {
    const end = Math.min(bytes.length, next(at));
    items.push(bytes.subarray(at, end));
    at = end;
  }
  return items;
}

export function join({ head, items }: Parts): Buffer {
  return Buffer.concat([head, ...items]);
}
