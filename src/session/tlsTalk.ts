import { Arrival } from '../capture/tcpConnection';
import type { ArrivalMoment } from '../capture/tcpConnection';
import { Conversation } from '../capture/tls/conversation';
import type { GiveUpReason, TlsFacts, TlsReading, TlsSink } from '../capture/tls/conversation';
import type { KeyLog } from '../capture/tls/keyLog';
import { PLAIN_BASE, PlainText } from './plainText';

/** What an index pass needs to read encrypted connections; one for each pass. */
export interface TlsDecryption {
  reading: TlsReading;
  /** Takes the keys that the capture itself holds; the reading knows it. */
  embedded: KeyLog;
  plain: PlainText;
  /** Looks whether the key log has grown. */
  refresh?(): void;
}

/** Who takes what a TLS connection carries, as if it had come without TLS. */
export interface PlainSink {
  onPlain(side: 0 | 1, arrival: Arrival): void;
  onPlainGap(side: 0 | 1, length: number, arrival: Arrival): void;
  onGiveUp(reason: GiveUpReason): void;
}

/** One TLS connection of a capture: what it carries is kept as plain text and handed on in arrivals of its own. */
export class TlsTalk implements TlsSink {
  /** Why it is read no further. */
  gaveUp: GiveUpReason | undefined;
  /** Something of it could be read. */
  isOpen = false;
  private readonly conversation: Conversation;
  private readonly arrival = new Arrival();
  private readonly streams: readonly [number, number];
  private readonly sequences: [number, number] = [0, 0];

  constructor(
    private readonly decryption: TlsDecryption,
    private readonly sink: PlainSink,
  ) {
    this.conversation = new Conversation(decryption.reading, this);
    this.streams = [decryption.plain.newStream(), decryption.plain.newStream()];
  }

  get facts(): TlsFacts {
    return this.conversation.facts;
  }

  onBytes(side: 0 | 1, arrival: Arrival): void {
    this.conversation.onBytes(side, arrival.bytes, arrival.start, arrival.end, arrival);
  }

  onGap(side: 0 | 1, length: number): void {
    this.conversation.onGap(side, length);
  }

  /** Keys have come. */
  retry(): void {
    this.conversation.retry();
  }

  close(): void {
    this.conversation.close();
  }

  /** It is no TLS: what was kept of it is let go of, and nobody is told. */
  drop(): void {
    this.conversation.drop();
  }

  onPlain(side: 0 | 1, content: Uint8Array, moment: ArrivalMoment): void {
    this.isOpen = true;
    const { arrival } = this;
    const entry = this.decryption.plain.append(this.streams[side], this.sequences[side], content);
    arrival.bytes = content;
    arrival.view = new DataView(content.buffer, content.byteOffset, content.length);
    arrival.start = 0;
    arrival.end = content.length;
    arrival.fileOffset = entry + PlainText.HEAD;
    arrival.recordOffset = entry;
    arrival.lastOffset = entry;
    this.setMoment(side, moment);
    this.sequences[side] = (this.sequences[side] + content.length) >>> 0;
    this.sink.onPlain(side, arrival);
  }

  onPlainGap(side: 0 | 1, length: number, moment: ArrivalMoment): void {
    const { arrival } = this;
    arrival.start = arrival.end = 0;
    arrival.fileOffset = -1;
    arrival.recordOffset = arrival.lastOffset = PLAIN_BASE;
    this.setMoment(side, moment);
    this.sequences[side] = (this.sequences[side] + length) >>> 0;
    this.sink.onPlainGap(side, length, arrival);
  }

  onGiveUp(reason: GiveUpReason): void {
    this.gaveUp = reason;
    this.sink.onGiveUp(reason);
  }

  private setMoment(side: 0 | 1, { frame, seconds, nanos, digits }: ArrivalMoment): void {
    const { arrival } = this;
    arrival.sequence = this.sequences[side];
    arrival.frame = frame;
    arrival.seconds = seconds;
    arrival.nanos = nanos;
    arrival.digits = digits;
  }
}
