import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { ErrorCode } from '../../../protocol';
import { RequestFailure } from '../../failure';
import { cartridgeGone, mediumFailure } from './failures';
import { dropIndex, loadIndex, saveIndex } from './indexFile';
import { bytesOnTape, trailerOffset, WORD_BYTES } from './layout';
import { scanTape } from './scan';
import { TapeIndex } from './tapeIndex';

const DATA_FILE = 'data.tap';
const INDEX_FILE = 'data.index';
const WRITE_REFUSED: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS']);
const PIECE_BYTES = 1024 * 1024;

/**
 * The tape in a cartridge: its data file, opened, and what stands where in it. What has been written once a promise
 * settles is in the hands of the operating system and outlives the server; {@link sync} brings it onto the disk.
 */
export class Media {
  private scratch = Buffer.alloc(0);
  /** Bytes that the saved index tells of; 0: there is none. */
  private indexed = 0;

  private constructor(
    private readonly file: FileHandle,
    private readonly indexPath: string,
    readonly index: TapeIndex,
    /** Bytes that were cut off because they belonged to a record that was never complete. */
    readonly tornBytes: number,
    /** The operating system does not let the server write the data. */
    readonly isReadOnly: boolean,
  ) {}

  static async create(folder: string): Promise<void> {
    await (await open(join(folder, DATA_FILE), 'wx', 0o600)).close();
  }

  /** Opens a cartridge's tape and cuts off a record that the death of a server left half written. */
  static async open(folder: string): Promise<Media> {
    const indexPath = join(folder, INDEX_FILE);
    let file: FileHandle | undefined;
    let isReadOnly = false;
    try {
      file = await open(join(folder, DATA_FILE), 'r+').catch((error: NodeJS.ErrnoException) => {
        if (!WRITE_REFUSED.has(error.code ?? '')) throw error;
        isReadOnly = true;
        return open(join(folder, DATA_FILE), 'r');
      });
      const { size } = await file.stat();
      const saved = await loadIndex(indexPath, size);
      const trusted = saved !== undefined && (await endsWhole(file, saved));
      const index = trusted ? saved : new TapeIndex();
      const indexed = index.bytes;
      const torn = await scanTape(file.fd, size, index);
      if (torn > 0 && !isReadOnly) await file.truncate(index.bytes);
      const media = new Media(file, indexPath, index, torn, isReadOnly);
      media.indexed = indexed;
      return media;
    } catch (error) {
      await file?.close().catch(() => undefined);
      throw mediumFailure(error, 'loading the tape');
    }
  }

  /**
   * Reads `count` records that stand one behind the other and have the same length into `into`; of a record that is
   * longer than `into` the beginning.
   */
  async read(place: number, count: number, into: Uint8Array): Promise<void> {
    const stretch = this.index.from(place);
    if (!stretch || stretch.length === 0 || stretch.count < count) throw new RangeError('no such records');
    const step = bytesOnTape(stretch.length);
    const perPiece = Math.max(1, Math.floor(PIECE_BYTES / step));
    for (let done = 0; done < count; done += perPiece) {
      const records = Math.min(perPiece, count - done);
      const bytes = await this.readBytes(stretch.offset + done * step, records * step);
      for (let i = 0; i < records; i++)
        copyRecord(bytes.subarray(i * step, (i + 1) * step), stretch.length, into, (done + i) * stretch.length);
    }
    await this.checkThere('reading the tape');
  }

  /**
   * Writes `bytes` as records of `recordSize` bytes, the last one with what is left, behind everything.
   * @returns how many of them are on the tape; fewer when the disk gave up behind the first
   */
  async append(bytes: Uint8Array, recordSize: number): Promise<number> {
    const perPiece = Math.max(1, Math.floor(PIECE_BYTES / bytesOnTape(recordSize))) * recordSize;
    let records = 0;
    for (let at = 0; at < bytes.length; at += perPiece) {
      const piece = bytes.subarray(at, at + perPiece);
      const wanted = Math.ceil(piece.length / recordSize);
      const written = await this.appendPiece(piece, recordSize, wanted, records > 0);
      records += written;
      if (written < wanted) break;
    }
    return records;
  }

  /** Writes file marks behind everything; they and all before them are on the disk when it settles. */
  async appendMarks(count: number): Promise<void> {
    const doing = 'writing a file mark';
    try {
      await this.writeZeros(count * WORD_BYTES, this.index.bytes);
      this.index.append(0, count);
      await this.file.datasync();
    } catch (error) {
      throw mediumFailure(error, doing);
    }
    await this.checkThere(doing);
  }

  /** Takes everything from a place on off the tape. */
  async cut(place: number): Promise<void> {
    if (place >= this.index.objects) return;
    const offset = this.index.offsetOf(place);
    try {
      if (offset < this.indexed) {
        await dropIndex(this.indexPath);
        this.indexed = 0;
      }
      await this.file.truncate(offset);
    } catch (error) {
      throw mediumFailure(error, 'writing over the tape');
    }
    this.index.truncate(place);
  }

