import type { ByteSource } from '../capture/byteSource';
import { decodeByteString } from '../xdr';

const NEWLINE = 10;
const RETURN = 13;
const BLOCK_BYTES = 1024 * 1024;
/** Of a longer line only the beginning is looked at; what it says lies there. */
export const MAX_LINE_BYTES = 512 * 1024;

/** Called for each line: its text without the line's end, where it begins and where the next one does. */
export type LineHandler = (text: string, from: number, to: number) => void;

/** Goes through a log block by block; memory does not grow with the length of lines. */
export class LineReader {
  private readonly block: Uint8Array;
  private have = 0;
  /** The line under way is longer than a block: the rest is passed over. */
  private longFrom = -1;
  private longText = '';

  /**
   * @param position where the first line begins
   * @param end where to stop; the source's end when left out
   */
  constructor(
    private readonly source: ByteSource,
    private readonly onLine: LineHandler,
    private at = 0,
    private readonly end = Infinity,
  ) {
    this.block = new Uint8Array(Math.min(BLOCK_BYTES, end - at));
  }

  /** Position up to which lines have been handed on. */
  get position(): number {
    return this.at;
  }

  /** Reads another block. @returns false when there is nothing more (now) */
  step(): boolean {
    const room = Math.min(this.block.length - this.have, this.end - this.at - this.have);
    const into = this.have === 0 ? this.block : this.block.subarray(this.have);
    const read = room <= 0 ? 0 : this.source.read(this.at + this.have, room, into);
    if (read === 0) return false;
    const filled = this.have + read;
    let from = 0;
    for (;;) {
      const newline = this.block.subarray(0, filled).indexOf(NEWLINE, from);
      if (newline < 0) break;
      this.line(from, newline, newline + 1);
      from = newline + 1;
    }
    if (from === 0 && filled === this.block.length) {
      if (this.longFrom < 0) {
        this.longFrom = this.at;
        this.longText = this.text(0, MAX_LINE_BYTES);
      }
      from = filled;
    }
    this.block.copyWithin(0, from, filled);
    this.have = filled - from;
    this.at += from;
    return true;
  }

  /** The source is at its end: hands on a last line without a line's end. */
  finish(): void {
    if (this.have > 0 || this.longFrom >= 0) this.line(0, this.have, this.have);
    this.at += this.have;
    this.have = 0;
  }

  private line(from: number, to: number, next: number): void {
    if (this.longFrom >= 0) {
      this.onLine(this.longText, this.longFrom, this.at + next);
      this.longFrom = -1;
      this.longText = '';
      return;
    }
    const end = to > from && this.block[to - 1] === RETURN ? to - 1 : to;
    this.onLine(this.text(from, Math.min(end, from + MAX_LINE_BYTES)), this.at + from, this.at + next);
  }

  private text(from: number, to: number): string {
    return decodeByteString(this.block, from, to);
  }
}
