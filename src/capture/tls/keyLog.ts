/** Kinds of secrets that key logs hold, and that are needed to read (NSS key log format; RFC 8446, section 7.1). */
export const SECRET_LABELS = [
  'CLIENT_RANDOM',
  'CLIENT_EARLY_TRAFFIC_SECRET',
  'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
  'SERVER_HANDSHAKE_TRAFFIC_SECRET',
  'CLIENT_TRAFFIC_SECRET_0',
  'SERVER_TRAFFIC_SECRET_0',
  'PMS_CLIENT_RANDOM',
  'RSA',
  'RSA Session-ID',
] as const;
export type SecretLabel = (typeof SECRET_LABELS)[number];

/** Where secrets of TLS sessions come from. */
export interface KeySource {
  /** Secrets known; grows when more come. */
  readonly count: number;
  /**
   * @param id the client random; of `RSA` the first 8 bytes of the encrypted premaster secret; of `RSA Session-ID` the session id
   */
  find(label: SecretLabel, id: Uint8Array): Uint8Array | undefined;
}

/** A longer line is none of a key log: the longest holds a premaster secret of 8192 bits. */
const MAX_LINE = 4096;
/** Memory that secrets may take in all; a log of 200 MB fits. */
const MAX_HEAP = 128 * 1024 * 1024;
/** Label, length of id, length of secret in two bytes, place of the next one in the same slot plus 1. */
const HEAD = 8;
const NEWLINE = 10;

/**
 * Secrets out of key logs, by what they are for. They are kept in one growing heap without an object each, since logs of
 * browsers and proxies grow for months. Of a secret that comes twice the later one counts.
 */
export class KeyLog implements KeySource {
  count = 0;
  /** Secrets that were left out, since there are too many. */
  dropped = 0;
  private heap = new Uint8Array(4096);
  private view = new DataView(this.heap.buffer);
  private used = 0;
  private slots = new Int32Array(256);
  /** A line that is not complete yet. */
  private rest = new Uint8Array(0);
  /** Inside a line that is too long. */
  private skipping = false;

  /** Takes the next bytes of a log. Lines that are none of a key log are passed over. */
  push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      const newline = bytes.indexOf(NEWLINE, at);
      const end = newline < 0 ? bytes.length : newline;
      const length = this.rest.length + end - at;
      if (this.skipping || length > MAX_LINE) {
        this.skipping = newline < 0;
        this.rest = new Uint8Array(0);
      } else if (newline < 0) {
        this.rest = joined(this.rest, bytes.subarray(at));
      } else {
        this.readLine(this.rest.length === 0 ? bytes.subarray(at, end) : joined(this.rest, bytes.subarray(at, end)));
        if (this.rest.length > 0) this.rest = new Uint8Array(0);
      }
      at = end + 1;
    }
  }

  /** The log is complete: its last line may lack its end. */
  finish(): void {
    if (!this.skipping) this.readLine(this.rest);
    this.rest = new Uint8Array(0);
    this.skipping = false;
  }

  find(label: SecretLabel, id: Uint8Array): Uint8Array | undefined {
    const code = SECRET_LABELS.indexOf(label);
    for (let at = this.slots[hashOf(code, id) & (this.slots.length - 1)]; at > 0; at = this.view.getInt32(at + 3)) {
      const entry = at - 1;
      if (this.heap[entry] === code && this.isOf(entry, id)) {
        const from = entry + HEAD + id.length;
        return this.heap.slice(from, from + this.view.getUint16(entry + 2));
      }
    }
    return undefined;
  }

  private isOf(entry: number, id: Uint8Array): boolean {
    const { heap } = this;
    if (heap[entry + 1] !== id.length) return false;
    for (let i = 0; i < id.length; i++) if (heap[entry + HEAD + i] !== id[i]) return false;
    return true;
  }

  private readLine(line: Uint8Array): void {
    const text = latin1(line).trim();
    const session = /^RSA Session-ID:([0-9a-f]{2,64})\s+Master-Key:([0-9a-f]{96})$/i.exec(text);
    if (session !== null) {
      this.add('RSA Session-ID', session[1], session[2]);
      return;
    }
    const [label, id, secret, more] = text.split(/\s+/, 4);
    if (more !== undefined || secret === undefined || !isLineLabel(label)) return;
    if (id.length !== (label === 'RSA' ? 16 : 64)) return;
    if (secret.length < 64 || secret.length > 2048) return;
    if ((label === 'CLIENT_RANDOM' || label === 'RSA') && secret.length !== 96) return;
    this.add(label, id, secret);
  }

  private add(label: SecretLabel, idHex: string, secretHex: string): void {
    const id = fromHex(idHex);
    const secret = fromHex(secretHex);
    if (id === undefined || secret === undefined) return;
    const size = HEAD + id.length + secret.length;
    if (this.used + size > MAX_HEAP) {
      this.dropped++;
      return;
    }
    if (this.used + size > this.heap.length) this.grow();
    if (this.count >= this.slots.length) this.rehash();
    const { heap, view, used } = this;
    heap[used] = SECRET_LABELS.indexOf(label);
    heap[used + 1] = id.length;
    view.setUint16(used + 2, secret.length);
    heap.set(id, used + HEAD);
    heap.set(secret, used + HEAD + id.length);
    this.used += size;
    this.enter(used);
    this.count++;
  }

  private enter(entry: number): void {
    const id = this.heap.subarray(entry + HEAD, entry + HEAD + this.heap[entry + 1]);
    const slot = hashOf(this.heap[entry], id) & (this.slots.length - 1);
    this.view.setInt32(entry + 4, this.slots[slot]);
    this.slots[slot] = entry + 1;
  }

  private grow(): void {
    const larger = new Uint8Array(Math.min(MAX_HEAP, this.heap.length * 2));
    larger.set(this.heap);
    this.heap = larger;
    this.view = new DataView(larger.buffer);
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 4);
    for (let at = 0; at < this.used; at += HEAD + this.heap[at + 1] + this.view.getUint16(at + 2)) this.enter(at);
  }
}

/** Several sources as one; the first that knows a secret tells it. */
export class KeyRing implements KeySource {
  constructor(private readonly sources: readonly KeySource[]) {}

  get count(): number {
    return this.sources.reduce((sum, { count }) => sum + count, 0);
  }

  find(label: SecretLabel, id: Uint8Array): Uint8Array | undefined {
    for (const source of this.sources) {
      const secret = source.find(label, id);
      if (secret !== undefined) return secret;
    }
    return undefined;
  }
}

function isLineLabel(label: string): label is SecretLabel {
  return label !== 'RSA Session-ID' && (SECRET_LABELS as readonly string[]).includes(label);
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function fromHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text)) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

function hashOf(label: number, id: Uint8Array): number {
  let hash = 0x811c9dc5 ^ label;
  for (const byte of id) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash ^ (hash >>> 15);
}
