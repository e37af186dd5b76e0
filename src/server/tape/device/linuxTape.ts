import { refuse } from '../../failure';
import type { OpenTape, ReadOutcome, SpaceOver, TapeMode, TapeStatus, WriteOutcome } from '../drive';
import { deviceFailure, Errno } from './deviceErrors';
import { DriverState } from './driverState';
import type { DeviceStatus, HelperProcess } from './helperProcess';

/** MTIOCTOP operations (linux/mtio.h). */
const MT = { FSF: 1, BSF: 2, FSR: 3, BSR: 4, WEOF: 5, REW: 6, OFFL: 7 } as const;
/** The helper's answer when a read returned no bytes. */
const READ_NOTHING = 1;
const PIECE_BYTES = 1024 * 1024;

export interface LinuxTapeParts {
  device: string;
  helper: HelperProcess;
  mode: TapeMode;
  recordBytes: number;
  status: DeviceStatus | undefined;
  release: () => Promise<void>;
}

/**
 * A tape device of Linux while a connection has it. The driver ends behind a file mark that a read or record spacing
 * meets; NDMP ends before it. Stepping back at once would cost a turn of the tape each time, so it is put off until
 * something needs it ({@link isBehindMark}): mostly the next request passes the mark.
 */
export class LinuxTape implements OpenTape {
  readonly mode: TapeMode;
  private readonly state: DriverState;
  /** The head stands behind a mark that counts as not passed yet. */
  private isBehindMark = false;
  /** Block before that mark; undefined when it is not known. */
  private blockAtMark: number | undefined;
  /** The driver refused a write once for the early warning. */
  private warned = false;
  private closing: Promise<void> | undefined;

  constructor(private readonly parts: LinuxTapeParts) {
    this.mode = parts.mode;
    this.state = new DriverState(parts.status);
  }

  status(): TapeStatus {
    const { loaded, writeProtected, blockSize } = this.state;
    const position = loaded ? this.position() : { file: undefined, block: undefined };
    return {
      ...position,
      loaded,
      writeProtected,
      blockSize,
      softErrors: undefined,
      total: undefined,
      remaining: undefined,
    };
  }

  async read(into: Uint8Array): Promise<ReadOutcome> {
    const { lengths, stopped } = await this.readSome(into, this.state.blockSize || into.length);
    return stopped ? { kind: stopped } : { kind: 'record', length: lengths[0] };
  }

  async readRecords(into: Uint8Array, recordSize: number): Promise<{ lengths: number[]; stopped?: 'mark' | 'end' }> {
    const lengths: number[] = [];
    let at = 0;
    while (into.length - at >= recordSize) {
      const part = await this.readSome(into.subarray(at, at + Math.max(recordSize, PIECE_BYTES)), recordSize);
      for (const length of part.lengths) lengths.push(length);
      at += part.bytes;
      if (part.stopped) return { lengths, stopped: part.stopped };
      if (part.lengths.some((length) => length !== recordSize)) break;
    }
    return { lengths };
  }

  async write(bytes: Uint8Array, recordSize: number): Promise<WriteOutcome> {
    this.checkWritable();
    await this.stepBack();
    let written = 0;
    const records = Math.ceil(bytes.length / recordSize);
    const perPiece = Math.max(1, Math.floor(PIECE_BYTES / recordSize));
    while (written < records) {
      const piece = bytes.subarray(written * recordSize, (written + perPiece) * recordSize);
      const answer = await this.parts.helper.ask('W', recordSize, 0, piece);
      written += answer.value;
      this.state.passed(answer.value, answer);
      if (answer.errno === 0) continue;
      if (answer.errno !== Errno.ENOSPC) {
        if (written > 0) return { written };
        throw this.failure(answer.errno, 'writing');
      }
      if (!this.warned) {
        this.warned = true;
        return { written, stopped: 'early-warning' };
      }
      if (!(await this.retry(bytes.subarray(written * recordSize, (written + 1) * recordSize), recordSize)))
        return { written, stopped: 'full' };
      written++;
    }
    return { written };
  }

