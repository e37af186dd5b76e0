import type { MoverStateName, NdmpVersion } from '../../../src/protocol';
import type { TapeMode } from '../../../src/server/tape/drive';

export const RECORD = 64;
export const ALL_ONES = 0xffffffffffffffffn;
const SIZE = BigInt(RECORD);
export const MAX_RECORD = 1024 * 1024;

type Names = Record<MoverStateName, string>;

const BY_DRAFT = 'by the draft';
const IN_USE = 'by servers in use';

/**
 * The states in which a request may be served and who says so, written down once more from the specification, without
 * looking at the server's own table.
 */
const LEGAL: Record<string, Partial<Names> & { old?: Partial<Names> }> = {
  SET_RECORD_SIZE: { IDLE: BY_DRAFT, PAUSED: IN_USE },
  SET_WINDOW: {
    IDLE: BY_DRAFT,
    PAUSED: BY_DRAFT,
    old: { IDLE: IN_USE, LISTEN: 'by v2 and v3', PAUSED: 'by v2 and v3' },
  },
  LISTEN: { IDLE: BY_DRAFT },
  CONNECT: { IDLE: BY_DRAFT },
  READ: { ACTIVE: BY_DRAFT },
  CONTINUE: { PAUSED: BY_DRAFT },
  CLOSE: { PAUSED: BY_DRAFT, ACTIVE: IN_USE },
  ABORT: { LISTEN: BY_DRAFT, ACTIVE: BY_DRAFT, PAUSED: BY_DRAFT, HALTED: "by the draft's text, not its diagram" },
  STOP: { HALTED: BY_DRAFT },
};

export function isLegal(name: string, state: MoverStateName, version: NdmpVersion): boolean {
  const legal = LEGAL[name];
  const states = version < 4 && legal.old ? legal.old : legal;
  return states[state] !== undefined;
}

export interface Arguments {
  size?: number;
  offset?: bigint;
  length?: bigint;
  mode?: number;
  type?: number;
}

/** A tape as the model sees it: records, then perhaps a file mark. */
export interface ModelTape {
  mode: TapeMode | 'closed';
  /** Records that fit. */
  capacity: number;
  recorded: number;
  hasMark: boolean;
  /** Records before the head. */
  place: number;
  failsNext: boolean;
}

/** What a mover should be: a simulation record by record. */
export class MoverModel {
  state: MoverStateName = 'IDLE';
  mode = 2;
  recordSize = 0;
  window: { offset: bigint; length: bigint } | undefined;
  isNew = false;
  pauses: { reason: string; seek: bigint }[] = [];
  halts: string[] = [];
  pauseReason = '';
  type = 0;
  moved = 0;
  /** What the peer of a reading mover has got: ranges of the recorded stream, by record place. */
  sent: { place: number; from: number; count: number }[] = [];
  read: { wanted: bigint; left: bigint }[] = [];
  private pending = 0;
  private ended = false;
  private room = Infinity;
  /** A record boundary of the stream and the place on tape that belongs to it. */
  private anchor = { offset: 0n, place: 0, low: 0n };
  /** Offset of the record before which the mover left the tape. */
  private next = 0n;
  /** What is left of the record that was sent from last. */
  private cached: { from: bigint; to: bigint } | undefined;

  constructor(
    readonly version: NdmpVersion,
    readonly tape: ModelTape,
  ) {}

  /** The error of a request's reply; follows what it does. */
  request(name: string, args: Arguments = {}): string {
    if (!isLegal(name, this.state, this.version)) return 'ILLEGAL_STATE';
    const error = this.wrong(name, args);
    if (error) return error;
    this.follow(name, args);
    this.run();
    return 'NO_ERR';
  }

  peerConnects(): void {
    this.begin();
  }

  feed(bytes: number): void {
    this.pending += bytes;
    this.run();
  }

  peerEnds(): void {
    if (this.mode === 1) this.halt('CONNECT_CLOSED');
    else this.ended = true;
    this.run();
  }

  peerBreaks(): void {
    this.halt('CONNECT_ERROR');
  }

  localRead(offset: bigint, length: bigint): void {
    this.read.push({ wanted: offset, left: length });
    this.run();
  }

