import type { MessageIndex } from './messageIndex';

/** Requests of one side that still wait for a reply; more are not remembered. */
const MAX_OUTSTANDING = 4096;
/** A reply that stands further before its request than this many packets answers something else: captures shuffle neighbours. */
const EARLY_PACKETS = 64;

/**
 * Finds the request of a reply: same connection, other direction, by sequence number and code. The last request is kept
 * apart, because a DMA nearly always waits for its reply before it sends the next.
 */
export class RequestMatcher {
  private lastSequence = -1;
  private lastCode = 0;
  private lastRow = -1;
  private readonly older = new Map<number, number>();
  private readonly earlyReplies = new Map<number, number>();

  constructor(private readonly index: MessageIndex) {}

  /** Notes a request. @returns the row of its reply where that was read before it (packets of a gap come late), or -1. */
  addRequest(sequence: number, code: number, row: number): number {
    if (this.earlyReplies.size > 0) {
      const reply = this.earlyReplies.get(sequence);
      if (reply !== undefined) {
        this.earlyReplies.delete(sequence);
        const { index } = this;
        if (index.code(reply) === code && index.frame(reply) + EARLY_PACKETS >= index.frame(row)) return reply;
      }
    }
    if (this.lastRow >= 0) remember(this.older, this.lastSequence, this.lastRow);
    this.lastSequence = sequence;
    this.lastCode = code;
    this.lastRow = row;
    return -1;
  }

  /** @returns the row of the request with this sequence number and code, or -1; it is then answered. */
  takeRequest(sequence: number, code: number): number {
    if (this.lastRow >= 0 && this.lastSequence === sequence && this.lastCode === code) {
      const row = this.lastRow;
      this.lastRow = -1;
      return row;
    }
    const row = this.older.get(sequence);
    if (row === undefined || this.index.code(row) !== code) return -1;
    this.older.delete(sequence);
    return row;
  }

  /** Keeps a reply whose request has not been read, in case it comes late. */
  addEarlyReply(replySequence: number, row: number): void {
    remember(this.earlyReplies, replySequence, row);
  }
}

function remember(map: Map<number, number>, sequence: number, row: number): void {
  if (map.size >= MAX_OUTSTANDING) map.delete(map.keys().next().value as number);
  map.set(sequence, row);
}
