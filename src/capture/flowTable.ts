import type { TcpSegment } from './tcpSegment';

/** Key words of one direction of a flow: source, destination, ports. */
const STRIDE = 9;

/**
 * From addresses and ports to a number, for one direction of a TCP flow each: open addressing over typed arrays,
 * because it is asked once a packet. Numbers count from 0 in order of first appearance.
 */
export class FlowTable {
  private keys = new Int32Array(64 * STRIDE);
  private slots = new Int32Array(256).fill(-1);
  private mask = 255;
  private count = 0;
  private last = -1;

  /** Directions that have a number. */
  get size(): number {
    return this.count;
  }

  /** The direction's number, or -1 when it was never seen. */
  find(segment: TcpSegment): number {
    const ports = (segment.sourcePort << 16) | segment.destinationPort;
    const { last } = this;
    if (last >= 0) {
      if (this.matches(last, segment, ports)) return last;
      if (this.matches(last ^ 1, segment, ports)) return (this.last = last ^ 1);
    }
    for (let slot = this.hash(segment, ports) & this.mask; ; slot = (slot + 1) & this.mask) {
      const flow = this.slots[slot];
      if (flow < 0) return -1;
      if (this.matches(flow, segment, ports)) {
        this.last = flow;
        return flow;
      }
    }
  }

  /** Enters the segment's direction, which {@link find} did not know. The reverse direction is the next number. */
  add(segment: TcpSegment): number {
    const forward = this.count;
    const ports = (segment.sourcePort << 16) | segment.destinationPort;
    const back = (segment.destinationPort << 16) | segment.sourcePort;
    const { s0, s1, s2, s3, d0, d1, d2, d3 } = segment;
    this.enter(s0, s1, s2, s3, d0, d1, d2, d3, ports);
    this.enter(d0, d1, d2, d3, s0, s1, s2, s3, back);
    return forward;
  }

  /**
   * Forgets all flows but those whose first direction's number `isKept`; the others are numbered anew.
   * @returns the old number of every first direction that stays, in its new order
   */
  keep(isKept: (flow: number) => boolean): number[] {
    const kept: number[] = [];
    for (let flow = 0; flow < this.count; flow += 2) if (isKept(flow)) kept.push(flow);
    const old = this.keys;
    this.keys = new Int32Array(Math.max(64, 4 * kept.length) * STRIDE);
    kept.forEach((flow, at) => this.keys.set(old.subarray(flow * STRIDE, (flow + 2) * STRIDE), 2 * at * STRIDE));
    this.count = 2 * kept.length;
    this.last = -1;
    this.insertAll();
    return kept;
  }

  private enter(
    a0: number,
    a1: number,
    a2: number,
    a3: number,
    b0: number,
    b1: number,
    b2: number,
    b3: number,
    ports: number,
  ): void {
    if ((this.count + 1) * 2 > this.slots.length) this.rehash();
    if ((this.count + 1) * STRIDE > this.keys.length) {
      const larger = new Int32Array(this.keys.length * 2);
      larger.set(this.keys);
      this.keys = larger;
    }
    this.keys.set([a0, a1, a2, a3, b0, b1, b2, b3, ports], this.count * STRIDE);
    this.insert(this.count, this.hashOf(this.count));
    this.count++;
  }

  private matches(flow: number, segment: TcpSegment, ports: number): boolean {
    const at = flow * STRIDE;
    const { keys } = this;
    return (
      keys[at + 8] === ports &&
      keys[at + 3] === segment.s3 &&
      keys[at + 7] === segment.d3 &&
      keys[at] === segment.s0 &&
      keys[at + 1] === segment.s1 &&
      keys[at + 2] === segment.s2 &&
      keys[at + 4] === segment.d0 &&
      keys[at + 5] === segment.d1 &&
      keys[at + 6] === segment.d2
    );
  }

  private hash(segment: TcpSegment, ports: number): number {
    const source = segment.s0 ^ Math.imul(segment.s1, 31) ^ Math.imul(segment.s2, 131) ^ segment.s3;
    const destination = segment.d0 ^ Math.imul(segment.d1, 31) ^ Math.imul(segment.d2, 131) ^ segment.d3;
    return mix(source, destination, ports);
  }

  private hashOf(flow: number): number {
    const at = flow * STRIDE;
    const { keys } = this;
    const source = keys[at] ^ Math.imul(keys[at + 1], 31) ^ Math.imul(keys[at + 2], 131) ^ keys[at + 3];
    const destination = keys[at + 4] ^ Math.imul(keys[at + 5], 31) ^ Math.imul(keys[at + 6], 131) ^ keys[at + 7];
    return mix(source, destination, keys[at + 8]);
  }

  private insert(flow: number, hash: number): void {
    let slot = hash & this.mask;
    while (this.slots[slot] >= 0) slot = (slot + 1) & this.mask;
    this.slots[slot] = flow;
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 4);
    this.mask = this.slots.length - 1;
    this.insertAll();
  }

  private insertAll(): void {
    this.slots.fill(-1);
    for (let flow = 0; flow < this.count; flow++) this.insert(flow, this.hashOf(flow));
  }
}

function mix(source: number, destination: number, ports: number): number {
  let h = Math.imul(source, 0x9e3779b1) ^ Math.imul(destination, 0x85ebca6b) ^ Math.imul(ports, 0xc2b2ae35);
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  return h ^ (h >>> 13);
}
