import type { ByteSource } from '../capture/byteSource';

/** What is read at once when messages are read one after the other. */
const WINDOW = 256 * 1024;
/** A read this close to the end of the last one is taken for going through the file. */
const NEAR = 64 * 1024;
/** So many near reads in a row, and more is read than asked for. */
const PATIENCE = 3;

/**
 * A source that notices when it is read from front to back, as for the bodies of all messages, and then reads large pieces:
 * a call of the operating system for each of millions of messages costs more than all else. Reads here and there go
 * straight to the source.
 */
export class ReadAhead implements ByteSource {
  private window = new Uint8Array(0);
  private from = 0;
  private to = 0;
  private last = 0;
  private near = 0;

  constructor(private readonly source: ByteSource) {}

  get size(): number {
    return this.source.size;
  }

  read(offset: number, length: number, target: Uint8Array): number {
    if (offset >= this.from && offset + length <= this.to) return this.fromWindow(offset, length, target);
    this.near = Math.abs(offset - this.last) <= NEAR ? this.near + 1 : 0;
    this.last = offset + length;
    if (this.near < PATIENCE || length > WINDOW / 2) return this.source.read(offset, length, target);
    if (this.window.length === 0) this.window = new Uint8Array(WINDOW);
    this.from = offset;
    this.to = offset + this.source.read(offset, WINDOW, this.window);
    return this.fromWindow(offset, Math.min(length, this.to - offset), target);
  }

  private fromWindow(offset: number, length: number, target: Uint8Array): number {
    this.last = offset + length;
    const at = offset - this.from;
    if (length > 256) {
      target.set(this.window.subarray(at, at + length));
      return length;
    }
    for (let i = 0; i < length; i++) target[i] = this.window[at + i];
    return length;
  }
}