  private wrong(name: string, { size, offset = 0n, length = 0n, mode, type }: Arguments): string | undefined {
    const isNew = this.version === 4;
    const endless = length === ALL_ONES || offset + length === ALL_ONES;
    switch (name) {
      case 'SET_RECORD_SIZE':
        return size === 0 || (size ?? 0) > MAX_RECORD ? 'ILLEGAL_ARGS' : undefined;
      case 'SET_WINDOW':
        if (!isNew || (this.state === 'IDLE' && offset === 0n && length === 0n)) return undefined;
        if (this.recordSize === 0) return 'PRECONDITION';
        if (length === 0n || (length !== ALL_ONES && offset + length > ALL_ONES)) return 'ILLEGAL_ARGS';
        if (this.state !== 'PAUSED') return undefined;
        if (this.mode === 0 && !endless && length % SIZE !== 0n) return 'ILLEGAL_ARGS';
        return this.mode === 1 && offset % SIZE !== 0n ? 'ILLEGAL_ARGS' : undefined;
      case 'LISTEN':
      case 'CONNECT':
        if (type !== 0 && type !== 1) return 'ILLEGAL_ARGS';
        if (mode !== 0 && mode !== 1) return 'ILLEGAL_ARGS';
        if (this.tape.mode === 'closed') return 'DEV_NOT_OPEN';
        if (this.tape.mode === 'READ' && mode === 0) return 'PERMISSION';
        return isNew && !this.isPrepared(mode) ? 'PRECONDITION' : undefined;
      case 'READ':
        if (length === 0n) return 'ILLEGAL_ARGS';
        if (isNew && length !== ALL_ONES && offset + length > ALL_ONES) return 'ILLEGAL_ARGS';
        if (isNew && this.read.length > 0) return 'READ_IN_PROGRESS';
        return this.type === 0 || this.mode === 0 || this.read.length > 0 ? 'ILLEGAL_STATE' : undefined;
      case 'CONTINUE':
        if (isNew && !this.isNew && (this.pauseReason === 'EOW' || this.pauseReason === 'SEEK')) return 'PRECONDITION';
        if (!this.window) return 'PRECONDITION';
        if (this.tape.mode === 'closed') return 'DEV_NOT_OPEN';
        return this.tape.mode === 'READ' && this.mode === 0 ? 'PERMISSION' : undefined;
      default:
        return undefined;
    }
  }

  private isPrepared(mode: number): boolean {
    const { window } = this;
    if (this.recordSize === 0 || !window) return false;
    if (mode === 1) return window.offset % SIZE === 0n;
    const endless = window.length === ALL_ONES || window.offset + window.length === ALL_ONES;
    return endless || window.length % SIZE === 0n;
  }

  private follow(name: string, { size = 0, offset = 0n, length = 0n, mode = 0, type = 0 }: Arguments): void {
    switch (name) {
      case 'SET_RECORD_SIZE':
        this.recordSize = size;
        if (this.version === 4) this.setWindow(undefined);
        return;
      case 'SET_WINDOW':
        if (this.version < 4 || this.recordSize > 0) this.setWindow({ offset, length });
        return;
      case 'LISTEN':
      case 'CONNECT':
        this.mode = mode;
        this.type = type;
        if (this.version < 4) this.window ??= { offset: 0n, length: ALL_ONES };
        if (name === 'LISTEN') this.state = 'LISTEN';
        else this.begin();
        return;
      case 'READ':
        this.read.push({ wanted: offset, left: length });
        return;
      case 'CONTINUE':
        if (this.isNew) this.enter();
        else this.anchorHere();
        this.isNew = false;
        this.pauseReason = '';
        this.state = 'ACTIVE';
        return;
      case 'CLOSE':
        return this.halt('CONNECT_CLOSED');
      case 'ABORT':
        return this.state === 'HALTED' ? undefined : this.halt('ABORTED');
      default:
        this.state = 'IDLE';
        this.mode = 2;
        this.moved = 0;
        if (this.window?.length !== 0n) this.window = undefined;
        this.isNew = false;
    }
  }

  private setWindow(window: MoverModel['window']): void {
    this.window = window;
    this.isNew = window !== undefined;
  }

