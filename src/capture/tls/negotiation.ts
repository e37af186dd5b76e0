import type { TlsCrypto } from './crypto';
import { HandshakeType, isRetryRequest, readHello } from './handshake';
import type { HandshakeMessage, Hello } from './handshake';
import type { KeySource } from './keyLog';
import { expandLabel, joinBytes, prf } from './keySchedule';
import { TLS12, TLS13, keySizes, tls12Cipher, tls13Cipher } from './recordCipher';
import type { RecordCipher } from './recordCipher';
import { cipherSuite } from './suites';
import type { CipherSuite } from './suites';

const MASTER_BYTES = 48;
/** Handshake messages kept for their digest: what is needed of them comes before any large one ends. */
const MAX_TRANSCRIPT = 256 * 1024;
/** Sessions that later connections may resume. */
const MAX_SESSIONS = 10_000;

/** Sessions of a capture by the ids and tickets under which they can be resumed. */
export class ResumableSessions {
  private readonly sessions = new Map<string, Negotiation>();

  set(kind: 'id' | 'ticket', name: Uint8Array, negotiation: Negotiation): void {
    if (name.length === 0) return;
    const key = keyOf(kind, name);
    this.sessions.delete(key);
    this.sessions.set(key, negotiation);
    if (this.sessions.size > MAX_SESSIONS) for (const oldest of this.sessions.keys()) return this.forget(oldest);
  }

  get(kind: 'id' | 'ticket', name: Uint8Array): Negotiation | undefined {
    return name.length === 0 ? undefined : this.sessions.get(keyOf(kind, name));
  }

  private forget(key: string): void {
    this.sessions.delete(key);
  }
}

function keyOf(kind: string, name: Uint8Array): string {
  let text = kind;
  for (const byte of name) text += String.fromCharCode(byte);
  return text;
}

/** What one handshake agrees on, and the keys that come of it. */
export class Negotiation {
  client: Hello | undefined;
  server: Hello | undefined;
  suite: CipherSuite | undefined;
  /** Told by the ServerHello, or by a request for another ClientHello. */
  isTls13 = false;
  private readonly transcript: Uint8Array[] = [];
  private transcriptBytes = 0;
  private keyExchange: Uint8Array | undefined;
  private found: Uint8Array | undefined;

  constructor(
    private readonly crypto: TlsCrypto,
    private readonly keys: KeySource,
    private readonly sessions: ResumableSessions,
  ) {}

  /** Version that is spoken, 0 while it is not known. */
  get version(): number {
    return this.server?.version ?? 0;
  }

  /** Both hellos are known. */
  get isComplete(): boolean {
    return this.client !== undefined && this.server !== undefined;
  }

  /** Takes a message of the handshake, in the order in which they were sent. */
  take(message: HandshakeMessage): void {
    const { type, body, whole } = message;
    if (this.keyExchange === undefined && this.transcriptBytes + whole.length <= MAX_TRANSCRIPT) {
      this.transcript.push(whole);
      this.transcriptBytes += whole.length;
    }
    if (type === HandshakeType.CLIENT_HELLO) this.client = readHello(body, true) ?? this.client;
    else if (type === HandshakeType.SERVER_HELLO) this.takeServerHello(readHello(body, false));
    else if (type === HandshakeType.CLIENT_KEY_EXCHANGE) this.keyExchange = body;
    // four bytes of lifetime and a length come before a ticket of TLS 1.2 (RFC 5077, section 3.3)
    else if (type === HandshakeType.NEW_SESSION_TICKET && this.version !== TLS13 && body.length > 6)
      this.sessions.set('ticket', body.slice(6), this);
  }

  private takeServerHello(hello: Hello | undefined): void {
    if (hello === undefined) return;
    this.isTls13 = hello.version === TLS13;
    if (isRetryRequest(hello)) return;
    this.server = hello;
    this.suite = cipherSuite(hello.suite);
    if (hello.version !== TLS13 && this.client && !sameBytes(hello.sessionId, this.client.sessionId))
      this.sessions.set('id', hello.sessionId, this);
  }

