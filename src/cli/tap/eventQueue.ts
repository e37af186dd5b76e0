import type { Writable } from 'node:stream';

/** Lines that may wait to be made, and bytes of them that may wait for a slow reader. */
const MAX_EVENTS = 4000;
const MAX_WAITING_BYTES = 4 * 1024 * 1024;
/** Milliseconds in a row that lines are made for; what passes the tap comes between. */
const SLICE = 4;

/**
 * Lines about what passes, made when there is time for it: what passes never waits for them. What comes faster than it can be
 * shown is counted and left out.
 */
export class EventQueue {
  private waiting: (() => string)[] = [];
  private at = 0;
  private leftOut = 0;
  private isDue = false;

  /** @param tellLeftOut a line that says how many were left out */
  constructor(
    private readonly stream: Writable,
    private readonly tellLeftOut: (lines: number) => string,
  ) {
    stream.on('drain', () => this.schedule());
  }

  /** @param make the line, without its end */
  put(make: () => string): void {
    if (this.waiting.length - this.at >= MAX_EVENTS) this.leftOut++;
    else this.waiting.push(make);
    this.schedule();
  }

  /** Makes all that waits. */
  finish(): void {
    while (this.at < this.waiting.length) this.one();
    this.tell();
  }

  private schedule(): void {
    if (this.isDue) return;
    this.isDue = true;
    setImmediate(() => this.work());
  }

  private work(): void {
    this.isDue = false;
    const end = performance.now() + SLICE;
    while (this.at < this.waiting.length && performance.now() < end) {
      if (this.stream.writableLength > MAX_WAITING_BYTES) return;
      this.one();
    }
    if (this.at < this.waiting.length) return this.schedule();
    this.waiting = [];
    this.at = 0;
    this.tell();
  }

  private one(): void {
    this.stream.write(`${this.waiting[this.at++]()}\n`);
  }

  private tell(): void {
    if (this.leftOut > 0) this.stream.write(`${this.tellLeftOut(this.leftOut)}\n`);
    this.leftOut = 0;
  }
}
