import { byteStringLength, writeByteString } from './byteString';

/** Writes XDR items (RFC 4506) into a buffer that grows as needed. */
export class XdrWriter {
  private bytes: Uint8Array;
  private view: DataView;
  private used = 0;

  constructor(capacity = 256) {
    this.bytes = new Uint8Array(Math.max(16, capacity));
    this.view = new DataView(this.bytes.buffer);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.used;
  }

  /** Writes one word; the low 32 bits of any integer, signed or unsigned. */
  u32(value: number): void {
    const at = this.reserve(4);
    this.view.setUint32(at, value);
  }

  /** Two words, high word first; the low 64 bits of the value. */
  u64(value: bigint): void {
    const at = this.reserve(8);
    this.view.setBigUint64(at, BigInt.asUintN(64, value));
  }

  /** Length word, bytes, zero padding. */
  opaque(value: Uint8Array): void {
    this.u32(value.length);
    this.fixedOpaque(value, value.length);
  }

  /** Exactly `size` bytes (cut or filled with zeros) and zero padding, no length word. */
  fixedOpaque(value: Uint8Array, size: number): void {
    const at = this.reserve(padded(size));
    this.bytes.set(value.length > size ? value.subarray(0, size) : value, at);
  }

  /** A string in the mapping of {@link writeByteString}. */
  string(value: string): void {
    const length = byteStringLength(value);
    this.u32(length);
    const at = this.reserve(padded(length));
    writeByteString(value, this.bytes, at);
  }

  /** Bytes as they are, without length or padding. */
  raw(value: Uint8Array): void {
    const at = this.reserve(value.length);
    this.bytes.set(value, at);
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.bytes.slice(0, this.used);
  }

  private reserve(length: number): number {
    const at = this.used;
    this.used += length;
    if (this.used > this.bytes.length) {
      const grown = new Uint8Array(Math.max(this.used, this.bytes.length * 2));
      grown.set(this.bytes);
      this.bytes = grown;
      this.view = new DataView(grown.buffer);
    }
    return at;
  }
}

function padded(length: number): number {
  return (length + 3) & ~3;
}