  async writeMarks(count: number): Promise<{ written: number }> {
    this.checkWritable();
    await this.stepBack();
    const before = this.state.file;
    const answer = await this.parts.helper.ask('M', MT.WEOF, count);
    this.state.learn(answer);
    if (answer.errno === 0) return { written: count };
    const after = this.state.file;
    if (answer.errno === Errno.ENOSPC && before >= 0 && after >= before) return { written: after - before };
    throw this.failure(answer.errno, 'writing a file mark');
  }

  async space(over: SpaceOver, count: number): Promise<{ remaining: number }> {
    if (count === 0) return { remaining: 0 };
    return over === 'marks' ? this.spaceMarks(count) : this.spaceRecords(count);
  }

  async rewind(): Promise<void> {
    this.isBehindMark = false;
    await this.operate(MT.REW, 1, 'rewinding');
    this.warned = false;
  }

  async unload(): Promise<void> {
    this.isBehindMark = false;
    await this.operate(MT.OFFL, 1, 'unloading');
  }

  close(): Promise<void> {
    this.closing ??= this.stepBack()
      .catch(() => undefined)
      .then(() => this.parts.release());
    return this.closing;
  }

  private position(): { file: number | undefined; block: number | undefined } {
    const { file, block } = this.state;
    if (file < 0) return { file: undefined, block: undefined };
    if (this.isBehindMark) return { file: file - 1, block: this.blockAtMark };
    return { file, block: block < 0 ? undefined : block };
  }

  private async readSome(
    into: Uint8Array,
    recordSize: number,
  ): Promise<{ lengths: number[]; bytes: number; stopped?: 'mark' | 'end' }> {
    const nothing = { lengths: [], bytes: 0 };
    if (this.isBehindMark) return { ...nothing, stopped: 'mark' };
    const { loaded, blockSize, block } = this.status();
    if (!loaded) refuse('NO_TAPE_LOADED', `no tape is loaded in ${this.parts.device}`);
    const most = blockSize > 0 ? into.length - (into.length % blockSize) : into.length;
    const longest = Buffer.alloc(4);
    longest.writeUInt32LE(blockSize > 0 ? most : this.parts.recordBytes);
    const answer = await this.parts.helper.ask('R', most, blockSize > 0 ? most : recordSize, longest);
    const count = answer.payload.length >= 4 ? answer.payload.readUInt32LE(0) : 0;
    const data = answer.payload.subarray(4 + 4 * count);
    into.set(data.subarray(0, into.length));
    const lengths =
      blockSize > 0
        ? blocksOf(data.length, blockSize)
        : Array.from({ length: count }, (_, n) => answer.payload.readUInt32LE(4 + 4 * n));
    this.state.passed(lengths.length, answer);
    const at = block === undefined ? undefined : block + lengths.length;
    if (answer.errno !== 0) {
      if (!(await this.isEnd(answer.errno))) throw this.failure(answer.errno, 'reading');
      return { ...nothing, stopped: this.meetEnd(at) };
    }
    if (answer.value !== READ_NOTHING) return { lengths, bytes: data.length };
    return { lengths, bytes: data.length, stopped: this.meetNothing(at) };
  }

  /** The driver returned no bytes: it met a file mark and is behind it, or the data ends here. */
  private meetNothing(block: number | undefined): 'mark' | 'end' {
    if (this.state.atEndOfData) return this.meetEnd(block);
    this.isBehindMark = true;
    this.blockAtMark = block;
    return 'mark';
  }

  /** The driver forgets the block at the end of the data. */
  private meetEnd(block: number | undefined): 'end' {
    this.state.remindBlock(block);
    return 'end';
  }

  /**
   * Whether an I/O error means that nothing is recorded behind here. Directly behind data, without a file mark, the driver
   * does not say so; spacing on makes it find out, and costs nothing where the error is real.
   */
  private async isEnd(errno: number): Promise<boolean> {
    if (errno !== Errno.EIO) return false;
    if (this.state.atEndOfData) return true;
    const answer = await this.parts.helper.ask('M', MT.FSR, 1);
    this.state.learn(answer);
    return answer.errno === Errno.EIO && this.state.atEndOfData;
  }

