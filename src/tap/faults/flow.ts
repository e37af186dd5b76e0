import { decodeHeader, type Header, type MessageContext, type MessageKind, type NdmpVersion } from '../../protocol';
import type { Side } from '../model';
import { setWord } from './bodies';
import { Numbering } from './numbering';

/** A message that is to go on, or that was made up. */
export interface Item {
  /** Our own bytes: numbers are written into them. */
  payload: Uint8Array;
  from: Side;
  /** Its sender's number; undefined where it was made up. */
  own: number | undefined;
  /** Whether it is the sender's next message, in its place; copies and late ones are not. */
  isNatural: boolean;
  /** Fields of the header that the script sets, whatever the numbers should be. */
  finish?: (payload: Uint8Array) => void;
}

/** A message that waits for others to overtake it. */
export interface Held {
  item: Item;
  /** Messages that have yet to pass. */
  behind: number;
  /** The fault that holds it. */
  id: number;
}

const CONNECT_OPEN = 0x900;
const CONNECTION_STATUS = 0x502;
const LOG_MESSAGE = 0x603;

/** What is remembered of a control connection on which faults are made. */
export class Flow {
  /** As the connection has agreed on it, else as the server announced it. */
  version: NdmpVersion = 4;
  /** The sender's own number of the last request. */
  lastRequest = 0;
  readonly held: Record<Side, Held[]> = { client: [], target: [] };
  /** Bytes a second. */
  readonly rate: Partial<Record<Side, number>> = {};
  private readonly numbers: Record<Side, Numbering> = { client: new Numbering(), target: new Numbering() };
  private readonly left: Partial<Record<Side, { bytes: number; passing: number }>> = {};
  private opening: { own: number; version: number } | undefined;

  kindOf(header: Header, from: Side): MessageKind {
    if (header.messageType === 1) return 'reply';
    return from === 'client' ? 'request' : 'post';
  }

  contextOf(header: Header, from: Side): MessageContext {
    return { code: header.code, kind: this.kindOf(header, from), version: this.version, headerError: header.error };
  }

  /** Learns the version from a message that passes, as the index of a capture does (protocol facts 2.4). */
  learn(header: Header, from: Side, payload: Uint8Array): void {
    const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
    if (from === 'client' && header.messageType === 0) {
      this.lastRequest = header.sequence;
      if (header.code === CONNECT_OPEN && payload.length >= 28)
        this.opening = { own: header.sequence, version: view.getUint32(24) };
    } else if (from === 'target' && header.code === CONNECTION_STATUS && payload.length >= 32) {
      this.settleOn(view.getUint32(28));
    } else if (from === 'target' && header.code === CONNECT_OPEN && this.opening && payload.length >= 28) {
      const isAccepted = header.error === 0 && view.getUint32(24) === 0;
      if (isAccepted && this.ownOf(header.replySequence) === this.opening.own) this.settleOn(this.opening.version);
    }
  }

  /** Whether messages of this direction go on as they came. */
  isUntouched(from: Side): boolean {
    return this.numbers.client.isPlain && this.numbers.target.isPlain && this.held[from].length === 0;
  }

  /** Whether a reply answers a request that the other side never sent. */
  isForeign(header: Header, from: Side): boolean {
    return from === 'target' && header.messageType === 1 && this.ownOf(header.replySequence) === undefined;
  }

  passed(header: Header, from: Side): void {
    this.numbers[from].passed(header.sequence);
  }

  /** The sender's next message does not go on, or not now. */
  taken(from: Side): void {
    this.numbers[from].taken();
  }

  /** Writes the numbers into a message that goes on now, so that both sides see theirs count up. */
  number({ payload, from, own, isNatural, finish }: Item): Uint8Array {
    const numbers = this.numbers[from];
    setWord(payload, 0, isNatural && own !== undefined ? numbers.next(own) : numbers.added(own));
    if (own !== undefined && from === 'target') this.pointBack(payload);
    finish?.(payload);
    return payload;
  }

  /** From here on so many bytes pass. */
  limit(from: Side, bytes: number, passing: number): void {
    this.left[from] = { bytes, passing };
  }

  /** Counts what the message before took of the limit. */
  count(from: Side, passing: number): void {
    const left = this.left[from];
    if (left) this.left[from] = { bytes: Math.max(0, left.bytes - left.passing), passing };
  }

  bytesLeft(from: Side): number | undefined {
    return this.left[from]?.bytes;
  }

  /** Numbers of other messages within a message of the server: the request's, and the one that a log message is about. */
  private pointBack(payload: Uint8Array): void {
    const header = decodeHeader(payload);
    if (!header) return;
    if (header.messageType === 1) setWord(payload, 16, this.ownOf(header.replySequence) ?? header.replySequence);
    const isAboutAnother = header.code === LOG_MESSAGE && this.version === 4 && payload.length >= 44;
    if (!isAboutAnother) return;
    const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
    const at = payload.length - 4;
    if (view.getUint32(at - 4) === 1) setWord(payload, at, this.numbers.target.sentNumber(view.getUint32(at)));
  }

  private ownOf(sent: number): number | undefined {
    return this.numbers.client.ownNumber(sent);
  }

  private settleOn(version: number): void {
    if (version >= 2 && version <= 4) this.version = version as NdmpVersion;
  }
}