  /** Keys of TLS 1.2 and before for one side; undefined: no secret of this session is known. */
  blockCipher(ofClient: boolean): RecordCipher | undefined {
    const { client, server, suite } = this;
    const master = this.master();
    if (master === undefined || suite === undefined || client === undefined || server === undefined) return undefined;
    const { mac, key, iv } = keySizes(suite.protection, this.version);
    const seed = joinBytes(server.random, client.random);
    const block = prf(this.crypto, this.prfHash, master, 'key expansion', seed, 2 * (mac + key + iv));
    const part = (start: number, length: number): Uint8Array => {
      const from = start + (ofClient ? 0 : length);
      return block.slice(from, from + length);
    };
    const keys = { macKey: part(0, mac), key: part(2 * mac, key), iv: part(2 * (mac + key), iv) };
    return tls12Cipher(this.crypto, suite.protection, this.version, keys, server.encryptThenMac);
  }

  /** The secret of a side and phase of TLS 1.3, when it is known. */
  trafficSecret(phase: 'EARLY' | 'HANDSHAKE' | 'APPLICATION', ofClient: boolean): Uint8Array | undefined {
    if (this.client === undefined || (phase === 'EARLY' && !ofClient)) return undefined;
    const side = ofClient ? 'CLIENT' : 'SERVER';
    const { random } = this.client;
    if (phase === 'EARLY') return this.keys.find('CLIENT_EARLY_TRAFFIC_SECRET', random);
    if (phase === 'HANDSHAKE') return this.keys.find(`${side}_HANDSHAKE_TRAFFIC_SECRET`, random);
    return this.keys.find(`${side}_TRAFFIC_SECRET_0`, random);
  }

  /** The cipher that a secret of TLS 1.3 makes; undefined: the suite is not known. */
  trafficCipher(secret: Uint8Array): RecordCipher | undefined {
    return this.suite && tls13Cipher(this.crypto, this.suite, secret);
  }

  /** The secret behind a KeyUpdate (RFC 8446, section 7.2). */
  nextSecret(secret: Uint8Array): Uint8Array {
    return expandLabel(this.crypto, this.suite?.prf ?? 'sha256', secret, 'traffic upd', secret.length);
  }

  private get prfHash(): 'tls10' | CipherSuite['prf'] {
    return this.version < TLS12 ? 'tls10' : (this.suite?.prf ?? 'sha256');
  }

  /** The master secret: told, made of a premaster secret that is told, or that of the session that is resumed. */
  private master(): Uint8Array | undefined {
    this.found ??= this.findMaster();
    return this.found;
  }

  private findMaster(): Uint8Array | undefined {
    const { client, server, keys } = this;
    if (client === undefined || server === undefined) return undefined;
    const told = keys.find('CLIENT_RANDOM', client.random) ?? keys.find('RSA Session-ID', server.sessionId);
    if (told !== undefined) return told;
    const premaster = this.findPremaster(client.random);
    if (premaster !== undefined) return this.masterOf(premaster, client, server);
    const isSameId = sameBytes(client.sessionId, server.sessionId);
    const resumed =
      this.sessions.get('ticket', client.ticket) ?? (isSameId ? this.sessions.get('id', server.sessionId) : undefined);
    return resumed === this ? undefined : resumed?.found;
  }

  private findPremaster(random: Uint8Array): Uint8Array | undefined {
    const { keys, keyExchange } = this;
    const told = keys.find('PMS_CLIENT_RANDOM', random);
    if (told !== undefined || keyExchange === undefined) return told;
    return keys.find('RSA', keyExchange.subarray(2, 10));
  }

  private masterOf(premaster: Uint8Array, client: Hello, server: Hello): Uint8Array {
    const { crypto, prfHash } = this;
    if (!server.extendedMasterSecret)
      return prf(crypto, prfHash, premaster, 'master secret', joinBytes(client.random, server.random), MASTER_BYTES);
    const messages = joinBytes(...this.transcript);
    const digest =
      prfHash === 'tls10'
        ? joinBytes(crypto.hash('md5', messages), crypto.hash('sha1', messages))
        : crypto.hash(prfHash, messages);
    return prf(crypto, prfHash, premaster, 'extended master secret', digest, MASTER_BYTES);
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
