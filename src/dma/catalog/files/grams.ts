/** Bits that tell which pieces of three letters occur in the names of a page; a power of two. */
const BITS = 16_384;
export const GRAM_BYTES = BITS / 8;

function fold(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}

function slotOf(a: number, b: number, c: number): number {
  const mixed = Math.imul((a << 16) | (b << 8) | c, 0x9e3779b1);
  return (mixed >>> 18) & (BITS - 1);
}

/** Notes the pieces of a name. Large and small letters of ASCII are the same. */
export function addGrams(grams: Uint8Array, bytes: Uint8Array, from: number, to: number): void {
  if (to - from < 3) return;
  let a = fold(bytes[from]);
  let b = fold(bytes[from + 1]);
  for (let at = from + 2; at < to; at++) {
    const c = fold(bytes[at]);
    const slot = slotOf(a, b, c);
    grams[slot >>> 3] |= 1 << (slot & 7);
    a = b;
    b = c;
  }
}

/**
 * The slots that a name has to have which one of these texts is part of, all of them. Letters beyond ASCII may be written in
 * several ways: pieces with such tell nothing.
 */
export function gramsOf(texts: readonly string[]): number[] {
  const slots = new Set<number>();
  for (const text of texts)
    for (let at = 0; at + 3 <= text.length; at++) {
      const [a, b, c] = [0, 1, 2].map((i) => text.charCodeAt(at + i));
      if (a < 0x80 && b < 0x80 && c < 0x80) slots.add(slotOf(fold(a), fold(b), fold(c)));
    }
  return [...slots];
}

/** Whether all these pieces may occur in a page. @param at where the page's bits begin */
export function mayHave(grams: Uint8Array, at: number, slots: readonly number[]): boolean {
  return slots.every((slot) => (grams[at + (slot >>> 3)] & (1 << (slot & 7))) !== 0);
}
