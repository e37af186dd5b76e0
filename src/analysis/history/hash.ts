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

/** Spreads every bit over all others (the last steps of MurmurHash 3). */
function mix(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const FIRST_SLOTS = 1024;

/**
 * A set of numbers that are found by what they stand for: slots with open addressing, four bytes each. The owner hashes and
 * compares; `hashOf` tells the hash of a number that is in the set, for when it grows.
 */
export class SlotSet {
  private slots = new Uint32Array(FIRST_SLOTS);
  private used = 0;

  constructor(private readonly hashOf: (value: number) => number) {}

  /** Slot at which a search for this hash begins. */
  first(hash: number): number {
    return hash & (this.slots.length - 1);
  }

  next(slot: number): number {
    return (slot + 1) & (this.slots.length - 1);
  }

  /** The number in a slot, -1 when it is free: then what is searched for is not in the set. */
  at(slot: number): number {
    return this.slots[slot] - 1;
  }

  /** Puts a number into the free slot at which a search ended. */
  put(slot: number, value: number): void {
    this.slots[slot] = value + 1;
    if (++this.used > this.slots.length * 0.7) this.grow();
  }

  private grow(): void {
    const before = this.slots;
    this.slots = new Uint32Array(before.length * 2);
    for (const value of before) {
      if (value === 0) continue;
      let slot = this.first(this.hashOf(value - 1));
      while (this.slots[slot] !== 0) slot = this.next(slot);
      this.slots[slot] = value;
    }
  }

  /** Bytes of memory taken. */
  get bytes(): number {
    return this.slots.length * 4;
  }
}
