import { close, closeSync, ftruncateSync, openSync, writev } from 'node:fs';

/** Bytes that may wait for a slow disk; what comes then is left out. */
const MAX_WAITING = 64 * 1024 * 1024;

/**
 * A file that grows by whole blocks and never holds anything up: blocks wait for the disk, up to a bound. At any moment the
 * file ends behind a block, but for one that is just being written.
 */
export class BlockFile {
  /** Bytes of it that are on their way or there. */
  bytes = 0;
  private file: number | undefined;
  private waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  private written = 0;
  /** Where the blocks that are being written end. */
  private ends: number[] = [];
  private isWriting = false;
  private isDue = false;
  private whenIdle: (() => void)[] = [];

  /**
   * @param failed told once when the file can be written no more
   * @throws Node's error when the file cannot be made; an existing one is not overwritten
   */
  constructor(
    readonly path: string,
    private readonly failed: (error: Error) => void,
  ) {
    this.file = openSync(path, 'wx', 0o600);
  }

  get isOpen(): boolean {
    return this.file !== undefined;
  }

  /** @returns whether it will be written; not when the disk is too far behind, or the file is over */
  put(block: Uint8Array): boolean {
    if (this.file === undefined || this.waitingBytes > MAX_WAITING) return false;
    this.waiting.push(block);
    this.waitingBytes += block.length;
    this.bytes += block.length;
    this.schedule();
    return true;
  }

  /** Settles when all that was put is in the file, and closes it. */
  async close(): Promise<void> {
    if (this.isWriting || this.waiting.length > 0) await new Promise<void>((resolve) => this.whenIdle.push(resolve));
    const { file } = this;
    this.file = undefined;
    if (file !== undefined) await new Promise<void>((resolve) => close(file, () => resolve()));
  }

  /** What came with others in the meantime is written with one call. */
  private schedule(): void {
    if (this.isWriting || this.isDue) return;
    this.isDue = true;
    setImmediate(() => {
      this.isDue = false;
      this.write();
    });
  }

  private write(): void {
    const blocks = this.waiting;
    if (this.file === undefined || this.isWriting || blocks.length === 0) return this.tellIdle();
    this.waiting = [];
    this.isWriting = true;
    let end = this.written;
    this.ends = [end, ...blocks.map(({ length }) => (end += length))];
    this.writeOut(blocks, end - this.written);
  }

  private writeOut(blocks: Uint8Array[], bytes: number): void {
    if (this.file === undefined) return;
    writev(this.file, blocks, this.written, (error, done) => {
      if (error) return this.giveUp(error);
      this.written += done;
      this.waitingBytes -= done;
      // a disk that is nearly full takes a part
      if (done < bytes) return this.writeOut([Buffer.concat(blocks).subarray(done)], bytes - done);
      this.isWriting = false;
      this.write();
    });
  }

  private giveUp(error: Error): void {
    const { file } = this;
    this.file = undefined;
    this.isWriting = false;
    this.waiting = [];
    if (file !== undefined) {
      const whole = this.ends.findLast((end) => end <= this.written) ?? 0;
      try {
        ftruncateSync(file, whole);
      } catch {
        // readers then find half a block at the end, and say so
      }
      closeSync(file);
      this.bytes = whole;
    }
    this.tellIdle();
    this.failed(error);
  }

  private tellIdle(): void {
    for (const resolve of this.whenIdle.splice(0)) resolve();
  }
}
