import { KeyedDigests } from '../digest';

/** What a piece of text was: the first of its uses decides. */
export type TextKind = 'path' | 'host' | 'user' | 'password' | 'product' | 'variable' | 'value' | 'type';

/** A replacement, for the report. */
export interface Replacement {
  kind: TextKind | 'address' | 'digest';
  pseudonym: string;
  /** How often it stands in the capture. */
  count: number;
}

/** Letters that make no words: no part of a pseudonym is a name that somebody chose. */
const LETTERS = 'jkqvwxzJKQVWXZ';
/** Of one or two bytes there are not enough, so that these use more characters. */
const SHORT_LETTERS = 'bcdfghjklmnpqrstvwxzBCDFGHJKLMNPQRSTVWXZ23456789';
const SHORT = 2;
/** Up to this length two texts could by chance get the same pseudonym. */
const CHECKED = 10;
/** Texts that are remembered; pseudonyms of more are made anew each time. */
const MAX_KNOWN = 1_000_000;
/** Longer texts are not remembered. */
const MAX_KNOWN_LENGTH = 512;
const MAX_TRIES = 200;

/**
 * Replaces texts by others of the same length, the same by the same wherever it stands. Whoever has not the key can
 * neither undo it nor try names.
 */
export class Pseudonyms {
  /** The originals (a byte a character) and what stands for them now. */
  readonly texts = new Map<string, Replacement>();
  readonly addresses = new Map<string, Replacement>();
  /** Texts that share a pseudonym with another one, since there are no more of their length. */
  shared = 0;
  /** Uses of texts that are not remembered, and so are in no list. */
  unlisted = 0;
  private readonly taken = new Set<string>();

  private readonly digests: KeyedDigests;

  constructor(key: Uint8Array) {
    this.digests = new KeyedDigests(key);
  }

  /** Writes the pseudonym of `bytes[from, to)` to the same place of `out`. */
  text(kind: TextKind, bytes: Uint8Array, from: number, to: number, out: Uint8Array): void {
    if (to <= from) return;
    const isKept = to - from <= MAX_KNOWN_LENGTH;
    const original = isKept ? latin1(bytes, from, to) : '';
    const known = isKept ? this.texts.get(original) : undefined;
    if (known !== undefined) {
      known.count++;
      writeLatin1(known.pseudonym, out, from);
      return;
    }
    const pseudonym = this.make(bytes.subarray(from, to), original);
    if (isKept && this.texts.size < MAX_KNOWN) this.texts.set(original, { kind, pseudonym, count: 1 });
    else this.unlisted++;
    writeLatin1(pseudonym, out, from);
  }

  /** Bytes that nobody can guess in place of a digest or a challenge; the same for the same. */
  digest(bytes: Uint8Array, from: number, to: number, out: Uint8Array): void {
    const made = this.digests.of('digest', bytes.subarray(from, to));
    for (let at = from; at < to; at++) out[at] = made[(at - from) % made.length] ^ ((at - from) >> 5);
  }

  /** Another address of the same family; addresses that mean the same everywhere (loopback, any, broadcast) stay. */
  address(bytes: Uint8Array): Uint8Array {
    if (isPublicAddress(bytes)) return bytes;
    if (bytes.length === 16 && isMapped(bytes)) {
      const inner = this.address(bytes.subarray(12));
      return Uint8Array.of(...bytes.subarray(0, 12), ...inner);
    }
    const original = latin1(bytes, 0, bytes.length);
    const known = this.addresses.get(original);
    if (known !== undefined) {
      known.count++;
      return fromLatin1(known.pseudonym);
    }
    const made = this.makeAddress(bytes);
    if (this.addresses.size < MAX_KNOWN) {
      const pseudonym = latin1(made, 0, made.length);
      this.addresses.set(original, { kind: 'address', pseudonym, count: 1 });
      this.taken.add(`a${pseudonym}`);
    }
    return made;
  }

  private make(bytes: Uint8Array, original: string): string {
    const { length } = bytes;
    const isChecked = length <= CHECKED && this.taken.size < MAX_KNOWN;
    let pseudonym = '';
    for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
      pseudonym = this.letters(bytes, attempt);
      if (pseudonym === original) continue;
      if (!isChecked) return pseudonym;
      if (this.taken.has(pseudonym)) continue;
      this.taken.add(pseudonym);
      return pseudonym;
    }
    this.shared++;
    return pseudonym;
  }

  private letters(bytes: Uint8Array, attempt: number): string {
    const alphabet = bytes.length <= SHORT ? SHORT_LETTERS : LETTERS;
    const digest = this.digests.of(`text ${attempt}`, bytes);
    const most = Math.min(bytes.length, digest.length);
    let made = '';
    for (let i = 0; i < most; i++) made += alphabet[digest[i] % alphabet.length];
    return made.repeat(Math.ceil(bytes.length / most)).slice(0, bytes.length);
  }

  private makeAddress(bytes: Uint8Array): Uint8Array {
    let made = bytes;
    for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
      const digest = this.digests.of(`address ${attempt}`, bytes);
      made =
        bytes.length === 4
          ? Uint8Array.of(198, 18 + (digest[0] & 1), digest[1], digest[2]) // for tests of equipment, RFC 2544
          : Uint8Array.of(0x20, 0x01, 0x0d, 0xb8, ...digest.subarray(0, 12)); // for documentation, RFC 3849
      if (!this.taken.has(`a${latin1(made, 0, made.length)}`)) return made;
    }
    this.shared++;
    return made;
  }
}

function isPublicAddress(bytes: Uint8Array): boolean {
  if (bytes.length === 4)
    return bytes[0] === 127 || bytes.every((byte) => byte === 0) || bytes.every((byte) => byte === 0xff);
  return bytes.subarray(0, 15).every((byte) => byte === 0) && bytes[15] <= 1;
}

function isMapped(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
}

export function latin1(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; at += MAX_KNOWN_LENGTH) {
    const piece = bytes.subarray(at, Math.min(to, at + MAX_KNOWN_LENGTH));
    text += String.fromCharCode.apply(null, piece as unknown as number[]);
  }
  return text;
}

export function fromLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  writeLatin1(text, bytes, 0);
  return bytes;
}

function writeLatin1(text: string, out: Uint8Array, at: number): void {
  for (let i = 0; i < text.length; i++) out[at + i] = text.charCodeAt(i);
}
