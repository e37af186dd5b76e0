/** Control characters, invisible formatting (bidirectional overrides and the like), line separators, lone surrogates. */
const unsafe = /[\u0000-\u001f\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const undecodedByte = /[\udc80-\udcff]/gu;

/**
 * Makes a decoded string safe to show and everything in it visible: control characters and bytes that were not UTF-8
 * (lone surrogates U+DC80 to U+DCFF) as \xNN, other invisible characters as \u{…}.
 */
export function escapeText(text: string): string {
  return text.replace(unsafe, (character) => {
    const point = character.codePointAt(0) as number;
    if (point < 0x80) return hexByte(point);
    return point >= 0xdc80 && point <= 0xdcff ? hexByte(point - 0xdc00) : `\\u{${point.toString(16)}}`;
  });
}

/** Text for JSON: only bytes that were not UTF-8 become \xNN, as JSON has an escape for everything else. */
export function jsonText(text: string): string {
  return text.replace(undecodedByte, (character) => hexByte(character.charCodeAt(0) - 0xdc00));
}

/** At most `length` UTF-16 units, the last one an ellipsis when something was cut. */
export function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** Lower-case hexadecimal, two digits a byte. */
export function hexText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** 192.0.2.10 from its word. */
export function ipv4Text(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 0xff}.${(word >>> 8) & 0xff}.${word & 0xff}`;
}

/** The canonical text of an IPv6 address (RFC 5952); hexadecimal when there are not 16 bytes. */
export function ipv6Text(bytes: Uint8Array): string {
  if (bytes.length !== 16) return hexText(bytes);
  const groups = Array.from({ length: 8 }, (_, i) => (bytes[2 * i] << 8) | bytes[2 * i + 1]);
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff)
    return `::ffff:${ipv4Text(((groups[6] << 16) | groups[7]) >>> 0)}`;
  let start = -1;
  let length = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > length) [start, length] = [i, end - i];
  }
  const words = groups.map((group) => group.toString(16));
  return start < 0 ? words.join(':') : `${words.slice(0, start).join(':')}::${words.slice(start + length).join(':')}`;
}

function hexByte(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}
