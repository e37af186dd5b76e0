import type { FileEntry } from '../catalog/model';

const FIRST_ROOM = 4096;

/**
 * The paths that a set has by the catalog, eight bytes each: ten million of them fit in memory. Two paths with the
 * same 53 bits of hash would count as one, which befalls one list of ten million in two hundred.
 */
export class FileList {
  private readonly seen: Uint8Array;

  private constructor(private readonly hashes: Float64Array) {
    this.seen = new Uint8Array((hashes.length + 7) >> 3);
  }

  static async of(batches: AsyncIterable<readonly FileEntry[]>): Promise<FileList> {
    let hashes = new Float64Array(FIRST_ROOM);
    let count = 0;
    for await (const batch of batches)
      for (const { path } of batch) {
        if (count === hashes.length) {
          const larger = new Float64Array(2 * count);
          larger.set(hashes);
          hashes = larger;
        }
        hashes[count++] = hashOf(path);
      }
    return new FileList(hashes.slice(0, count).sort());
  }

  get size(): number {
    return this.hashes.length;
  }

  /** Marks a path as found. @returns whether the list has it */
  mark(path: string): boolean {
    const at = this.find(path);
    if (at === undefined) return false;
    this.seen[at >> 3] |= 1 << (at & 7);
    return true;
  }

  isMarked(path: string): boolean {
    const at = this.find(path);
    return at !== undefined && (this.seen[at >> 3] & (1 << (at & 7))) !== 0;
  }

  private find(path: string): number | undefined {
    const { hashes } = this;
    const hash = hashOf(path);
    let low = 0;
    let high = hashes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (hashes[middle] < hash) low = middle + 1;
      else high = middle;
    }
    return hashes[low] === hash ? low : undefined;
  }
}

/** 53 bits of two multiplicative hashes, as a whole number that a double holds. */
function hashOf(path: string): number {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let i = 0; i < path.length; i++) {
    const code = path.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x5bd1e995);
    b ^= b >>> 15;
  }
  return (a >>> 0) * 2 ** 21 + (b >>> 11);
}
