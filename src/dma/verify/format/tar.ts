import type { FormatCheck, FormatSink } from './model';
import { BLOCK, hasChecksum, headerName, numberAt, padded, pathOf, paxValues, textAt } from './tarFields';

/** Extended headers beyond this are passed over. */
const MOST_EXTENDED = 16 * 1024 * 1024;
/** Types without data, whatever their size says: links, directories, devices, fifos. */
const WITHOUT_DATA = '123456';
/** Types that are no files: a label, an access list of Solaris, the rest of a file of another volume. */
const NO_FILES = 'VAM';

/**
 * Follows a tar stream (POSIX, GNU, old) header by header: checksums, lengths, the mark of the end. What lies between
 * is passed over, so that it goes as fast as the bytes come.
 */
export class TarCheck implements FormatCheck {
  readonly name = 'tar';
  entries = 0;
  hasEnd = false;
  private offset = 0;
  private skipTo = 0;
  private readonly block = new Uint8Array(BLOCK);
  private filled = 0;
  /** An extended header that is being collected, and its type. */
  private extended: { type: string; bytes: Uint8Array; filled: number } | undefined;
  private start: number | undefined;
  private longName: string | undefined;
  private size: number | undefined;
  private globalName: string | undefined;
  private zeros = 0;
  private isLost = false;
  /** The blocks of GNU's old map of a sparse file go on behind the header. */
  private sparseData: number | undefined;

  constructor(private readonly sink: FormatSink) {}

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && !this.hasEnd;) {
      const used = this.step(bytes, at);
      at += used;
      this.offset += used;
      if (this.filled === BLOCK) {
        this.filled = 0;
        this.takeBlock();
      }
    }
  }

  end(): void {
    if (this.hasEnd) return;
    if (this.skipTo > this.offset || this.extended)
      this.sink.problem(`the stream ends at byte ${this.offset} within an entry that goes on to ${this.skipTo}`);
    else this.sink.problem(`the stream ends at byte ${this.offset} without the mark of its end`);
  }

  private step(bytes: Uint8Array, at: number): number {
    const left = bytes.length - at;
    if (this.extended) return this.collect(bytes, at);
    if (this.skipTo > this.offset) return Math.min(left, this.skipTo - this.offset);
    const used = Math.min(left, BLOCK - this.filled);
    this.block.set(bytes.subarray(at, at + used), this.filled);
    this.filled += used;
    return used;
  }

  private collect(bytes: Uint8Array, at: number): number {
    const { extended } = this;
    if (!extended) return 0;
    const used = Math.min(bytes.length - at, extended.bytes.length - extended.filled);
    extended.bytes.set(bytes.subarray(at, at + used), extended.filled);
    extended.filled += used;
    if (extended.filled < extended.bytes.length) return used;
    this.extended = undefined;
    this.skipTo = this.offset + used + padded(extended.bytes.length) - extended.bytes.length;
    this.takeExtended(extended.type, extended.bytes);
    return used;
  }

  private takeBlock(): void {
    const { block } = this;
    const at = this.offset - BLOCK;
    if (this.sparseData !== undefined) return this.takeSparse(block);
    if (block.every((byte) => byte === 0)) {
      this.zeros++;
      if (this.zeros === 2) this.hasEnd = true;
      return;
    }
    this.zeros = 0;
    if (!hasChecksum(block)) {
      if (!this.isLost) this.sink.problem(`there is no header at byte ${at}, where one has to be`);
      this.isLost = true;
      return this.forget();
    }
    this.isLost = false;
    this.start ??= at;
    const type = String.fromCharCode(block[156]);
    const size = numberAt(block, 124, 12);
    if (size === undefined) {
      this.sink.problem(`the header at byte ${at} has no size that makes sense`);
      this.isLost = true;
      return this.forget();
    }
    if ('xXgLK'.includes(type)) this.beginExtended(type, size);
    else this.takeEntry(type, size);
  }

  private beginExtended(type: string, size: number): void {
    if (size > MOST_EXTENDED) {
      this.sink.problem(`the extended header at byte ${this.offset - BLOCK} says that it has ${size} bytes`);
      this.skipTo = this.offset + padded(size);
    } else if (size > 0) this.extended = { type, bytes: new Uint8Array(size), filled: 0 };
  }

  private takeExtended(type: string, bytes: Uint8Array): void {
    if (type === 'L') this.longName = textAt(bytes, 0, bytes.length);
    if (type === 'L' || type === 'K') return;
    const values = paxValues(bytes);
    if (!values) return this.sink.problem(`the extended header before byte ${this.offset} is broken`);
    const name = values.get('GNU.sparse.name') ?? values.get('path');
    if (type === 'g') this.globalName = name ?? this.globalName;
    else {
      this.longName = name ?? this.longName;
      const size = values.get('size');
      if (size !== undefined && /^\d{1,15}$/.test(size)) this.size = Number(size);
    }
  }

  private takeEntry(type: string, headerSize: number): void {
    const size = WITHOUT_DATA.includes(type) ? 0 : (this.size ?? headerSize);
    if (!NO_FILES.includes(type)) {
      this.entries++;
      const name = this.longName ?? this.globalName ?? headerName(this.block);
      this.sink.entry({ path: pathOf(name), start: this.start ?? this.offset - BLOCK });
    }
    this.forget();
    const isSparse = type === 'S' && this.block[482] !== 0;
    if (isSparse) this.sparseData = size;
    else this.skipTo = this.offset + padded(size);
  }

  private takeSparse(block: Uint8Array): void {
    if (block[504] !== 0) return;
    this.skipTo = this.offset + padded(this.sparseData ?? 0);
    this.sparseData = undefined;
  }

  private forget(): void {
    this.start = this.longName = this.size = undefined;
  }
}
