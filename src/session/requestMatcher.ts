/** Requests of one connection that still wait for a reply; more are not remembered. */
const MAX_OUTSTANDING = 4096;

/**
 * Finds the request of a reply: same connection, other direction, by sequence number. The last request is kept
 * apart, because a DMA nearly always waits for its reply before it sends the next.
 */
export class RequestMatcher {
  private lastSequence = -1;
  private lastRow = -1;
  private readonly older = new Map<number, number>();
  private readonly earlyReplies = new Map<number, number>();

  /** Notes a request. @returns the row of a reply that was read before it (packets of a gap come late), or -1. */
  addRequest(sequence: number, row: number): number {
    if (this.earlyReplies.size > 0) {
      const reply = this.earlyReplies.get(sequence);
      if (reply !== undefined) {
        this.earlyReplies.delete(sequence);
        return reply;
      }
    }
    if (this.lastRow >= 0) remember(this.older, this.lastSequence, this.lastRow);
    this.lastSequence = sequence;
    this.lastRow = row;
    return -1;
  }

  /** @returns the row of the request with this sequence number, or -1; it is then answered. */
  takeRequest(sequence: number): number {
    if (this.lastRow >= 0 && this.lastSequence === sequence) {
      const row = this.lastRow;
      this.lastRow = -1;
      return row;
    }
    const row = this.older.get(sequence);
    if (row === undefined) return -1;
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
