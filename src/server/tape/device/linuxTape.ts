import { refuse } from '../../failure';
import type { OpenTape, ReadOutcome, SpaceOver, TapeMode, TapeStatus, WriteOutcome } from '../drive';
import { deviceFailure, Errno } from './deviceErrors';
import type { DeviceStatus, HelperAnswer, HelperProcess } from './helperProcess';

/** MTIOCTOP operations (linux/mtio.h). */
const MT = { FSF: 1, BSF: 2, FSR: 3, BSR: 4, WEOF: 5, REW: 6, OFFL: 7 } as const;
/** Generic status bits (linux/mtio.h). */
const GMT = { EOF: 0x8000_0000, BOT: 0x4000_0000, EOD: 0x0800_0000, WR_PROT: 0x0400_0000, ONLINE: 0x0100_0000 };
const NO_DRIVE_DOOR = 0x0004_0000;
const BLOCK_SIZE_MASK = 0xff_ffff;
/** Ends of the helper's reads: a read returned no bytes, or an error behind some records. */
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
  private known: DeviceStatus | undefined;
  /** The head stands behind a mark that counts as not passed yet. */
  private isBehindMark = false;
  /** Block before that mark; undefined when it is not known. */
  private blockAtMark: number | undefined;
  /** The driver refused a write once for the early warning. */
  private warned = false;
  private closing: Promise<void> | undefined;

  constructor(private readonly parts: LinuxTapeParts) {
    this.mode = parts.mode;
    this.known = parts.status;
  }

  status(): TapeStatus {
    const { known } = this;
    const gstat = (known?.gstat ?? 0) >>> 0;
    const loaded = known !== undefined && (gstat & GMT.ONLINE) !== 0 && (gstat & NO_DRIVE_DOOR) === 0;
    const { file, block } = this.position();
    return {
      loaded,
      writeProtected: (gstat & GMT.WR_PROT) !== 0,
      blockSize: (known?.dsreg ?? 0) & BLOCK_SIZE_MASK,
      softErrors: undefined,
      file: loaded ? file : undefined,
      block: loaded ? block : undefined,
      total: undefined,
      remaining: undefined,
    };
  }

  async read(into: Uint8Array): Promise<ReadOutcome> {
    const { lengths, stopped } = await this.readSome(into, this.status().blockSize || into.length);
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
      this.passed(answer.value, answer);
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
    const before = this.known?.file ?? -1;
    const answer = await this.parts.helper.ask('M', MT.WEOF, count);
    this.learn(answer);
    if (answer.errno === 0) return { written: count };
    const after = this.known?.file ?? -1;
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
    const { known } = this;
    if (!known || known.file < 0) return { file: undefined, block: undefined };
    if (this.isBehindMark) return { file: known.file - 1, block: this.blockAtMark };
    return { file: known.file, block: known.block < 0 ? undefined : known.block };
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
    this.passed(lengths.length, answer);
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
    if (this.hasMet(GMT.EOD)) return this.meetEnd(block);
    this.isBehindMark = true;
    this.blockAtMark = block;
    return 'mark';
  }

  /** The driver forgets the block at the end of the data. */
  private meetEnd(block: number | undefined): 'end' {
    if (this.known && this.known.block < 0 && block !== undefined) this.known.block = block;
    return 'end';
  }

  /**
   * Whether an I/O error means that nothing is recorded behind here. Directly behind data, without a file mark, the driver
   * does not say so; spacing on makes it find out, and costs nothing where the error is real.
   */
  private async isEnd(errno: number): Promise<boolean> {
    if (errno !== Errno.EIO) return false;
    if (this.hasMet(GMT.EOD)) return true;
    const answer = await this.parts.helper.ask('M', MT.FSR, 1);
    this.learn(answer);
    return answer.errno === Errno.EIO && this.hasMet(GMT.EOD);
  }

  private hasMet(bit: number): boolean {
    return ((this.known?.gstat ?? 0) & bit) !== 0;
  }

  /** Behind the early warning the driver refuses every other write: the one after a refusal goes through, if any does. */
  private async retry(record: Uint8Array, recordSize: number): Promise<boolean> {
    const answer = await this.parts.helper.ask('W', recordSize, 0, record);
    this.passed(answer.value, answer);
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
    const before = this.known?.file ?? -1;
    const answer = await this.parts.helper.ask('M', count > 0 ? MT.FSF : MT.BSF, left + extra);
    this.learn(answer);
    this.warned = false;
    if (answer.errno === 0) return { remaining: 0 };
    const after = this.known?.file ?? -1;
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
      const step = (this.known?.place ?? -1) < 0 ? 1 : left;
      const { moved, met } = await this.stepRecords(direction, step);
      left -= moved;
      if (met) break;
    }
    return { remaining: left };
  }

  private async stepRecords(direction: number, count: number): Promise<{ moved: number; met: boolean }> {
    const before = this.known && { ...this.known };
    const answer = await this.parts.helper.ask('M', direction > 0 ? MT.FSR : MT.BSR, count);
    this.learn(answer);
    if (answer.errno === 0) return { moved: count, met: false };
    const { known } = this;
    if (answer.errno !== Errno.EIO || !before || !known) throw this.failure(answer.errno, 'spacing over records');
    const metMark = known.file !== before.file;
    const moved = count === 1 ? 0 : Math.abs(known.place - before.place) - (metMark ? 1 : 0);
    if (metMark && direction > 0) {
      this.isBehindMark = true;
      this.blockAtMark = before.block < 0 ? undefined : before.block + moved;
    } else if (metMark) {
      await this.operate(MT.FSF, 1, 'spacing over records');
    } else if (!this.hasMet(GMT.EOD) && known.place !== 0 && known.block !== 0) {
      throw this.failure(answer.errno, 'spacing over records');
    }
    return { moved, met: true };
  }

  private async stepBack(): Promise<void> {
    if (!this.isBehindMark) return;
    this.isBehindMark = false;
    const block = this.blockAtMark;
    await this.operate(MT.BSF, 1, 'stepping back over a file mark');
    if (this.known && this.known.block < 0 && block !== undefined) this.known.block = block;
  }

  private async operate(operation: number, count: number, doing: string): Promise<void> {
    const answer = await this.parts.helper.ask('M', operation, count);
    this.learn(answer);
    if (answer.errno !== 0) throw this.failure(answer.errno, doing);
  }

  private async ask(): Promise<void> {
    this.learn(await this.parts.helper.ask('S'));
  }

  private learn(answer: HelperAnswer): void {
    this.known = answer.status;
  }

  /** Counts on by itself where the driver was not asked. */
  private passed(records: number, answer: HelperAnswer): void {
    if (answer.status) this.known = answer.status;
    else if (this.known) {
      if (this.known.block >= 0) this.known.block += records;
      if (this.known.place >= 0) this.known.place += records;
      this.known.gstat = (this.known.gstat & ~(GMT.EOF | GMT.BOT | GMT.EOD)) >>> 0;
    }
  }

  private checkWritable(): void {
    if (this.mode === 'READ') refuse('PERMISSION', `the tape in ${this.parts.device} was opened for reading`);
    if (this.status().writeProtected) refuse('WRITE_PROTECT', `the tape in ${this.parts.device} is write-protected`);
    if (!this.status().loaded) refuse('NO_TAPE_LOADED', `no tape is loaded in ${this.parts.device}`);
  }

  private failure(errno: number, doing: string): Error {
    if (errno === Errno.EIO && !this.status().loaded) return deviceFailure(Errno.ENOMEDIUM, this.parts.device, doing);
    return deviceFailure(errno, this.parts.device, doing);
  }
}

function blocksOf(bytes: number, blockSize: number): number[] {
  return Array.from({ length: Math.floor(bytes / blockSize) }, () => blockSize);
}
