/** Names come from outside: with a start of its own in each run nobody can prepare names that all hash alike. */
const SEED = Math.floor(Math.random() * 0x100000000);

/** A hash of 32 bits over bytes (FNV-1a, then mixed). */
export function hashBytes(bytes: Uint8Array, from: number, to: number, start: number): number {
  let hash = (start ^ SEED) | 0;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  return mix(hash);
}

/** A hash of 32 bits over two words. */
export function hashPair(high: number, low: number): number {
  return mix(Math.imul(high ^ SEED, 0x85ebca6b) ^ low);
}

/** Node numbers that follow each other hash to slots that follow each other in runs of so many: one reach into memory. */
const RUN_BITS = 5;

/** A hash of 32 bits over a node number of two words. */
export function hashNode(high: number, low: number): number {
  return (hashPair(high, low >>> RUN_BITS) + (low & ((1 << RUN_BITS) - 1))) >>> 0;
}

/** Spreads every bit over all others (the last steps of MurmurHash 3). */
function mix(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const FIRST_SLOTS = 256;

/**
 * A set of numbers that are found by what they stand for: slots with open addressing, eight bytes each. The owner hashes and
 * compares; the hash is kept beside the number, so that little else has to be looked at, also when the set grows.
 */
export class SlotSet {
  /** Hash and number plus 1, one behind the other. */
  private slots = new Uint32Array(2 * FIRST_SLOTS);
  private mask = FIRST_SLOTS - 1;
  private used = 0;
  private slot = 0;
  private hash = 0;

  /** Begins a search. @returns the first number with this hash, -1 when there is none */
  find(hash: number): number {
    this.hash = hash;
    this.slot = hash & this.mask;
    return this.search();
  }

  /** Goes on with a search. @returns the next number with the same hash, -1 when there is none */
  next(): number {
    this.slot = (this.slot + 1) & this.mask;
    return this.search();
  }

  /** Adds a number where the last search ended without success. */
  put(value: number): void {
    this.slots[2 * this.slot] = this.hash;
    this.slots[2 * this.slot + 1] = value + 1;
    if (++this.used > this.mask * 0.7) this.grow();
  }

  private search(): number {
    const { slots, mask, hash } = this;
    let slot = this.slot;
    while (slots[2 * slot + 1] !== 0) {
      if (slots[2 * slot] === hash) {
        this.slot = slot;
        return slots[2 * slot + 1] - 1;
      }
      slot = (slot + 1) & mask;
    }
    this.slot = slot;
    return -1;
  }

  private grow(): void {
    const before = this.slots;
    const slots = new Uint32Array(before.length * 2);
    const mask = slots.length / 2 - 1;
    for (let at = 0; at < before.length; at += 2) {
      if (before[at + 1] === 0) continue;
      let slot = before[at] & mask;
      while (slots[2 * slot + 1] !== 0) slot = (slot + 1) & mask;
      slots[2 * slot] = before[at];
      slots[2 * slot + 1] = before[at + 1];
    }
    this.slots = slots;
    this.mask = mask;
  }

  /** Bytes of memory taken. */
  get bytes(): number {
    return this.slots.length * 4;
  }
}
