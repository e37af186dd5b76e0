/**
 * Strings on the wire are bytes: mostly UTF-8, but old servers send Latin-1, EUC or Shift-JIS. They become JavaScript
 * strings without loss: valid UTF-8 is decoded, every byte that is not part of valid UTF-8 becomes the lone surrogate
 * U+DC00 + byte (as Python's "surrogateescape" does). {@link encodeByteString} is the exact inverse.
 */

const ESCAPE_BASE = 0xdc00;
const CHUNK = 2048;

/** Decodes `bytes[from, to)`; never fails, whatever the bytes are. */
export function decodeByteString(bytes: Uint8Array, from = 0, to = bytes.length): string {
  for (let i = from; i < to; i++) {
    if (bytes[i] >= 0x80) return decodeMixed(bytes, from, to);
  }
  return asciiString(bytes, from, to);
}

/** The bytes of a string made by {@link decodeByteString}; any other lone surrogate becomes U+FFFD. */
export function encodeByteString(text: string): Uint8Array {
  const out = new Uint8Array(byteStringLength(text));
  writeByteString(text, out, 0);
  return out;
}

/** How many bytes {@link encodeByteString} makes of `text`. */
export function byteStringLength(text: string): number {
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) length += 1;
    else if (unit < 0x800) length += 2;
    else if (isPair(unit, text, i)) {
      length += 4;
      i++;
    } else length += isEscape(unit) ? 1 : 3;
  }
  return length;
}

/** Writes the bytes of `text` to `out` from `at`; returns the position after them. */
export function writeByteString(text: string, out: Uint8Array, at: number): number {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) {
      out[at++] = unit;
    } else if (unit < 0x800) {
      out[at++] = 0xc0 | (unit >> 6);
      out[at++] = 0x80 | (unit & 0x3f);
    } else if (isPair(unit, text, i)) {
      const point = 0x10000 + ((unit - 0xd800) << 10) + (text.charCodeAt(++i) - 0xdc00);
      out[at++] = 0xf0 | (point >> 18);
      out[at++] = 0x80 | ((point >> 12) & 0x3f);
      out[at++] = 0x80 | ((point >> 6) & 0x3f);
      out[at++] = 0x80 | (point & 0x3f);
    } else if (isEscape(unit)) {
      out[at++] = unit - ESCAPE_BASE;
    } else {
      const point = unit >= 0xd800 && unit <= 0xdfff ? 0xfffd : unit;
      out[at++] = 0xe0 | (point >> 12);
      out[at++] = 0x80 | ((point >> 6) & 0x3f);
      out[at++] = 0x80 | (point & 0x3f);
    }
  }
  return at;
}

function isPair(unit: number, text: string, index: number): boolean {
  if (unit < 0xd800 || unit > 0xdbff) return false;
  const next = text.charCodeAt(index + 1);
  return next >= 0xdc00 && next <= 0xdfff;
}

function isEscape(unit: number): boolean {
  return unit >= ESCAPE_BASE + 0x80 && unit <= ESCAPE_BASE + 0xff;
}

function asciiString(bytes: Uint8Array, from: number, to: number): string {
  if (to - from <= CHUNK) return fromCodes(bytes.subarray(from, to));
  let text = '';
  for (let at = from; at < to; at += CHUNK) text += fromCodes(bytes.subarray(at, Math.min(to, at + CHUNK)));
  return text;
}

function fromCodes(codes: Uint8Array | Uint16Array): string {
  return String.fromCharCode.apply(null, codes as unknown as number[]);
}

function decodeMixed(bytes: Uint8Array, from: number, to: number): string {
  const units = new Uint16Array(CHUNK);
  let text = '';
  let used = 0;
  let at = from;
  while (at < to) {
    if (used > CHUNK - 2) {
      text += fromCodes(units.subarray(0, used));
      used = 0;
    }
    const length = sequenceLength(bytes, at, to);
    const lead = bytes[at];
    if (length === 0) {
      units[used++] = ESCAPE_BASE + lead;
      at += 1;
      continue;
    }
    if (length === 1) units[used++] = lead;
    else if (length === 2) units[used++] = ((lead & 0x1f) << 6) | (bytes[at + 1] & 0x3f);
    else if (length === 3)
      units[used++] = ((lead & 0x0f) << 12) | ((bytes[at + 1] & 0x3f) << 6) | (bytes[at + 2] & 0x3f);
    else {
      const point =
        ((lead & 0x07) << 18) | ((bytes[at + 1] & 0x3f) << 12) | ((bytes[at + 2] & 0x3f) << 6) | (bytes[at + 3] & 0x3f);
      units[used++] = 0xd800 + ((point - 0x10000) >> 10);
      units[used++] = 0xdc00 + ((point - 0x10000) & 0x3ff);
    }
    at += length;
  }
  return text + fromCodes(units.subarray(0, used));
}

/** Bytes of the well-formed UTF-8 sequence at `at` (Unicode table 3-7), 0 when there is none. */
function sequenceLength(bytes: Uint8Array, at: number, to: number): number {
  const lead = bytes[at];
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (at + length > to) return 0;
  const second = bytes[at + 1];
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i = 2; i < length; i++) {
    if ((bytes[at + i] & 0xc0) !== 0x80) return 0;
  }
  return length;
}
