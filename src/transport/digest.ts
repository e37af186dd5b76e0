import { createHash, timingSafeEqual } from 'node:crypto';
import { encodeByteString } from '../xdr';

export const CHALLENGE_BYTES = 64;
const PASSWORD_BYTES = 32;
const MESSAGE_BYTES = 128;

/**
 * The digest of an MD5 login: password, zeros, challenge and the password again, 128 bytes together (NDMPv4 draft,
 * section 3.1.2.1). Passwords count as far as 32 bytes.
 * @param challenge 64 bytes
 */
export function loginDigest(password: string, challenge: Uint8Array): Uint8Array {
  const key = encodeByteString(password).subarray(0, PASSWORD_BYTES);
  return digestOf(key, key, challenge);
}

/**
 * The digest as servers make it that copy the second password as a C string: of 32 bytes they take 31 (protocol facts,
 * section 8).
 * @returns undefined for shorter passwords, of which there is one digest only
 */
export function cutLoginDigest(password: string, challenge: Uint8Array): Uint8Array | undefined {
  const key = encodeByteString(password).subarray(0, PASSWORD_BYTES);
  return key.length < PASSWORD_BYTES ? undefined : digestOf(key, cutKey(key), challenge);
}

/**
 * Whether a digest was made from the password and the challenge. An empty password is never right. Clients that copy the
 * second password as a C string cut one of 32 bytes to 31: theirs is taken too.
 */
export function isLoginDigest(digest: Uint8Array, password: string, challenge: Uint8Array): boolean {
  const key = encodeByteString(password).subarray(0, PASSWORD_BYTES);
  if (key.length === 0 || digest.length !== 16) return false;
  if (timingSafeEqual(digest, digestOf(key, key, challenge))) return true;
  if (key.length < PASSWORD_BYTES) return false;
  return timingSafeEqual(digest, digestOf(key, cutKey(key), challenge));
}

function cutKey(key: Uint8Array): Uint8Array {
  const cut = key.slice();
  cut[PASSWORD_BYTES - 1] = 0;
  return cut;
}

function digestOf(first: Uint8Array, second: Uint8Array, challenge: Uint8Array): Uint8Array {
  const message = new Uint8Array(MESSAGE_BYTES);
  message.set(first, 0);
  message.set(challenge.subarray(0, CHALLENGE_BYTES), CHALLENGE_BYTES - first.length);
  message.set(second, MESSAGE_BYTES - second.length);
  return createHash('md5').update(message).digest();
}
