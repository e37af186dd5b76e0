import { refuse } from '../../src/server/failure';
import type { OpenTape, ReadOutcome, SpaceOver, TapeMode, TapeStatus, WriteOutcome } from '../../src/server/tape/drive';

/** A record, or a file mark. */
export type TapeItem = Uint8Array | 'mark';

export interface MemoryTapeOptions {
  mode?: TapeMode;
  /** Bytes of records after which a write is told the early warning, and those that fit altogether. */
  earlyWarning?: number;
  capacity?: number;
}

/** A tape in memory that counts what is done with it. */
export class MemoryTape implements OpenTape {
  mode: TapeMode;
  items: TapeItem[] = [];
  /** Index of the item that comes next. */
  at = 0;
  /** Every operation in order: "write 3", "space -2", "read 4". */
  readonly operations: string[] = [];
  /** The operation with this number (counted from now) fails. */
  failIn: number | undefined;
  earlyWarning: number;
  capacity: number;
  private isWarned = false;

  constructor({ mode = 'RDWR', earlyWarning = Infinity, capacity = Infinity }: MemoryTapeOptions = {}) {
    this.mode = mode;
    this.earlyWarning = earlyWarning;
    this.capacity = capacity;
  }

  /** All records one behind the other, without marks. */
  get bytes(): Buffer {
    return Buffer.concat(this.items.filter((item) => item !== 'mark'));
  }

  /** Fills the tape with `bytes` in records, and rewinds. */
  record(bytes: Uint8Array, recordSize: number): this {
    for (let at = 0; at < bytes.length; at += recordSize)
      this.items.push(new Uint8Array(bytes.subarray(at, at + recordSize)));
    return this;
  }

  mark(): this {
    this.items.push('mark');
    return this;
  }

  /** Another cartridge in the same drive. */
  swap(): void {
    this.items = [];
    this.at = 0;
    this.isWarned = false;
  }

  status(): TapeStatus {
    const passed = this.items.slice(0, this.at);
    const file = passed.filter((item) => item === 'mark').length;
    const block = passed.length - 1 - passed.lastIndexOf('mark');
    return {
      file,
      block,
      loaded: true,
      writeProtected: false,
      blockSize: 0,
      softErrors: 0,
      total: undefined,
      remaining: undefined,
    };
  }

  async read(into: Uint8Array): Promise<ReadOutcome> {
    await this.operate('read 1');
    const item = this.items[this.at];
    if (item === undefined) return { kind: 'end' };
    if (item === 'mark') return { kind: 'mark' };
    this.at++;
    into.set(item.subarray(0, into.length));
    return { kind: 'record', length: item.length };
  }

  async readRecords(into: Uint8Array, recordSize: number): Promise<{ lengths: number[]; stopped?: 'mark' | 'end' }> {
    const lengths: number[] = [];
    let filled = 0;
    await this.operate(`read ${Math.floor(into.length / recordSize)}`);
    while (filled + recordSize <= into.length) {
      const item = this.items[this.at];
      if (item === undefined) return { lengths, stopped: 'end' };
      if (item === 'mark') return { lengths, stopped: 'mark' };
      this.at++;
      into.set(item.subarray(0, recordSize), filled);
      filled += Math.min(item.length, recordSize);
      lengths.push(item.length);
      if (item.length !== recordSize) break;
    }
    return { lengths };
  }

  async write(bytes: Uint8Array, recordSize: number): Promise<WriteOutcome> {
    await this.operate(`write ${Math.ceil(bytes.length / recordSize)}`);
    let written = 0;
    for (let at = 0; at < bytes.length; at += recordSize) {
      const record = new Uint8Array(bytes.subarray(at, at + recordSize));
      const used = this.bytes.length;
      if (used + record.length > this.capacity) return { written, stopped: 'full' };
      if (used >= this.earlyWarning && !this.isWarned) {
        this.isWarned = true;
        return { written, stopped: 'early-warning' };
      }
      this.items.length = this.at;
      this.items.push(record);
      this.at++;
      written++;
    }
    return { written };
  }

  async writeMarks(count: number): Promise<{ written: number }> {
    await this.operate(`mark ${count}`);
    this.items.length = this.at;
    for (let i = 0; i < count; i++) this.items.push('mark');
    this.at = this.items.length;
    return { written: count };
  }

  async space(over: SpaceOver, count: number): Promise<{ remaining: number }> {
    await this.operate(`space ${count}${over === 'marks' ? ' marks' : ''}`);
    let left = Math.abs(count);
    while (left > 0) {
      const item = this.items[count > 0 ? this.at : this.at - 1];
      if (item === undefined || (over === 'records' && item === 'mark')) break;
      this.at += Math.sign(count);
      if (over === 'records' || item === 'mark') left--;
    }
    return { remaining: left };
  }

  async rewind(): Promise<void> {
    await this.operate('rewind');
    this.at = 0;
  }

  async unload(): Promise<void> {
    await this.rewind();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private async operate(name: string): Promise<void> {
    this.operations.push(name);
    await new Promise((resolve) => setImmediate(resolve));
    if (this.failIn === undefined) return;
    if (this.failIn > 0) this.failIn--;
    else {
      this.failIn = undefined;
      refuse('IO', `the tape failed at ${name}`);
    }
  }
}
