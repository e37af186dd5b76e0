import type { Readable, Writable } from 'node:stream';
import { Failure, Interrupted, OutputClosed } from '../failure';
import { drained } from './drained';

/** What commands know of the outside. */
export interface Io {
  stdin: Readable;
  stdout: Writable & { isTTY?: boolean; columns?: number };
  stderr: Writable & { isTTY?: boolean; columns?: number };
  env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

/** Text is handed on in pieces of about this many characters. */
const pieceSize = 32_768;

/**
 * Standard output for lines: gathers them, waits while the reader is slow, and tells when the reader is gone. Memory
 * does not grow however slow the reader is, as long as every call is awaited.
 */
export class Output {
  private pending = '';
  private failure: Error | undefined;

  constructor(
    private readonly stream: Writable,
    private readonly signal: AbortSignal,
  ) {
    stream.on('error', (error) => {
      this.failure = error;
    });
  }

  /** Adds a line. The promise is undefined while there is nothing to wait for, so that fast loops need not. */
  line(text: string): Promise<void> | undefined {
    this.pending += `${text}\n`;
    return this.pending.length >= pieceSize ? this.flush() : undefined;
  }

  /** Hands everything to the reader. Throws OutputClosed when there is none, Interrupted after Ctrl-C. */
  async flush(): Promise<void> {
    const text = this.pending;
    this.pending = '';
    this.check();
    if (text !== '' && !this.stream.write(text)) {
      await drained(this.stream, this.signal);
    }
    // Errors of a pipe and Ctrl-C arrive as events: give them their turn in a loop that never waits otherwise.
    await new Promise((resolve) => setImmediate(resolve));
    this.check();
  }

  private check(): void {
    if (this.failure !== undefined && (this.failure as NodeJS.ErrnoException).code !== 'EPIPE') {
      throw new Failure(`Standard output cannot be written: ${this.failure.message}.`);
    }
    if (this.failure !== undefined || this.stream.destroyed) {
      throw new OutputClosed();
    }
    if (this.signal.aborted) {
      throw new Interrupted();
    }
  }
}
