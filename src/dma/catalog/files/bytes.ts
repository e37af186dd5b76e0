/** Bytes that are written one behind the other into memory that grows and is used again. */
export class ByteWriter {
  bytes = new Uint8Array(64 * 1024);
  length = 0;

  /** Makes room for so many bytes. */
  need(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  byte(value: number): void {
    this.need(1);
    this.bytes[this.length++] = value;
  }

  copy(from: Uint8Array, start: number, end: number): void {
    const count = end - start;
    this.need(count);
    // copying byte by byte is faster than making a view, for the lengths that names have
    if (count < 64) for (let i = start; i < end; i++) this.bytes[this.length++] = from[i];
    else {
      this.bytes.set(from.subarray(start, end), this.length);
      this.length += count;
    }
  }

  /** 32 bits in one to five bytes, the low seven bits first. */
  varint(value: number): void {
    this.need(5);
    while (value >= 0x80) {
      this.bytes[this.length++] = (value & 0x7f) | 0x80;
      value >>>= 7;
    }
    this.bytes[this.length++] = value;
  }

  /** 64 bits of two words: how many bytes, then those, the low one first. */
  wide(high: number, low: number): void {
    this.need(9);
    const at = this.length++;
    for (let rest = low; rest !== 0 || (high !== 0 && this.length - at <= 4); rest >>>= 8)
      this.bytes[this.length++] = rest;
    for (let rest = high; rest !== 0; rest >>>= 8) this.bytes[this.length++] = rest;
    this.bytes[at] = this.length - at - 1;
  }

  word(value: number): void {
    this.need(4);
    for (let shift = 0; shift < 32; shift += 8) this.bytes[this.length++] = value >>> shift;
  }

  /** What was written, as a copy; then it begins anew. */
  take(): Uint8Array {
    const taken = this.bytes.slice(0, this.length);
    this.length = 0;
    return taken;
  }
}

/** Reads what {@link ByteWriter} wrote. The bytes are our own: reading beyond them gives zeros. */
export class ByteReader {
  /** The words of the number that {@link wide} read last. */
  high = 0;
  low = 0;

  constructor(
    readonly bytes: Uint8Array,
    public at = 0,
  ) {}

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  byte(): number {
    return this.at < this.bytes.length ? this.bytes[this.at++] : 0;
  }

  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return value >>> 0;
  }

  wide(): void {
    const count = this.byte();
    let high = 0;
    let low = 0;
    for (let i = 0; i < count && i < 8; i++) {
      if (i < 4) low |= this.byte() << (8 * i);
      else high |= this.byte() << (8 * (i - 4));
    }
    this.high = high >>> 0;
    this.low = low >>> 0;
  }

  big(): bigint {
    this.wide();
    return (BigInt(this.high) << 32n) | BigInt(this.low);
  }

  word(): number {
    let value = 0;
    for (let shift = 0; shift < 32; shift += 8) value |= this.byte() << shift;
    return value >>> 0;
  }
}
