import { INFINITE } from '../../protocol';
import { DataConnectionLost, type DataEnd } from '../dataConnection/model';
import { refuse } from '../failure';
import { recordsIn, windowEnd, type Engine, type EngineContext, type Outcome, type Window } from './model';

/** Bytes that are read from the tape at a time, at least one record. */
const BATCH = 512 * 1024;
/** Records that a drive is told to space over at a time. */
const MAX_SPACE = 0x7fffffffn;
/** Local reads that wait for their turn at most. */
const MAX_WAITING = 1024;

interface Read {
  wanted: bigint;
  /** Bytes; {@link INFINITE}: to the end. */
  left: bigint;
}

/**
 * Mode WRITE: sends the ranges of the backup stream that MOVER_READ asks for (NDMPv4 draft, sections 3.6 and 4.3).
 * Spaces over what is not wanted and reads no more records than it has to.
 */
export class TapeReader implements Engine {
  private current: Read | undefined;
  private readonly waiting: Read[] = [];
  private isStopped = false;
  private windowEnd = 0n;
  /** Stream offset of the record before which the tape stands. */
  private next = 0n;
  /** What lies before cannot be reached by spacing back. */
  private lowest = 0n;
  /** The rest of the record that was read last. */
  private rest: Uint8Array = new Uint8Array(0);

  constructor(
    private readonly end: DataEnd,
    private readonly context: EngineContext,
  ) {}

  get wanted(): bigint {
    return this.current?.wanted ?? 0n;
  }

  /** Bytes that the present read still has to send; 0 when nothing is asked for. */
  get left(): bigint {
    return this.current?.left ?? 0n;
  }

  get hasWork(): boolean {
    return this.current !== undefined;
  }

  /** Asks for bytes [offset, offset + length) of the stream; served one after the other. */
  request(offset: bigint, length: bigint): void {
    const read = { wanted: offset, left: length };
    if (!this.current) this.current = read;
    else if (this.waiting.length < MAX_WAITING) this.waiting.push(read);
    else refuse('READ_IN_PROGRESS', 'too many reads wait for the mover');
  }

  enter(window: Window): void {
    this.windowEnd = windowEnd(window);
    this.next = window.offset;
    this.lowest = window.offset;
    this.rest = new Uint8Array(0);
    this.context.progress.recordNum = window.offset / BigInt(this.context.progress.recordSize);
  }

  resume(): void {
    this.isStopped = false;
    this.lowest = this.next;
  }

  stop(): void {
    this.isStopped = true;
  }

  async run(): Promise<Outcome> {
    try {
      for (let read = this.current; read && !this.isStopped; read = this.current) {
        if (read.left === 0n) {
          this.current = this.waiting.shift();
          continue;
        }
        const pause = (await this.sendRest(read)) ? undefined : await this.sendRecords(read);
        if (pause) return pause;
      }
      return { kind: this.isStopped ? 'stopped' : 'idle' };
    } catch (error) {
      if (!(error instanceof DataConnectionLost)) throw error;
      await this.end.closed;
      return this.end.isLost ? { kind: 'lost', why: error.message } : { kind: 'closed' };
    }
  }

  /** Sends what is wanted of the record that was read last. @returns whether there was any */
  private async sendRest(read: Read): Promise<boolean> {
    const start = this.next - BigInt(this.rest.length);
    if (read.wanted < start || read.wanted >= this.next || read.wanted >= this.windowEnd) return false;
    await this.send(read, this.rest, Number(read.wanted - start));
    return true;
  }

  private async sendRecords(read: Read): Promise<Outcome | undefined> {
    const { wanted } = read;
    if (wanted < this.lowest || wanted >= this.windowEnd)
      return { kind: 'pause', reason: 'SEEK', why: `offset ${wanted} is outside the window` };
    const size = BigInt(this.context.progress.recordSize);
    const away = floor(wanted - this.next, size);
    if (away !== 0n && !(await this.space(away, size)))
      return { kind: 'pause', reason: 'SEEK', why: `offset ${wanted} cannot be reached from here` };
    return this.readRecords(read);
  }

  /** Moves over records. What is missing forwards shows when the next record is read. @returns false: the way back is barred */
  private async space(away: bigint, size: bigint): Promise<boolean> {
    const count = away > MAX_SPACE ? MAX_SPACE : away < -MAX_SPACE ? -MAX_SPACE : away;
    this.rest = new Uint8Array(0);
    const { remaining } = await this.context.tape().space('records', Number(count));
    const passed = count < 0n ? count + BigInt(remaining) : count - BigInt(remaining);
    this.next += passed * size;
    this.context.progress.recordNum += passed;
    if (count > 0n || remaining === 0) return true;
    this.lowest = this.next;
    return false;
  }

  private async readRecords(read: Read): Promise<Outcome | undefined> {
    const { progress } = this.context;
    const { recordSize } = progress;
    const skip = read.wanted - this.next;
    const bytes = Buffer.allocUnsafeSlow(this.recordsFor(read, skip, recordSize) * recordSize);
    const { lengths, stopped } = await this.context.tape().readRecords(bytes, recordSize);
    let total = 0;
    for (const length of lengths) {
      if (length > recordSize)
        refuse('IO', `a tape record of ${length} bytes is longer than the mover's records of ${recordSize}`);
      total += length;
    }
    this.next += BigInt(total);
    progress.recordNum += BigInt(lengths.length);
    // offsets before a short record cannot be counted in records any more
    if (total < lengths.length * recordSize) this.lowest = this.next;
    this.rest = bytes.subarray(0, total);
    if (total > Number(skip)) await this.send(read, this.rest, Number(skip));
    if (lengths.length > 0) return undefined;
    return stopped === 'mark'
      ? { kind: 'pause', reason: 'EOF', why: 'a file mark was met' }
      : { kind: 'pause', reason: 'EOM', why: 'the recorded data are at their end' };
  }

  /** As many records as the read needs from here on, as far as a batch goes. */
  private recordsFor(read: Read, skip: bigint, recordSize: number): number {
    const most = BigInt(recordsIn(BATCH, recordSize));
    const size = BigInt(recordSize);
    if (skip >= size) return 1;
    const bytes = skip + atMost(read.left, this.windowEnd - read.wanted);
    return Number(atMost((bytes + size - 1n) / size, most));
  }

  /** Sends what the read wants of `bytes`, which end at {@link next}, from `from` on; keeps what is behind. */
  private async send(read: Read, bytes: Uint8Array, from: number): Promise<void> {
    const available = atMost(BigInt(bytes.length - from), this.windowEnd - read.wanted);
    const count = Number(atMost(available, read.left));
    // the connection takes the bytes away: what is needed again has to be a copy
    this.rest = new Uint8Array(bytes.subarray(from + count));
    read.wanted += BigInt(count);
    if (read.left !== INFINITE) read.left -= BigInt(count);
    this.context.progress.bytesMoved += BigInt(count);
    await this.end.write(bytes.subarray(from, from + count));
  }
}

function atMost(value: bigint, most: bigint): bigint {
  return value < most ? value : most;
}

function floor(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}
