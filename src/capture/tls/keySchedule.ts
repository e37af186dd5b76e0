import type { HashName, TlsCrypto } from './crypto';

const utf8 = new TextEncoder();

export function joinBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** P_hash (RFC 5246, section 5). */
function expand(crypto: TlsCrypto, hash: HashName, secret: Uint8Array, seed: Uint8Array, length: number): Uint8Array {
  const output = new Uint8Array(length);
  let link = seed;
  for (let at = 0; at < length;) {
    link = crypto.hmac(hash, secret, link);
    const part = crypto.hmac(hash, secret, joinBytes(link, seed)).subarray(0, length - at);
    output.set(part, at);
    at += part.length;
  }
  return output;
}

/**
 * The pseudorandom function of TLS 1.2 by the suite's hash (RFC 5246, section 5); `tls10`: that of TLS 1.0 and 1.1, MD5 and
 * SHA-1 over a half of the secret each (RFC 2246, section 5).
 */
export function prf(
  crypto: TlsCrypto,
  hash: HashName | 'tls10',
  secret: Uint8Array,
  label: string,
  seed: Uint8Array,
  length: number,
): Uint8Array {
  const labelled = joinBytes(utf8.encode(label), seed);
  if (hash !== 'tls10') return expand(crypto, hash, secret, labelled, length);
  const half = Math.ceil(secret.length / 2);
  const first = expand(crypto, 'md5', secret.subarray(0, half), labelled, length);
  const second = expand(crypto, 'sha1', secret.subarray(secret.length - half), labelled, length);
  return first.map((byte, i) => byte ^ second[i]);
}

/** HKDF-Expand-Label with an empty context (RFC 8446, section 7.1). */
export function expandLabel(
  crypto: TlsCrypto,
  hash: HashName,
  secret: Uint8Array,
  label: string,
  length: number,
): Uint8Array {
  const name = utf8.encode(`tls13 ${label}`);
  const info = joinBytes(new Uint8Array([length >> 8, length & 0xff, name.length]), name, new Uint8Array([0]));
  const output = new Uint8Array(length);
  let link: Uint8Array = new Uint8Array(0);
  for (let at = 0, block = 1; at < length; block++) {
    link = crypto.hmac(hash, secret, joinBytes(link, info, new Uint8Array([block])));
    const part = link.subarray(0, length - at);
    output.set(part, at);
    at += part.length;
  }
  return output;
}