  /** Behind the early warning the driver refuses every other write: the one after a refusal goes through, if any does. */
  private async retry(record: Uint8Array, recordSize: number): Promise<boolean> {
    const answer = await this.parts.helper.ask('W', recordSize, 0, record);
    this.state.passed(answer.value, answer);
    if (answer.errno === 0) return true;
    if (answer.errno === Errno.ENOSPC || answer.errno === Errno.EIO) return false;
    throw this.failure(answer.errno, 'writing');
  }

  private async spaceMarks(count: number): Promise<{ remaining: number }> {
    let left = Math.abs(count);
    if (this.isBehindMark && count > 0) {
      this.isBehindMark = false;
      if (--left === 0) return { remaining: 0 };
    }
    // stepping back over the mark that counts as not passed is one more
    const extra = this.isBehindMark && count < 0 ? 1 : 0;
    this.isBehindMark = false;
    const before = this.state.file;
    const answer = await this.parts.helper.ask('M', count > 0 ? MT.FSF : MT.BSF, left + extra);
    this.state.learn(answer);
    this.warned = false;
    if (answer.errno === 0) return { remaining: 0 };
    const after = this.state.file;
    if (answer.errno !== Errno.EIO || before < 0 || after < 0) throw this.failure(answer.errno, 'spacing over marks');
    return { remaining: left - (Math.abs(after - before) - extra) };
  }

  private async spaceRecords(count: number): Promise<{ remaining: number }> {
    const direction = Math.sign(count);
    let left = Math.abs(count);
    if (this.isBehindMark && direction > 0) return { remaining: left };
    await this.stepBack();
    await this.ask();
    this.warned = false;
    while (left > 0) {
      // where the driver does not tell places, only single steps can be counted
      const step = this.state.place < 0 ? 1 : left;
      const { moved, met } = await this.stepRecords(direction, step);
      left -= moved;
      if (met) break;
    }
    return { remaining: left };
  }

  private async stepRecords(direction: number, count: number): Promise<{ moved: number; met: boolean }> {
    const { file, block, place } = this.state;
    const answer = await this.parts.helper.ask('M', direction > 0 ? MT.FSR : MT.BSR, count);
    this.state.learn(answer);
    if (answer.errno === 0) return { moved: count, met: false };
    if (answer.errno !== Errno.EIO) throw this.failure(answer.errno, 'spacing over records');
    const metMark = this.state.passedMarkSince(file, direction);
    const moved = count === 1 ? 0 : Math.abs(this.state.place - place) - (metMark ? 1 : 0);
    if (metMark && direction > 0) {
      this.isBehindMark = true;
      this.blockAtMark = block < 0 ? undefined : block + moved;
    } else if (metMark) {
      await this.operate(MT.FSF, 1, 'spacing over records');
    } else if (!this.state.atEndOfData && this.state.place !== 0 && this.state.block !== 0) {
      throw this.failure(answer.errno, 'spacing over records');
    }
    return { moved, met: true };
  }

  private async stepBack(): Promise<void> {
    if (!this.isBehindMark) return;
    this.isBehindMark = false;
    const block = this.blockAtMark;
    await this.operate(MT.BSF, 1, 'stepping back over a file mark');
    this.state.remindBlock(block);
  }

  private async operate(operation: number, count: number, doing: string): Promise<void> {
    const answer = await this.parts.helper.ask('M', operation, count);
    this.state.learn(answer);
    if (answer.errno !== 0) throw this.failure(answer.errno, doing);
  }

  private async ask(): Promise<void> {
    this.state.learn(await this.parts.helper.ask('S'));
  }

  private checkWritable(): void {
    if (this.mode === 'READ') refuse('PERMISSION', `the tape in ${this.parts.device} was opened for reading`);
    if (this.state.writeProtected) refuse('WRITE_PROTECT', `the tape in ${this.parts.device} is write-protected`);
    if (!this.state.loaded) refuse('NO_TAPE_LOADED', `no tape is loaded in ${this.parts.device}`);
  }

  private failure(errno: number, doing: string): Error {
    if (errno === Errno.EIO && !this.state.loaded) return deviceFailure(Errno.ENOMEDIUM, this.parts.device, doing);
    return deviceFailure(errno, this.parts.device, doing);
  }
}

function blocksOf(bytes: number, blockSize: number): number[] {
  return Array.from({ length: Math.floor(bytes / blockSize) }, () => blockSize);
}