  async sync(): Promise<void> {
    try {
      await this.file.datasync();
    } catch (error) {
      throw mediumFailure(error, 'writing the tape to the disk');
    }
  }

  /** Saves the index and closes the file. Never rejects: what is on the tape is there without the index as well. */
  async close(): Promise<void> {
    if (this.index.bytes > this.indexed) {
      await this.file.datasync().catch(() => undefined);
      await saveIndex(this.indexPath, this.index).catch(() => undefined);
    }
    await this.file.close().catch(() => undefined);
  }

  private async appendPiece(piece: Uint8Array, recordSize: number, records: number, lenient: boolean): Promise<number> {
    const last = piece.length - (records - 1) * recordSize;
    const start = this.index.bytes;
    const whole = bytesOnTape(recordSize);
    const out = this.scratchOf((records - 1) * whole + bytesOnTape(last));
    for (let i = 0; i < records; i++) {
      const length = i === records - 1 ? last : recordSize;
      putRecord(out, i * whole, piece.subarray(i * recordSize, i * recordSize + length));
    }
    const { written, error } = await this.writeAll(out, start);
    const complete = written === out.length ? records : Math.min(records - 1, Math.floor(written / whole));
    if (complete === records) {
      this.index.append(recordSize, last === recordSize ? records : records - 1);
      if (last !== recordSize) this.index.append(last, 1);
    } else {
      this.index.append(recordSize, complete);
      await this.file.truncate(this.index.bytes).catch(() => undefined);
    }
    await this.checkThere('writing the tape');
    if (complete === 0 && !lenient) throw mediumFailure(error, 'writing the tape');
    return complete;
  }

  /** A client may ask for more file marks than fit into memory. */
  private async writeZeros(length: number, offset: number): Promise<void> {
    const zeros = Buffer.alloc(Math.min(length, PIECE_BYTES));
    for (let at = 0; at < length; at += zeros.length) {
      const { error } = await this.writeAll(zeros.subarray(0, length - at), offset + at);
      if (!error) continue;
      await this.file.truncate(offset).catch(() => undefined);
      throw error;
    }
  }

  private async writeAll(bytes: Uint8Array, offset: number): Promise<{ written: number; error?: Error }> {
    let written = 0;
    try {
      while (written < bytes.length)
        written += (await this.file.write(bytes, written, bytes.length - written, offset + written)).bytesWritten;
      return { written };
    } catch (error) {
      return { written, error: error as Error };
    }
  }

  private async readBytes(offset: number, length: number): Promise<Buffer> {
    const bytes = this.scratchOf(length);
    let got = 0;
    try {
      while (got < length) {
        const { bytesRead } = await this.file.read(bytes, got, length - got, offset + got);
        if (bytesRead === 0) throw damaged();
        got += bytesRead;
      }
    } catch (error) {
      throw mediumFailure(error, 'reading the tape');
    }
    return bytes;
  }

  /** What lies in a file without a name is lost when it is closed, so nothing of it may be acknowledged. */
  private async checkThere(doing: string): Promise<void> {
    const { nlink } = await this.file.stat().catch((error: unknown) => {
      throw mediumFailure(error, doing);
    });
    if (nlink === 0) throw cartridgeGone(doing);
  }

  private scratchOf(length: number): Buffer {
    if (this.scratch.length < length) this.scratch = Buffer.allocUnsafe(length);
    return this.scratch.subarray(0, length);
  }
}

function putRecord(out: Buffer, at: number, record: Uint8Array): void {
  out.writeUInt32LE(record.length, at);
  out.set(record, at + WORD_BYTES);
  if (record.length & 1) out[at + WORD_BYTES + record.length] = 0;
  out.writeUInt32LE(record.length, at + trailerOffset(record.length));
}

function copyRecord(bytes: Buffer, length: number, into: Uint8Array, at: number): void {
  if (bytes.readUInt32LE(0) !== length || bytes.readUInt32LE(trailerOffset(length)) !== length) throw damaged();
  into.set(bytes.subarray(WORD_BYTES, WORD_BYTES + Math.min(length, into.length - at)), at);
}

/** Whether the data that a saved index tells of ends as the index says. */
async function endsWhole(file: FileHandle, index: TapeIndex): Promise<boolean> {
  if (index.objects === 0) return true;
  const { length } = index.runAt(index.runs - 1);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(WORD_BYTES), 0, WORD_BYTES, index.bytes - WORD_BYTES);
  return bytesRead === WORD_BYTES && buffer.readUInt32LE(0) === length;
}

function damaged(): RequestFailure {
  return new RequestFailure(ErrorCode.IO, 'reading the tape: the data file was changed by others or is damaged');
}
