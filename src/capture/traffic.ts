/** Buckets of a connection's rate; when time runs beyond the last one, each two become one. */
export const RATE_BUCKETS = 256;
/** Seconds that a bucket lasts to begin with. */
const FIRST_WIDTH = 1 / 128;
const MAX_ZERO_WINDOWS = 100;
const MAX_STALLS = 100;
/** A sender that waits less before it sends bytes again lost no time worth telling. Seconds. */
const LEAST_STALL = 0.1;
/** A step of the clock by more than this is no time that went by. */
const MAX_WIDTH = 86400;

/** A stretch in which a sender announced a receive window of zero. */
export interface ClosedWindow {
  /** Place of the sender in `TcpConnection.directions`. */
  side: 0 | 1;
  /** Seconds since 1970. */
  from: number;
  to: number | undefined;
  frame: number;
}

/** A stretch in which a sender sent nothing, up to bytes that it had sent before: it waited for an acknowledgement. */
export interface Stall {
  side: 0 | 1;
  /** Seconds since 1970 of its payload before, and of the repetition. */
  from: number;
  to: number;
}

/**
 * What went over a TCP connection, whoever listens to it: bytes by direction and time, bytes sent again, closed receive
 * windows. A few additions a packet; its size does not grow with the traffic.
 */
export class Traffic {
  packets = 0;
  /** Seconds since 1970 of the first and the last packet. */
  from = 0;
  to = 0;
  /** By side: bytes seen for the first time, and bytes seen again. */
  readonly fresh: [number, number] = [0, 0];
  readonly repeated: [number, number] = [0, 0];
  readonly closedWindows: ClosedWindow[] = [];
  readonly stalls: Stall[] = [];
  /** Seconds a bucket of {@link rate} lasts; the first one begins at {@link from}. */
  width = FIRST_WIDTH;
  /** Fresh bytes by time: the buckets of side 0, then those of side 1. */
  readonly rate = new Float64Array(2 * RATE_BUCKETS);
  /** Moment of each side's last payload. */
  private readonly last: [number, number] = [0, 0];
  /** Sequence number behind the highest byte of each side; meaningful once it sent any. */
  private readonly next = new Uint32Array(2);
  private readonly begun: [boolean, boolean] = [false, false];
  /** The window that each side has closed. */
  private readonly closed: [ClosedWindow | undefined, ClosedWindow | undefined] = [undefined, undefined];
  /** Cheaper to ask than both of {@link closed}. */
  private anyClosed = false;

  /** Takes payload in: `length` bytes from `sequence` on. */
  take(side: 0 | 1, sequence: number, length: number, seconds: number): void {
    if (this.packets++ === 0) this.from = seconds;
    this.to = seconds;
    let fresh = length;
    if (this.begun[side]) {
      const ahead = (sequence + length - this.next[side]) | 0;
      if (ahead < length) fresh = ahead > 0 ? ahead : 0;
      if (ahead > 0) this.next[side] = sequence + length;
      if (fresh < length) this.again(side, length - fresh, seconds);
    } else {
      this.begun[side] = true;
      this.next[side] = sequence + length;
    }
    this.last[side] = seconds;
    if (fresh === 0) return;
    this.fresh[side] += fresh;
    this.rate[side * RATE_BUCKETS + this.bucket(seconds)] += fresh;
  }

  /** Bytes that were sent before; a single one is a probe whether the other side is alive. */
  private again(side: 0 | 1, length: number, seconds: number): void {
    this.repeated[side] += length;
    const from = this.last[side];
    const waited = seconds - from;
    if (length > 1 && waited >= LEAST_STALL && waited < MAX_WIDTH && this.stalls.length < MAX_STALLS)
      this.stalls.push({ side, from, to: seconds });
  }

  /** Takes in the receive window that a side announced. */
  window(side: 0 | 1, size: number, seconds: number, frame: number): void {
    if (size !== 0 && !this.anyClosed) return;
    const open = this.closed[side];
    if (size === 0 && open === undefined) {
      const closed: ClosedWindow = { side, from: seconds, to: undefined, frame };
      this.closed[side] = closed;
      this.anyClosed = true;
      if (this.closedWindows.length < MAX_ZERO_WINDOWS) this.closedWindows.push(closed);
    } else if (size !== 0 && open !== undefined) {
      open.to = seconds;
      this.closed[side] = undefined;
      this.anyClosed = this.closed[side === 0 ? 1 : 0] !== undefined;
    }
  }

  private bucket(seconds: number): number {
    let at = Math.floor((seconds - this.from) / this.width);
    if (at < 0) return 0;
    while (at >= RATE_BUCKETS) {
      if (this.width > MAX_WIDTH) return RATE_BUCKETS - 1;
      this.widen();
      at = Math.floor((seconds - this.from) / this.width);
    }
    return at;
  }

  private widen(): void {
    const { rate } = this;
    for (const base of [0, RATE_BUCKETS]) {
      for (let i = 0; i < RATE_BUCKETS / 2; i++) rate[base + i] = rate[base + 2 * i] + rate[base + 2 * i + 1];
      rate.fill(0, base + RATE_BUCKETS / 2, base + RATE_BUCKETS);
    }
    this.width *= 2;
  }
}
