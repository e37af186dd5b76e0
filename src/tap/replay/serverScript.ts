import { interfaceOf } from '../../protocol';
import type { Recorded } from './recorded';

/** Requests that a DMA sends as often as it likes: what was recorded last is true until something else happens. */
const STATUS: ReadonlySet<number> = new Set([0x202, 0x302, 0x400, 0xa00]);
/** Recorded requests that are looked at for one like it. */
const AHEAD = 500;

/** What a server does upon a request: recorded rows, in their order. */
export interface Response {
  /** The request of the recording that it is taken for, -1 where there is none. */
  request: number;
  /** Posts before the reply. */
  before: number[];
  /** Row of the reply, -1: none was recorded, or the request was never made. */
  reply: number;
  /** Posts behind it, which came before anything else was asked. */
  behind: number[];
  /** Requests of the recording that were not made now, rows. */
  skipped: number[];
  /** Asked before already: the answer is that of then. */
  isRepeated: boolean;
}

/**
 * The server's side of a recorded connection as a script: which answer and which posts are due, upon requests that come
 * nearly as they were recorded. Knows no connection and no time.
 */
export class ServerScript {
  private readonly rows: readonly number[];
  /** What comes next: everything before has been done or passed over. */
  private at = 0;
  private readonly last = new Map<number, number>();

  constructor(
    private readonly recorded: Recorded,
    connection: number,
  ) {
    this.rows = recorded.rowsOf(connection);
  }

  /** Posts that come before the first request: the greeting. */
  begin(): number[] {
    return this.posts();
  }

  /** @param isSame whether a recorded request has the same body */
  request(code: number, isSame: (row: number) => boolean): Response {
    const found = this.find(code, isSame);
    if (found < 0) {
      const request = this.last.get(code) ?? -1;
      const reply = request < 0 ? -1 : this.recorded.message(request).pair;
      return { request, before: [], reply, behind: [], skipped: [], isRepeated: request >= 0 };
    }
    const before: number[] = [];
    const skipped: number[] = [];
    for (; this.at < found; this.at++) this.passOver(this.rows[this.at], before, skipped);
    const request = this.rows[found];
    this.at = found + 1;
    this.last.set(code, request);
    const reply = this.recorded.message(request).pair;
    if (reply < 0) return { request, before, reply, behind: this.posts(), skipped, isRepeated: false };
    // what stands between a request and its reply is sent before the reply; other requests there are the DMA's to send
    before.push(...this.postsUntil(reply));
    return { request, before, reply, behind: this.posts(), skipped, isRepeated: false };
  }

  /**
   * Nothing is asked: what was posted after status requests that the DMA does not make now. Empty where something else is
   * to be asked first.
   */
  idle(): number[] {
    let at = this.at;
    while (at < this.rows.length && this.isStatus(this.rows[at])) at++;
    if (at === this.at || at >= this.rows.length || this.kindAt(at) !== 'post') return [];
    for (; this.at < at; this.at++) this.passOver(this.rows[this.at], [], []);
    return this.posts();
  }

  /** Requests that were recorded and have not come, without status requests. */
  rest(): number[] {
    return this.rows
      .slice(this.at)
      .filter((row) => this.recorded.message(row).context.kind === 'request' && !STATUS.has(this.codeOf(row)));
  }

  private find(code: number, isSame: (row: number) => boolean): number {
    const end = Math.min(this.rows.length, this.at + AHEAD);
    let first = -1;
    for (let at = this.at; at < end; at++) {
      if (this.kindAt(at) !== 'request') continue;
      const row = this.rows[at];
      if (this.codeOf(row) === code) {
        if (first < 0) first = at;
        if (STATUS.has(code) || isSame(row)) return at;
      } else if (STATUS.has(code) && !STATUS.has(this.codeOf(row))) break;
    }
    return first;
  }

  private passOver(row: number, posts: number[], skipped: number[]): void {
    const { context } = this.recorded.message(row);
    if (context.kind === 'post') posts.push(row);
    if (context.kind !== 'request') return;
    this.last.set(context.code, row);
    if (!STATUS.has(context.code)) skipped.push(row);
  }

  /** Posts from here on, up to the next request. */
  private posts(): number[] {
    const found: number[] = [];
    for (; this.at < this.rows.length && this.kindAt(this.at) !== 'request'; this.at++)
      if (this.kindAt(this.at) === 'post') found.push(this.rows[this.at]);
    return found;
  }

  private postsUntil(reply: number): number[] {
    const found: number[] = [];
    for (; this.at < this.rows.length && this.rows[this.at] < reply; this.at++) {
      if (this.kindAt(this.at) === 'request') return found;
      if (this.kindAt(this.at) === 'post') found.push(this.rows[this.at]);
    }
    return found;
  }

  private isStatus(row: number): boolean {
    const { kind, code } = this.recorded.message(row).context;
    return kind !== 'post' && (STATUS.has(code) || interfaceOf(code) === 'log');
  }

  private kindAt(at: number): string {
    return this.recorded.message(this.rows[at]).context.kind;
  }

  private codeOf(row: number): number {
    return this.recorded.message(row).context.code;
  }
}
