import { clip, errorName, escapeText } from '../../protocol';

const MAX_SHOWN = 300;

/** A text from outside, safe to show and of bounded length. */
export function shown(text: string, length = MAX_SHOWN): string {
  return clip(escapeText(text.slice(0, 2 * length)), length);
}

/** A text from outside within a sentence. */
export function quoted(text: string): string {
  return text === '' ? 'no name' : shown(text, 80);
}

/** `PRECONDITION (26)`; undefined: no reply. */
export function errorText(error: number | undefined): string {
  if (error === undefined) return 'no reply';
  return error === 0 ? 'accepted' : `${errorName(error)}${error < 0x10000 ? ` (${error})` : ''}`;
}

/** `a, b and c`, with `or` or another word before the last. */
export function listed(parts: readonly string[], word = 'and'): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} ${word} ${parts[parts.length - 1]}`;
}

/** Bytes as hexadecimal pairs. */
export function hexPairs(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
