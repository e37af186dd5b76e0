/** Bits that tell which pieces of three and four letters occur in the names of a page; a power of two. */
const BITS = 32_768;
export const GRAM_BYTES = BITS / 8;
const SHIFT = 17;

function fold(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}

/** The slot of a piece of four letters; of three when the first is 0. */
function slotOf(letters: number): number {
  return Math.imul(letters ^ (letters >>> 13), 0x9e3779b1) >>> SHIFT;
}

/** Notes the pieces of a name. Large and small letters of ASCII are the same. */
export function addGrams(grams: Uint8Array, bytes: Uint8Array, from: number, to: number): void {
  if (to - from < 3) return;
  let letters = (fold(bytes[from]) << 8) | fold(bytes[from + 1]);
  for (let at = from + 2; at < to; at++) {
    letters = (letters << 8) | fold(bytes[at]);
    const three = slotOf(letters & 0xffffff);
    grams[three >>> 3] |= 1 << (three & 7);
    if (at < from + 3) continue;
    const four = slotOf(letters);
    grams[four >>> 3] |= 1 << (four & 7);
  }
}

/**
 * The slots that a name has to have which one of these texts is part of, all of them. Letters beyond ASCII may be written in
 * several ways: pieces with such tell nothing.
 */
export function gramsOf(texts: readonly string[]): number[] {
  const slots = new Set<number>();
  for (const text of texts)
    for (let at = 0; at + 3 <= text.length; at++)
      for (const length of [3, 4]) {
        const codes = [...text.slice(at, at + length)].map((letter) => letter.charCodeAt(0));
        if (codes.length < length || codes.some((code) => code >= 0x80)) continue;
        slots.add(slotOf(codes.reduce((letters, code) => (letters << 8) | fold(code), 0)));
      }
  return [...slots];
}

/** Whether all these pieces may occur in a page. @param at where the page's bits begin */
export function mayHave(grams: Uint8Array, at: number, slots: readonly number[]): boolean {
  return slots.every((slot) => (grams[at + (slot >>> 3)] & (1 << (slot & 7))) !== 0);
}
