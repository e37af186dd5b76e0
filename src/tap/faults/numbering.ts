/** As many numbers that were changed are remembered; what is older gets no reply any more. */
const MOST_REMEMBERED = 4096;

/**
 * The sequence numbers of one direction, when messages are lost, added or turned round on the way: whoever receives sees
 * them count up as if its peer had sent just what comes (NDMPv4 draft, section 2.2.1).
 */
export class Numbering {
  /** What is added to the sender's own numbers. */
  private shift = 0;
  private last = 0;
  private readonly sentOf = new Map<number, number>();
  private readonly ownOf = new Map<number, number | undefined>();

  /** Whether messages pass with the numbers that they have. */
  get isPlain(): boolean {
    return this.shift === 0 && this.ownOf.size === 0;
  }

  /** A message passes without being touched. */
  passed(own: number): void {
    this.last = own;
  }

  /** The number under which the sender's next message goes on. */
  next(own: number): number {
    return this.given((own + this.shift) >>> 0, own);
  }

  /** The number of a message that the sender did not send here: made up (undefined), a copy, or one that comes late. */
  added(own: number | undefined): number {
    this.shift++;
    return this.given((this.last + 1) >>> 0, own);
  }

  /** A message of the sender does not go on, or not now. */
  taken(): void {
    this.shift--;
  }

  /** The sender's own number of a message that went on as `sent`; undefined: it never sent such a message. */
  ownNumber(sent: number): number | undefined {
    return this.ownOf.has(sent) ? this.ownOf.get(sent) : sent;
  }

  /** The number under which a message of the sender went on. */
  sentNumber(own: number): number {
    return this.sentOf.get(own) ?? own;
  }

  private given(sent: number, own: number | undefined): number {
    this.last = sent;
    if (own === sent) {
      this.ownOf.delete(sent);
      this.sentOf.delete(own);
    } else {
      remember(this.ownOf, sent, own);
      if (own !== undefined) remember(this.sentOf, own, sent);
    }
    return sent;
  }
}

function remember<V>(map: Map<number, V>, key: number, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > MOST_REMEMBERED) map.delete(map.keys().next().value as number);
}
