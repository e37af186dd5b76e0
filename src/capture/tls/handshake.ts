/** Types of handshake messages (RFC 5246, section 7.4; RFC 8446, section 4). */
export const HandshakeType = {
  CLIENT_HELLO: 1,
  SERVER_HELLO: 2,
  NEW_SESSION_TICKET: 4,
  CLIENT_KEY_EXCHANGE: 16,
  FINISHED: 20,
  KEY_UPDATE: 24,
} as const;

/** A handshake message: `body` lies behind its head of four bytes, `whole` is both. */
export interface HandshakeMessage {
  type: number;
  body: Uint8Array;
  whole: Uint8Array;
}

const HEAD = 4;
/** Longer ones (chains of certificates) hold nothing that is needed; they are stepped over. */
const MAX_KEPT = 64 * 1024;

/** Handshake messages of one direction out of the records that they are split into. */
export class HandshakeReader {
  private buffer = new Uint8Array(0);
  private skip = 0;

  /** Takes the content of a handshake record. */
  push(content: Uint8Array, take: (message: HandshakeMessage) => void): void {
    const skipped = Math.min(this.skip, content.length);
    this.skip -= skipped;
    const fresh = content.subarray(skipped);
    if (fresh.length === 0) return;
    let bytes: Uint8Array = fresh;
    if (this.buffer.length > 0) {
      bytes = new Uint8Array(this.buffer.length + fresh.length);
      bytes.set(this.buffer);
      bytes.set(fresh, this.buffer.length);
    }
    let at = 0;
    while (at + HEAD <= bytes.length) {
      const length = (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
      const end = at + HEAD + length;
      if (end > bytes.length) {
        if (length <= MAX_KEPT) break;
        this.skip = end - bytes.length;
        at = bytes.length;
        break;
      }
      take({ type: bytes[at], body: bytes.slice(at + HEAD, end), whole: bytes.slice(at, end) });
      at = end;
    }
    this.buffer = bytes.slice(at);
  }

  /** A record is missing: what was begun cannot be completed. */
  reset(): void {
    this.buffer = new Uint8Array(0);
    this.skip = 0;
  }
}

/** Extensions that change how records are read, or by which sessions are resumed. */
const Extension = { ENCRYPT_THEN_MAC: 22, EXTENDED_MASTER_SECRET: 23, SESSION_TICKET: 35, SUPPORTED_VERSIONS: 43 };

/** The parts of a hello that matter here. */
export interface Hello {
  version: number;
  random: Uint8Array;
  sessionId: Uint8Array;
  /** Of a ServerHello: the suite chosen. */
  suite: number;
  encryptThenMac: boolean;
  extendedMasterSecret: boolean;
  ticket: Uint8Array;
}

/** Reads a ClientHello or ServerHello; undefined: it is none. What stands behind a broken length is left out. */
export function readHello(body: Uint8Array, isClient: boolean): Hello | undefined {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  if (body.length < 38) return undefined;
  const idLength = body[34];
  let at = 35 + idLength;
  if (idLength > 32 || at + 3 > body.length) return undefined;
  const hello: Hello = {
    version: view.getUint16(0),
    random: body.slice(2, 34),
    sessionId: body.slice(35, at),
    suite: 0,
    encryptThenMac: false,
    extendedMasterSecret: false,
    ticket: new Uint8Array(0),
  };
  if (isClient) {
    at += 2 + view.getUint16(at);
    if (at >= body.length) return undefined;
    at += 1 + body[at];
  } else {
    hello.suite = view.getUint16(at);
    at += 3;
  }
  if (at + 2 <= body.length) readExtensions(hello, view, at + 2, Math.min(body.length, at + 2 + view.getUint16(at)));
  return hello;
}

function readExtensions(hello: Hello, view: DataView, from: number, to: number): void {
  for (let at = from; at + 4 <= to;) {
    const type = view.getUint16(at);
    const start = at + 4;
    const end = start + view.getUint16(at + 2);
    if (end > to) return;
    if (type === Extension.ENCRYPT_THEN_MAC) hello.encryptThenMac = true;
    else if (type === Extension.EXTENDED_MASTER_SECRET) hello.extendedMasterSecret = true;
    else if (type === Extension.SESSION_TICKET) hello.ticket = bytesOf(view, start, end);
    // a server names the one version that is spoken, a client a list of them
    else if (type === Extension.SUPPORTED_VERSIONS && end - start === 2) hello.version = view.getUint16(start);
    at = end;
  }
}

function bytesOf(view: DataView, start: number, end: number): Uint8Array {
  return new Uint8Array(view.buffer.slice(view.byteOffset + start, view.byteOffset + end));
}

/** The random of a ServerHello that only asks for another ClientHello (RFC 8446, section 4.1.3). */
const RETRY = [
  0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11,
  0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

export function isRetryRequest(hello: Hello): boolean {
  return RETRY.every((byte, i) => hello.random[i] === byte);
}
