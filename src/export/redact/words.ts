/** Judges words of bodies that are not understood in full: a number may be text there that was read in the wrong place. */

const ALL_ONES = 0xffffffff;

/** Whether four bytes could be part of a text: two of them at least are printable or belong to a longer character. */
export function couldBeText(word: number): boolean {
  if (word === ALL_ONES) return false;
  let printable = 0;
  for (let shift = 0; shift < 32; shift += 8) {
    const byte = (word >>> shift) & 0xff;
    if ((byte >= 0x20 && byte <= 0x7e) || byte >= 0x80) printable++;
  }
  return printable >= 2;
}

/** Whether all four bytes are printable ASCII. */
export function isPrintable(word: number): boolean {
  for (let shift = 0; shift < 32; shift += 8) {
    const byte = (word >>> shift) & 0xff;
    if (byte < 0x20 || byte > 0x7e) return false;
  }
  return true;
}
