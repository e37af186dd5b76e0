/** The values of one column of a row group, as they are written; every column may be empty in any row. */
export interface ColumnBuffer {
  readonly rows: number;
  /** A one for each row that has a value. */
  readonly defined: Uint8Array;
  /** Bytes that are kept. */
  readonly size: number;
  values(): ColumnValues;
  clear(): void;
}

export interface ColumnValues {
  /** Values one behind the other in Parquet's plain form: all of them, or each different one where there are indexes. */
  plain: Uint8Array;
  /** Number of values in `plain`. */
  count: number;
  /** For each value its place in `plain`. */
  indexes?: Uint32Array;
  least?: Bound;
  most?: Bound;
}

export type Bound = string | number | bigint;

const FIRST_CAPACITY = 1024;
/** A column with more different numbers than these is written number by number. */
const MAX_NUMBERS = 1024;
const HASH_SIZE = 4 * MAX_NUMBERS;
const WORD = 0x100000000;

/** Which rows have a value. */
abstract class Rows {
  rows = 0;
  protected count = 0;
  private marks = new Uint8Array(FIRST_CAPACITY);

  get defined(): Uint8Array {
    return this.marks.subarray(0, this.rows);
  }

  /** A row without a value. */
  skip(): void {
    this.mark(0);
  }

  clear(): void {
    this.rows = this.count = 0;
  }

  protected mark(isDefined: 0 | 1): void {
    if (this.rows === this.marks.length) this.marks = grown(this.marks, new Uint8Array(2 * this.rows));
    this.marks[this.rows++] = isDefined;
  }
}

/** How numbers stand in plain form: 32 or 64 bits, the low byte first, or nine bytes, the high one first. */
export type NumberWidth = 4 | 8 | 9;

/** Numbers without a sign, as two words. */
export class NumberColumn extends Rows implements ColumnBuffer {
  private high = new Uint32Array(FIRST_CAPACITY);
  private low = new Uint32Array(FIRST_CAPACITY);

  constructor(private readonly width: NumberWidth) {
    super();
  }

  get size(): number {
    return this.count * this.width;
  }

  put(high: number, low: number): void {
    if (this.count === this.low.length) {
      this.high = grown(this.high, new Uint32Array(2 * this.count));
      this.low = grown(this.low, new Uint32Array(2 * this.count));
    }
    this.high[this.count] = high;
    this.low[this.count++] = low;
    this.mark(1);
  }

  /** A whole number up to 2^53. */
  putNumber(value: number): void {
    this.put(Math.floor(value / WORD), value >>> 0);
  }

  values(): ColumnValues {
    const { high, low, count } = this;
    if (count === 0) return { plain: new Uint8Array(0), count: 0 };
    let least = 0;
    let most = 0;
    for (let i = 1; i < count; i++) {
      if (high[i] < high[least] || (high[i] === high[least] && low[i] < low[least])) least = i;
      else if (high[i] > high[most] || (high[i] === high[most] && low[i] > low[most])) most = i;
    }
    const bounds = { least: this.bound(least), most: this.bound(most) };
    const indexes = new Uint32Array(count);
    const different = this.findDifferent(indexes);
    if (different === undefined) return { plain: this.plain(high, low, count), count, ...bounds };
    const highs = different.map((at) => high[at]);
    const lows = different.map((at) => low[at]);
    return { plain: this.plain(highs, lows, different.length), count: different.length, indexes, ...bounds };
  }

  private bound(at: number): Bound {
    if (this.width === 4) return this.low[at];
    return (BigInt(this.high[at]) << 32n) | BigInt(this.low[at]);
  }

  /** @returns where each different number stands first; undefined when there are many */
  private findDifferent(indexes: Uint32Array): Uint32Array | undefined {
    const { high, low, count } = this;
    const table = new Int32Array(HASH_SIZE).fill(-1);
    const firsts = new Uint32Array(MAX_NUMBERS);
    const most = Math.min(MAX_NUMBERS, count >>> 1);
    let used = 0;
    for (let i = 0; i < count; i++) {
      let slot = (Math.imul(low[i] ^ Math.imul(high[i], 0x85ebca6b), 0x9e3779b1) >>> 16) % HASH_SIZE;
      for (; ; slot = (slot + 1) % HASH_SIZE) {
        const number = table[slot];
        if (number < 0) {
          if (used === most) return undefined;
          table[slot] = used;
          firsts[used] = i;
          indexes[i] = used++;
          break;
        }
        const first = firsts[number];
        if (low[first] === low[i] && high[first] === high[i]) {
          indexes[i] = number;
          break;
        }
      }
    }
    return firsts.slice(0, used);
  }