  private begin(): void {
    this.state = 'ACTIVE';
    this.pending = 0;
    this.ended = false;
    this.read = [];
    this.sent = [];
    this.moved = 0;
    this.enter();
    this.isNew = false;
    this.run();
  }

  private enter(): void {
    const { offset, length } = this.window ?? { offset: 0n, length: ALL_ONES };
    this.anchor = { offset, place: this.tape.place, low: offset };
    this.next = offset;
    this.cached = undefined;
    this.room = length > 2n ** 50n ? Infinity : Number(length);
  }

  /** The stream goes on where the tape stands now. */
  private anchorHere(): void {
    const next = this.next;
    this.anchor = { offset: next, place: this.tape.place, low: next };
  }

  private run(): void {
    if (this.state !== 'ACTIVE') return;
    if (this.mode === 0) this.write();
    else this.send();
  }

  private write(): void {
    const { tape } = this;
    while (this.pending >= RECORD || (this.ended && this.pending > 0)) {
      if (this.room < RECORD) return this.pause(this.version === 2 ? 'EOF' : 'EOW');
      if (this.fails()) return;
      if (tape.place >= tape.capacity) return this.pause('EOM');
      tape.place++;
      tape.recorded = tape.place;
      tape.hasMark = false;
      this.room -= RECORD;
      this.moved += Math.min(RECORD, this.pending);
      this.pending -= Math.min(RECORD, this.pending);
    }
    if (this.ended) this.halt('CONNECT_CLOSED');
  }

  private send(): void {
    const { tape, window } = this;
    const end = !window || window.length === ALL_ONES || window.offset + window.length > ALL_ONES;
    const windowEnd = end ? ALL_ONES : window.offset + window.length;
    for (let [read] = this.read; read; [read] = this.read) {
      if (read.left === 0n) {
        this.read.shift();
        continue;
      }
      if (this.isCached(read.wanted) && read.wanted < windowEnd) {
        this.sendFrom(read, this.tape.place - 1, windowEnd);
        continue;
      }
      if (read.wanted < this.anchor.low || read.wanted >= windowEnd) return this.pause('SEEK', read.wanted);
      const { offset, place } = this.anchor;
      const wanted = place + Number((read.wanted - offset) / SIZE);
      if (wanted >= tape.recorded) {
        this.next = offset + BigInt(tape.recorded - place) * SIZE;
        tape.place = tape.recorded;
        this.cached = undefined;
        return this.pause(tape.hasMark ? 'EOF' : 'EOM', read.wanted);
      }
      tape.place = wanted + 1;
      this.next = offset + BigInt(tape.place - place) * SIZE;
      this.sendFrom(read, wanted, windowEnd);
    }
  }

  /** Whether the byte lies in the record that was sent from last, so that the tape is not needed for it. */
  private isCached(wanted: bigint): boolean {
    const last = this.cached;
    return last !== undefined && wanted >= last.from && wanted < last.to;
  }

  private sendFrom(read: { wanted: bigint; left: bigint }, place: number, windowEnd: bigint): void {
    const from = Number((read.wanted - this.anchor.offset) % SIZE);
    const limit = windowEnd - read.wanted;
    const most = read.left < limit ? read.left : limit;
    const count = most < BigInt(RECORD - from) ? Number(most) : RECORD - from;
    this.sent.push({ place, from, count });
    this.moved += count;
    read.wanted += BigInt(count);
    if (read.left !== ALL_ONES) read.left -= BigInt(count);
    this.cached = { from: read.wanted, to: this.next };
  }

  private fails(): boolean {
    if (!this.tape.failsNext) return false;
    this.tape.failsNext = false;
    if (this.version === 4) this.halt('MEDIA_ERROR');
    else this.pause('MEDIA_ERROR');
    return true;
  }

  private pause(reason: string, seek = 0n): void {
    this.state = 'PAUSED';
    this.pauseReason = reason;
    this.isNew = false;
    this.pauses.push({ reason, seek });
  }

  private halt(reason: string): void {
    this.state = 'HALTED';
    this.pauseReason = '';
    this.halts.push(reason);
    this.read = [];
  }
}
