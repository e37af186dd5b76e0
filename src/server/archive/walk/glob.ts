import type { RawName } from './rawName';

/**
 * Whether a name matches a shell pattern: `*` any run of bytes, `?` one byte, `[a-z]` and `[!a-z]` one of a set, `\x` the byte x
 * itself. Takes time in proportion to the product of both lengths at most, whatever the pattern.
 */
export function matchesGlob(pattern: RawName, name: RawName): boolean {
  let at = 0;
  let star = -1;
  let starAt = 0;
  let i = 0;
  while (i < name.length) {
    if (at < pattern.length && pattern[at] === '*') {
      star = at++;
      starAt = i;
      continue;
    }
    const next = at < pattern.length ? matchOne(pattern, at, name[i]) : 0;
    if (next > 0) {
      at = next;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++starAt;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}

/** Position after the one-byte element of the pattern at `at` when it matches `byte`, else 0. */
function matchOne(pattern: RawName, at: number, byte: string): number {
  const element = pattern[at];
  if (element === '?') return at + 1;
  if (element === '\\' && at + 1 < pattern.length) return pattern[at + 1] === byte ? at + 2 : 0;
  if (element === '[') {
    const end = setEnd(pattern, at);
    if (end > 0) return inSet(pattern, at + 1, end, byte) ? end + 1 : 0;
  }
  return element === byte ? at + 1 : 0;
}

/** Position of the bracket that ends the set at `at`; 0 when none does, and the bracket means itself. */
function setEnd(pattern: RawName, at: number): number {
  const first = pattern[at + 1] === '!' || pattern[at + 1] === '^' ? at + 2 : at + 1;
  const end = pattern.indexOf(']', first + 1);
  return Math.max(0, end);
}

function inSet(pattern: RawName, from: number, to: number, byte: string): boolean {
  const negated = pattern[from] === '!' || pattern[from] === '^';
  for (let i = negated ? from + 1 : from; i < to; i++) {
    const last = pattern[i + 1] === '-' && i + 2 < to ? pattern[i + 2] : pattern[i];
    if (pattern[i] <= byte && byte <= last) return !negated;
    if (last !== pattern[i]) i += 2;
  }
  return negated;
}
