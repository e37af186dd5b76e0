const SLASH = 0x2f;
const DOT = 0x2e;
/** Longer paths are of no file system, and would make every page of the catalog large. */
const LONGEST = 16_384;
/** What lies below so many directories is not kept either: no file system goes that deep. */
const DEEPEST = 1000;

/**
 * Makes paths as they come into paths as the catalog has them: bytes between slashes, none at either end, none that are
 * empty or ".". The result lies in {@link bytes} from {@link from} to {@link to}; the last name begins at {@link nameFrom}.
 */
export class PathCleaner {
  bytes: Uint8Array = new Uint8Array(0);
  from = 0;
  to = 0;
  nameFrom = 0;
  private readonly own = new Uint8Array(LONGEST);

  /** @returns false for a path that cannot be kept: it is too long or too deep, or a name has a slash or a NUL in it */
  clean(bytes: Uint8Array, from: number, to: number, separator: number): boolean {
    while (from < to && bytes[from] === separator) from++;
    while (to > from && bytes[to - 1] === separator) to--;
    if (to - from > LONGEST) return false;
    let isPlain = separator === SLASH;
    let nameFrom = from;
    let depth = 0;
    for (let at = from; at < to; at++) {
      const byte = bytes[at];
      if (byte === 0 || (byte === SLASH && separator !== SLASH)) return false;
      if (byte !== separator) continue;
      if (++depth > DEEPEST) return false;
      if (isOdd(bytes, nameFrom, at)) isPlain = false;
      nameFrom = at + 1;
    }
    if (isOdd(bytes, nameFrom, to)) isPlain = false;
    if (!isPlain) return this.rebuild(bytes, from, to, separator);
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    this.nameFrom = nameFrom;
    return true;
  }

  private rebuild(bytes: Uint8Array, from: number, to: number, separator: number): boolean {
    const { own } = this;
    let length = 0;
    this.nameFrom = 0;
    for (let at = from; at <= to; at++) {
      let end = at;
      while (end < to && bytes[end] !== separator) end++;
      if (!isOdd(bytes, at, end)) {
        if (length > 0) own[length++] = SLASH;
        this.nameFrom = length;
        while (at < end) own[length++] = bytes[at++];
      }
      at = end;
    }
    this.bytes = own;
    this.from = 0;
    this.to = length;
    return true;
  }
}

/** Whether a part of a path is nothing, or ".". */
function isOdd(bytes: Uint8Array, from: number, to: number): boolean {
  return to === from || (to - from === 1 && bytes[from] === DOT);
}
