import type { DataConnectionLost } from './model';

/** Chunks that wait at most, however small they are. */
const MANY = 1024;

interface Waiting {
  resolve: () => void;
  reject: (error: DataConnectionLost) => void;
}

interface Chunk {
  bytes: Uint8Array;
  reuse: (() => void) | undefined;
}

/** Bytes that have come over a data connection and wait for their one reader. */
export class Inbox {
  private readonly chunks: Chunk[] = [];
  private waiting: Waiting | undefined;
  private failure: DataConnectionLost | undefined;
  private hasEnded = false;
  private isDiscarding = false;
  private waitingBytes = 0;

  /** @param onRead bytes have been taken out: there is room for more */
  constructor(private readonly onRead: () => void) {}

  /** Whether as much waits as is kept for a reader that does not come: so many bytes, or very many small pieces. */
  holds(bytes: number): boolean {
    return this.waitingBytes >= bytes || this.chunks.length >= MANY;
  }

  /** No more bytes will come, in one way or the other. */
  get isOver(): boolean {
    return this.hasEnded || this.failure !== undefined;
  }

  /** @param reuse called when the bytes have been copied out by {@link readInto} */
  push(bytes: Uint8Array, reuse?: () => void): void {
    if (this.isOver || this.isDiscarding || bytes.length === 0) return;
    this.chunks.push({ bytes, reuse });
    this.waitingBytes += bytes.length;
    this.wake();
  }

  end(): void {
    if (this.isOver) return;
    this.hasEnded = true;
    this.wake();
  }

  /** Loses what has not been read: half a stream is of no use. */
  fail(error: DataConnectionLost): void {
    if (this.isOver) return;
    this.failure = error;
    this.drop();
    this.waiting?.reject(error);
    this.waiting = undefined;
  }

  /** Nobody will read any more: throws away what is there and what will come. */
  discard(): void {
    this.isDiscarding = true;
    this.drop();
    this.onRead();
  }

  async read(): Promise<Uint8Array | undefined> {
    await this.filled();
    this.check();
    const bytes = this.chunks.shift()?.bytes;
    if (bytes) this.took(bytes.length);
    return bytes;
  }

  async readInto(into: Uint8Array): Promise<number> {
    await this.filled();
    this.check();
    let filled = 0;
    while (filled < into.length && this.chunks.length > 0) {
      const [chunk] = this.chunks;
      const { bytes } = chunk;
      const taken = Math.min(bytes.length, into.length - filled);
      into.set(taken < bytes.length ? bytes.subarray(0, taken) : bytes, filled);
      filled += taken;
      if (taken < bytes.length) chunk.bytes = bytes.subarray(taken);
      else this.chunks.shift()?.reuse?.();
    }
    this.took(filled);
    return filled;
  }

  /** Settles when there is something to read, or the end. */
  private filled(): Promise<void> | undefined {
    if (this.failure) return Promise.reject(this.failure);
    if (this.chunks.length > 0 || this.hasEnded) return undefined;
    if (this.waiting) throw new TypeError('a data connection has one reader at a time');
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
  }

  /** The connection may have been lost just behind the bytes that woke the reader. */
  private check(): void {
    if (this.failure) throw this.failure;
  }

  private took(bytes: number): void {
    if (bytes === 0) return;
    this.waitingBytes -= bytes;
    this.onRead();
  }

  private drop(): void {
    this.chunks.length = 0;
    this.waitingBytes = 0;
  }

  private wake(): void {
    this.waiting?.resolve();
    this.waiting = undefined;
  }
}
