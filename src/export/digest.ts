import { hmac } from '@noble/hashes/hmac';
import { sha256 } from '@noble/hashes/sha2';

const utf8 = new TextEncoder();

/** SHA-256 of bytes for one purpose: the same bytes give other results for other purposes. */
export function digestOf(purpose: string, bytes: Uint8Array): Uint8Array {
  return hmac(sha256, utf8.encode(purpose), bytes);
}

/** HMAC-SHA-256: nobody without the key can tell what it was made of, or try. */
export function keyedDigest(key: Uint8Array, purpose: string, bytes: Uint8Array): Uint8Array {
  return hmac
    .create(sha256, key)
    .update(utf8.encode(`${purpose}\0`))
    .update(bytes)
    .digest();
}
