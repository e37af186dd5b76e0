import type { ArrivalMoment } from '../tcpConnection';
import type { TlsCrypto } from './crypto';
import { HandshakeType } from './handshake';
import type { HandshakeMessage } from './handshake';
import type { KeySource } from './keyLog';
import { Negotiation, ResumableSessions } from './negotiation';
import { TLS13 } from './recordCipher';
import { TlsSide } from './side';
import { suiteName } from './suites';

/** What a direction may hold back while its keys are not known. */
const MAX_HELD = 256 * 1024;
/** And all directions of a capture together. */
const MAX_HELD_IN_ALL = 32 * 1024 * 1024;

/** Why a connection is not, or no further, read. */
export type GiveUpReason = 'no keys' | 'wrong keys' | 'unknown cipher suite' | 'no handshake' | 'out of step';

/** What a pass needs to open TLS; one for all connections of a capture. */
export class TlsReading {
  readonly sessions = new ResumableSessions();
  /** What waits for keys, in bytes. */
  readonly memory = { bytes: 0 };

  constructor(
    readonly crypto: TlsCrypto,
    readonly keys: KeySource,
  ) {}
}

/** Who takes what a TLS connection carries. */
export interface TlsSink {
  onPlain(side: 0 | 1, content: Uint8Array, moment: ArrivalMoment): void;
  /** About `length` bytes that the capture does not hold are followed by more. */
  onPlainGap(side: 0 | 1, length: number, moment: ArrivalMoment): void;
  /** Nothing more will come of this connection. */
  onGiveUp(reason: GiveUpReason): void;
}

/** What is known of a TLS connection. */
export interface TlsFacts {
  /** `TLS 1.3`; undefined while no ServerHello was seen. */
  version: string | undefined;
  /** IANA's name of the cipher suite. */
  suite: string | undefined;
  /** In lower-case hexadecimal digits, as key logs have it. */
  clientRandom: string | undefined;
}

const VERSIONS: Readonly<Record<number, string>> = {
  0x0300: 'SSL 3.0',
  0x0301: 'TLS 1.0',
  0x0302: 'TLS 1.1',
  0x0303: 'TLS 1.2',
  0x0304: 'TLS 1.3',
};

/**
 * A TLS connection (RFC 8446; RFC 5246 and before): bytes of both directions in order in, what was sent in it out. Without state
 * of the operating system and without cryptography of its own.
 */
export class Conversation {
  negotiation: Negotiation;
  /** The side that sent the ClientHello. */
  clientSide: 0 | 1 | undefined;
  isTls = false;
  private readonly first: Negotiation;
  private isOver = false;
  private isWaiting = false;
  private keysAsked = -1;
  private hasMissedKeys = false;
  private readonly sides: readonly [TlsSide, TlsSide];

  constructor(
    private readonly reading: TlsReading,
    private readonly sink: TlsSink,
  ) {
    this.negotiation = this.first = this.newNegotiation();
    this.sides = [new TlsSide(0, this), new TlsSide(1, this)];
  }

  get memory(): { bytes: number } {
    return this.reading.memory;
  }

  get facts(): TlsFacts {
    const { client, server } = this.first;
    return {
      version: server && (VERSIONS[server.version] ?? `version 0x${server.version.toString(16)}`),
      suite: server && suiteName(server.suite),
      clientRandom: client && [...client.random].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
    };
  }

  /** Takes bytes that continue a direction. */
  onBytes(side: 0 | 1, bytes: Uint8Array, start: number, end: number, moment: ArrivalMoment): void {
    if (this.isOver) return;
    this.sides[side].onBytes(bytes, start, end, moment);
    this.retry();
  }

  /** `length` bytes of a direction are missing here. */
  onGap(side: 0 | 1, length: number): void {
    if (!this.isOver) this.sides[side].onGap(length);
  }

  /** Tries again what waits: the other side may have told what was missing, or keys may have come. */
  retry(): void {
    if (!this.isWaiting || this.isOver) return;
    if (this.hasMissedKeys && this.keysAsked === this.reading.keys.count && this.negotiation.isComplete) return;
    this.keysAsked = this.reading.keys.count;
    this.isWaiting = false;
    for (const side of this.sides) side.resume();
    this.isWaiting = this.sides.some((side) => side.isHolding);
  }

  /** The connection is over. */
  close(): void {
    if (this.isOver) return;
    this.retry();
    if (this.isWaiting) this.giveUp(this.negotiation.isComplete ? 'no keys' : 'no handshake');
    this.end();
  }

  onHandshake(side: 0 | 1, message: HandshakeMessage, isSealed: boolean): void {
    this.isTls = true;
    if (message.type === HandshakeType.CLIENT_HELLO) {
      this.clientSide = side;
      // within the encrypted connection: new keys are negotiated
      if (isSealed && this.negotiation.version !== TLS13) this.negotiation = this.newNegotiation();
    } else if (message.type === HandshakeType.SERVER_HELLO) this.clientSide ??= side === 0 ? 1 : 0;
    this.negotiation.take(message);
  }

  onMissingKeys(): void {
    this.hasMissedKeys = true;
    this.keysAsked = this.reading.keys.count;
  }

  onHeld(bytes: number): void {
    this.isWaiting = true;
    if (bytes > MAX_HELD || this.memory.bytes > MAX_HELD_IN_ALL)
      this.giveUp(this.negotiation.isComplete ? 'no keys' : 'no handshake');
  }

  onPlain(side: 0 | 1, content: Uint8Array, moment: ArrivalMoment): void {
    if (!this.isOver) this.sink.onPlain(side, content, moment);
  }

  onPlainGap(side: 0 | 1, length: number, moment: ArrivalMoment): void {
    if (!this.isOver) this.sink.onPlainGap(side, length, moment);
  }

  giveUp(reason: GiveUpReason): void {
    if (this.isOver) return;
    this.end();
    this.sink.onGiveUp(reason);
  }

  /** It is no TLS: ends without a word. */
  drop(): void {
    this.end();
  }

  private end(): void {
    this.isOver = true;
    for (const side of this.sides) side.close();
  }

  private newNegotiation(): Negotiation {
    const { crypto, keys, sessions } = this.reading;
    return new Negotiation(crypto, keys, sessions);
  }
}
