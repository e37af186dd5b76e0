import { decodeByteString } from '../../xdr';

const CHUNK_SHIFT = 20;
const CHUNK_BYTES = 1 << CHUNK_SHIFT;
/** The first chunk begins with so many bytes: most heaps stay small. */
const FIRST_BYTES = 4096;
/** Addresses are words of 32 bits. */
const MAX_CHUNKS = 1 << (32 - CHUNK_SHIFT);
/** A length byte of this value says that four bytes of length follow. */
const LONG = 255;
const LONG_HEAD = 5;

/** Where the bytes of a name lie. */
export interface NameBytes {
  bytes: Uint8Array;
  from: number;
  to: number;
}

/** Names as bytes, each behind its length. A name longer than a chunk has one of its own. */
export class NameHeap {
  private readonly chunks: Uint8Array[] = [];
  private used = CHUNK_BYTES;
  /** Bytes of all names, without their lengths. */
  nameBytes = 0;

  /** Keeps a copy of `bytes[from, to)`. @returns its address; -1 when there is no more room */
  add(bytes: Uint8Array, from: number, to: number): number {
    const length = to - from;
    const wanted = length + LONG_HEAD;
    if (this.used + wanted > CHUNK_BYTES) {
      if (this.chunks.length === MAX_CHUNKS) return -1;
      const size = this.chunks.length === 0 ? FIRST_BYTES : CHUNK_BYTES;
      this.chunks.push(new Uint8Array(Math.max(size, wanted)));
      this.used = 0;
    } else if (this.used + wanted > this.chunks[this.chunks.length - 1].length) {
      this.growFirst();
    }
    const chunk = this.chunks[this.chunks.length - 1];
    const address = (this.chunks.length - 1) * CHUNK_BYTES + this.used;
    let at = this.used;
    if (length < LONG) chunk[at++] = length;
    else {
      chunk[at++] = LONG;
      chunk[at++] = length >>> 24;
      chunk[at++] = length >>> 16;
      chunk[at++] = length >>> 8;
      chunk[at++] = length;
    }
    // copying byte by byte is faster than making a view, for the lengths that names have
    if (length < 64) for (let i = from; i < to; i++) chunk[at++] = bytes[i];
    else {
      chunk.set(bytes.subarray(from, to), at);
      at += length;
    }
    this.used = at;
    this.nameBytes += length;
    return address;
  }

  private growFirst(): void {
    const larger = new Uint8Array(CHUNK_BYTES);
    larger.set(this.chunks[0]);
    this.chunks[0] = larger;
  }

  /** Bytes of a name. */
  length(address: number): number {
    const chunk = this.chunks[address >>> CHUNK_SHIFT];
    const at = address & (CHUNK_BYTES - 1);
    const short = chunk[at];
    if (short !== LONG) return short;
    return ((chunk[at + 1] << 24) | (chunk[at + 2] << 16) | (chunk[at + 3] << 8) | chunk[at + 4]) >>> 0;
  }

  /** Where the bytes of a name lie; they must not be changed. */
  locate(address: number): NameBytes {
    const bytes = this.chunks[address >>> CHUNK_SHIFT];
    const at = address & (CHUNK_BYTES - 1);
    const from = at + (bytes[at] === LONG ? LONG_HEAD : 1);
    return { bytes, from, to: from + this.length(address) };
  }

  equals(address: number, bytes: Uint8Array, from: number, to: number): boolean {
    const chunk = this.chunks[address >>> CHUNK_SHIFT];
    const start = address & (CHUNK_BYTES - 1);
    const length = to - from;
    const isLong = chunk[start] === LONG;
    if (isLong ? this.length(address) !== length : chunk[start] !== length) return false;
    let at = start + (isLong ? LONG_HEAD : 1);
    for (let i = from; i < to; i++) if (bytes[i] !== chunk[at++]) return false;
    return true;
  }

  /** Order of two names by their bytes. */
  compare(a: number, b: number): number {
    const one = this.chunks[a >>> CHUNK_SHIFT];
    const other = this.chunks[b >>> CHUNK_SHIFT];
    let at = a & (CHUNK_BYTES - 1);
    let otherAt = b & (CHUNK_BYTES - 1);
    const length = this.length(a);
    const otherLength = this.length(b);
    at += length < LONG ? 1 : LONG_HEAD;
    otherAt += otherLength < LONG ? 1 : LONG_HEAD;
    for (let left = Math.min(length, otherLength); left > 0; left--) {
      const difference = one[at++] - other[otherAt++];
      if (difference !== 0) return difference;
    }
    return length - otherLength;
  }

  /** The name as text, bytes that are no UTF-8 as lone surrogates; at most `most` bytes of it. */
  text(address: number, most = Infinity): string {
    const { bytes, from, to } = this.locate(address);
    return decodeByteString(bytes, from, Math.min(to, from + most));
  }

  /** Bytes of memory taken. */
  get bytes(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  }
}
