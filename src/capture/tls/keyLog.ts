import { KeyLogLine, SECRET_LABELS } from './keyLogLine';
import type { SecretLabel } from './keyLogLine';

export type { SecretLabel } from './keyLogLine';

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
  private readonly line = new KeyLogLine();
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
      } else if (this.rest.length > 0) {
        this.readLine(joined(this.rest, bytes.subarray(at, end)), 0, length);
        this.rest = new Uint8Array(0);
      } else this.readLine(bytes, at, end);
      at = end + 1;
    }
  }

  /** The log is complete: its last line may lack its end. */
  finish(): void {
    if (!this.skipping) this.readLine(this.rest, 0, this.rest.length);
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

  private readLine(bytes: Uint8Array, start: number, end: number): void {
    const { line } = this;
    if (!line.read(bytes, start, end)) return;
    const { label, id, secret } = line;
    const size = HEAD + id.length + secret.length;
    if (this.used + size > MAX_HEAP) {
      this.dropped++;
      return;
    }
    if (this.used + size > this.heap.length) this.grow();
    if (this.count >= this.slots.length) this.rehash();
    const { heap, view, used } = this;
    heap[used] = label;
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

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function hashOf(label: number, id: Uint8Array): number {
  let hash = 0x811c9dc5 ^ label;
  for (const byte of id) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash ^ (hash >>> 15);
}
