import type { Socket } from 'node:net';
import { encodeHeader, type Header } from '../protocol';
import { encodeRecord } from '../xdr';
import { RecordAssembler } from './recordAssembler';

/** What a message is, as far as its sender has to say it. */
export interface Outgoing {
  code: number;
  /** 0 request or post, 1 reply. */
  messageType: 0 | 1;
  replySequence?: number;
  error?: number;
  /** Encoded; empty for none. */
  body?: Uint8Array;
}

export interface ConnectionEvents {
  /** A whole record came. Called with the next one only after this one's promise has settled. */
  record(payload: Uint8Array): Promise<void> | void;
  /** The connection is over; called once. `error` when it did not end in order. */
  closed(error: Error | undefined): void;
  /** Every record of both directions, in order; payloads without record marks. */
  traced?(sent: boolean, payload: Uint8Array, milliseconds: number): void;
}

export interface ConnectionOptions {
  /** Bytes of a record that comes in. */
  recordBytes: number;
  /** Seconds within which a record that has begun has to be complete. */
  recordSeconds: number;
  /** Milliseconds since 1970. */
  now?: () => number;
}

/** Records that wait to be served, and bytes of them, before the socket is read no further. */
const WAITING_RECORDS = 16;
const WAITING_BYTES = 256 * 1024;
const nothing = new Uint8Array(0);

/**
 * An NDMP control connection over a TCP or TLS socket, of either side: records in and out, the counter of sent
 * messages. Knows nothing of what the messages mean.
 */
export class ControlConnection {
  private readonly assembler: RecordAssembler;
  private readonly records: Uint8Array[] = [];
  private recordBytes = 0;
  private readonly now: () => number;
  private sequence = 0;
  private isServing = false;
  private isOver = false;
  private hasEnded = false;
  private failure: Error | undefined;
  private recordTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly socket: Socket,
    private readonly events: ConnectionEvents,
    private readonly options: ConnectionOptions,
  ) {
    this.assembler = new RecordAssembler(options.recordBytes);
    this.now = options.now ?? Date.now;
    socket.on('data', (chunk: Uint8Array) => this.onData(chunk));
    socket.on('end', () => this.onEnd());
    socket.on('error', (error) => (this.failure ??= error));
    socket.on('close', () => this.onClose());
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
  }

  /** Bytes of a record that comes in; for those that have not begun. */
  set recordLimit(bytes: number) {
    this.assembler.limit = bytes;
  }

  /** Bytes that were sent and that the other side has not taken. */
  get waiting(): number {
    return this.socket.writableLength;
  }

  get isOpen(): boolean {
    return !this.isOver && !this.socket.destroyed;
  }

  /** Whether a record is served, waits for it, or is on its way. */
  get isBusy(): boolean {
    return this.isServing || this.records.length > 0 || this.assembler.isPartial;
  }

  /**
   * Sends a message. After the connection is over nothing happens.
   * @returns its sequence number
   */
  send({ code, messageType, replySequence = 0, error = 0, body = nothing }: Outgoing): number {
    const sequence = (this.sequence = (this.sequence + 1) >>> 0);
    const milliseconds = this.now();
    const header: Header = {
      sequence,
      timeStamp: Math.floor(milliseconds / 1000) >>> 0,
      messageType,
      code,
      replySequence,
      error,
    };
    const payload = new Uint8Array(24 + body.length);
    payload.set(encodeHeader(header));
    payload.set(body, 24);
    if (this.isOpen && !this.socket.writableEnded) {
      this.events.traced?.(true, payload, milliseconds);
      this.socket.write(encodeRecord(payload));
    }
    return sequence;
  }

  /** Settles when no more than `limit` bytes wait for the other side, or the connection is over. */
  async caughtUp(limit: number): Promise<void> {
    while (this.isOpen && this.waiting > limit) await this.nextDrain();
  }

  /** Sends what waits, then closes. */
  end(): void {
    if (!this.socket.writableEnded) this.socket.end();
  }

  /** Closes at once. */
  destroy(error?: Error): void {
    this.failure ??= error;
    this.socket.destroy();
  }

  private isFull(): boolean {
    return this.records.length >= WAITING_RECORDS || this.recordBytes >= WAITING_BYTES;
  }

  private nextDrain(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.socket.off('drain', done);
        this.socket.off('close', done);
        resolve();
      };
      this.socket.on('drain', done);
      this.socket.on('close', done);
    });
  }

  private onData(chunk: Uint8Array): void {
    const records = this.records.length;
    try {
      this.assembler.push(chunk, (payload) => {
        this.records.push(payload);
        this.recordBytes += payload.length;
      });
    } catch (error) {
      this.destroy(error as Error);
      return;
    }
    if (this.records.length > records) this.stopRecordTimer();
    if (this.isFull()) this.hold();
    else if (this.assembler.isPartial) this.startRecordTimer();
    void this.serve();
  }

  private async serve(): Promise<void> {
    if (this.isServing) return;
    this.isServing = true;
    for (let payload = this.records.shift(); payload !== undefined && this.isOpen; payload = this.records.shift()) {
      this.recordBytes -= payload.length;
      if (this.socket.isPaused() && !this.isFull()) this.goOn();
      this.events.traced?.(false, payload, this.now());
      try {
        await this.events.record(payload);
      } catch (error) {
        this.destroy(error as Error);
      }
    }
    this.isServing = false;
    if (this.hasEnded) this.end();
  }

  /** Reads no further; that the rest of a record does not arrive meanwhile is not the other side's fault. */
  private hold(): void {
    this.stopRecordTimer();
    this.socket.pause();
  }

  private goOn(): void {
    this.socket.resume();
    if (this.assembler.isPartial) this.startRecordTimer();
  }

  /** The other side sends no more: what it asked is still answered. */
  private onEnd(): void {
    this.hasEnded = true;
    this.stopRecordTimer();
    if (!this.isServing) this.end();
  }

  private onClose(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.stopRecordTimer();
    this.events.closed(this.failure);
  }

  private startRecordTimer(): void {
    this.recordTimer ??= setTimeout(
      () => this.destroy(new Error(`a record did not arrive within ${this.options.recordSeconds} seconds`)),
      this.options.recordSeconds * 1000,
    );
  }

  private stopRecordTimer(): void {
    clearTimeout(this.recordTimer);
    this.recordTimer = undefined;
  }
}