  private plain(high: Uint32Array, low: Uint32Array, count: number): Uint8Array {
    const { width } = this;
    const bytes = new Uint8Array(count * width);
    const view = new DataView(bytes.buffer);
    for (let i = 0, at = 0; i < count; i++, at += width) {
      if (width === 9) {
        view.setUint32(at + 1, high[i]);
        view.setUint32(at + 5, low[i]);
        continue;
      }
      view.setUint32(at, low[i], true);
      if (width === 8) view.setUint32(at + 4, high[i], true);
    }
    return bytes;
  }
}

/** A few words, again and again. */
export class WordColumn extends Rows implements ColumnBuffer {
  private readonly places = new Map<string, number>();
  private indexes = new Uint32Array(FIRST_CAPACITY);
  private last: string | undefined;
  private lastPlace = 0;

  get size(): number {
    return 4 * this.count;
  }

  put(word: string): void {
    if (word !== this.last) {
      this.last = word;
      this.lastPlace = this.places.get(word) ?? this.places.size;
      this.places.set(word, this.lastPlace);
    }
    if (this.count === this.indexes.length)
      this.indexes = grown(this.indexes, new Uint32Array(2 * this.indexes.length));
    this.indexes[this.count++] = this.lastPlace;
    this.mark(1);
  }

  override clear(): void {
    super.clear();
    this.places.clear();
    this.last = undefined;
  }

  values(): ColumnValues {
    const text = new TextColumn();
    for (const word of this.places.keys()) text.putText(word);
    return { ...text.values(), indexes: this.indexes.subarray(0, this.count) };
  }
}

const LENGTH_BYTES = 4;
const utf8 = new TextEncoder();

/** Texts, each behind its length. */
export class TextColumn extends Rows implements ColumnBuffer {
  private bytes = new Uint8Array(16 * FIRST_CAPACITY);
  private view = new DataView(this.bytes.buffer);
  private used = 0;

  get size(): number {
    return this.used;
  }

  /** Text that is valid UTF-8 already. */
  put(bytes: Uint8Array, from: number, to: number): void {
    const end = this.used + LENGTH_BYTES + to - from;
    if (end > this.bytes.length) {
      this.bytes = grown(this.bytes, new Uint8Array(Math.max(2 * this.bytes.length, end)));
      this.view = new DataView(this.bytes.buffer);
    }
    this.view.setUint32(this.used, to - from, true);
    let at = this.used + LENGTH_BYTES;
    for (let i = from; i < to; i++) this.bytes[at++] = bytes[i];
    this.used = end;
    this.count++;
    this.mark(1);
  }

  putText(text: string): void {
    const bytes = utf8.encode(text);
    this.put(bytes, 0, bytes.length);
  }

  override clear(): void {
    super.clear();
    this.used = 0;
  }

  values(): ColumnValues {
    const { bytes, view, used, count } = this;
    const plain = bytes.subarray(0, used);
    if (count === 0) return { plain, count };
    let least = 0;
    let most = 0;
    for (let at = 0; at < used; at += LENGTH_BYTES + view.getUint32(at, true)) {
      if (this.compare(at, least) < 0) least = at;
      else if (this.compare(at, most) > 0) most = at;
    }
    return { plain, count, least: this.textAt(least), most: this.textAt(most) };
  }

  /** As bytes without a sign, which is the order of Parquet. */
  private compare(left: number, right: number): number {
    const { bytes, view } = this;
    const leftLength = view.getUint32(left, true);
    const rightLength = view.getUint32(right, true);
    const length = Math.min(leftLength, rightLength);
    for (let i = LENGTH_BYTES; i < LENGTH_BYTES + length; i++) {
      const difference = bytes[left + i] - bytes[right + i];
      if (difference !== 0) return difference;
    }
    return leftLength - rightLength;
  }

  private textAt(at: number): string {
    const from = at + LENGTH_BYTES;
    return new TextDecoder().decode(this.bytes.subarray(from, from + this.view.getUint32(at, true)));
  }
}

function grown<A extends Uint8Array | Uint32Array>(before: A, after: A): A {
  after.set(before);
  return after;
}
