/** Datagrams that are being put together at the same time; the oldest gives way. */
const MAX_DATAGRAMS = 256;
const MAX_DATAGRAM_BYTES = 65535;
/** Hosts wait no longer for the rest of a datagram, and use its identification again. */
const MAX_SECONDS = 30;

/** One IP datagram whose fragments arrive one by one. First copy of a byte wins. */
class Datagram {
  bytes = new Uint8Array(8192);
  /** Length of the whole payload, known once the last fragment is there. */
  total = -1;
  readonly ranges: { start: number; end: number }[] = [];

  constructor(
    /** Where the earliest fragment's packet record begins in the file, and its time. */
    readonly recordOffset: number,
    readonly seconds: number,
  ) {}

  add(part: Uint8Array, offset: number, last: boolean): boolean {
    const end = offset + part.length;
    if (end > MAX_DATAGRAM_BYTES || this.ranges.length > 1024) return false;
    if (end > this.bytes.length) {
      const larger = new Uint8Array(Math.min(MAX_DATAGRAM_BYTES, Math.max(end, 2 * this.bytes.length)));
      larger.set(this.bytes);
      this.bytes = larger;
    }
    let from = offset;
    for (const range of this.ranges) {
      if (range.end <= from || range.start >= end) continue;
      if (range.start > from) this.bytes.set(part.subarray(from - offset, range.start - offset), from);
      from = Math.max(from, range.end);
    }
    if (from < end) this.bytes.set(part.subarray(from - offset), from);
    this.ranges.push({ start: offset, end });
    this.ranges.sort((a, b) => a.start - b.start);
    if (last) this.total = end;
    return this.isWhole();
  }

  private isWhole(): boolean {
    if (this.total < 0) return false;
    let covered = 0;
    for (const { start, end } of this.ranges) {
      if (start > covered) return false;
      covered = Math.max(covered, end);
    }
    return covered >= this.total;
  }
}

/** A datagram's payload once every fragment is there. */
export interface WholeDatagram {
  bytes: Uint8Array;
  /** Where the packet record of the earliest fragment begins. */
  recordOffset: number;
}

/** Puts IPv4 and IPv6 fragments together (RFC 791 3.2, RFC 8200 4.5), with bounded memory. */
export class IpFragments {
  private readonly pending = new Map<string, Datagram>();

  /**
   * Takes one fragment.
   * @param key source, destination, identification and protocol
   * @param offset bytes from the start of the datagram's payload
   * @param seconds time of its packet
   * @returns the payload when this fragment was the missing one
   */
  add(
    key: string,
    part: Uint8Array,
    offset: number,
    more: boolean,
    recordOffset: number,
    seconds: number,
  ): WholeDatagram | undefined {
    let datagram = this.pending.get(key);
    if (datagram === undefined || Math.abs(seconds - datagram.seconds) > MAX_SECONDS) {
      this.pending.delete(key);
      if (this.pending.size >= MAX_DATAGRAMS) this.pending.delete(this.pending.keys().next().value as string);
      datagram = new Datagram(recordOffset, seconds);
      this.pending.set(key, datagram);
    }
    if (!datagram.add(part, offset, !more)) return undefined;
    this.pending.delete(key);
    return { bytes: datagram.bytes.subarray(0, datagram.total), recordOffset: datagram.recordOffset };
  }
}
