import type { Socket } from 'node:net';
import { Inbox } from './inbox';
import type { DataAddress } from '../../transport/dataAddress';
import { DataConnectionLost, type DataEnd } from './model';

/** Bytes that wait for the reader before the peer is held back, and at which it may go on. */
const FULL = 1024 * 1024;
const LOW = 256 * 1024;
/** Bytes that wait to be sent before the writer is held back. */
const UNSENT = 1024 * 1024;
/** Milliseconds after which a peer that goes on sending to a closed end is cut off. */
const PATIENCE = 30_000;
const KEEP_ALIVE = 60_000;

/** An end of a TCP data connection; the socket has to be made with allowHalfOpen. */
export class TcpEnd implements DataEnd {
  readonly closed: Promise<void>;
  isLost = false;
  private readonly inbox = new Inbox(() => this.resume());
  private hasEnded = false;
  private flushed: Promise<void> | undefined;
  private endedAt = 0;
  private reason = 'the peer is gone';
  private writers: (() => void)[] = [];

  constructor(
    private readonly socket: Socket,
    readonly address: DataAddress,
  ) {
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE);
    this.closed = new Promise((resolve) => {
      socket.on('end', () => {
        this.inbox.end();
        resolve();
      });
      socket.on('close', () => {
        this.onGone();
        resolve();
      });
    });
    socket.on('error', (error) => (this.reason = error.message));
    socket.on('data', (chunk: Buffer) => this.onData(chunk));
  }

  async write(bytes: Uint8Array, reuse?: () => void): Promise<void> {
    if (!this.socket.writable) throw this.lost();
    this.socket.write(bytes, () => {
      reuse?.();
      this.wakeWriters();
    });
    while (this.socket.writableLength >= UNSENT) {
      await new Promise<void>((resolve) => this.writers.push(resolve));
      if (!this.socket.writable) throw this.lost();
    }
  }

  read(): Promise<Uint8Array | undefined> {
    return this.inbox.read();
  }

  readInto(into: Uint8Array): Promise<number> {
    return this.inbox.readInto(into);
  }

  end(): Promise<void> {
    this.flushed ??= new Promise((resolve) => {
      this.hasEnded = true;
      this.endedAt = Date.now();
      this.inbox.discard();
      if (this.socket.destroyed) return resolve();
      this.socket.once('close', resolve);
      this.socket.end(() => {
        this.socket.unref(); // the rest is the system's and the peer's business
        resolve();
      });
    });
    return this.flushed;
  }

  destroy(): void {
    if (this.socket.destroyed) return;
    this.reason = 'the data connection was given up';
    // resetAndDestroy() closes in order first, and waits for a peer that may never read; this is its second half
    if (!this.socket.writableFinished) Object.assign(this.socket, { resetAndClosing: true });
    this.socket.destroy();
  }

  private onData(chunk: Buffer): void {
    if (this.hasEnded && Date.now() - this.endedAt > PATIENCE) return this.destroy();
    this.inbox.push(chunk);
    if (this.inbox.holds(FULL)) this.socket.pause();
  }

  private resume(): void {
    if (!this.inbox.holds(LOW) && this.socket.isPaused()) this.socket.resume();
  }

  private onGone(): void {
    if (!this.inbox.isOver && !this.hasEnded) this.isLost = true;
    this.inbox.fail(this.lost());
    this.wakeWriters();
  }

  private lost(): DataConnectionLost {
    return new DataConnectionLost(`data connection lost: ${this.reason}`);
  }

  private wakeWriters(): void {
    const { writers } = this;
    this.writers = [];
    for (const wake of writers) wake();
  }
}
