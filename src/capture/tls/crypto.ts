import type { AeadCipher, CbcCipher } from './suites';

export type HashName = 'md5' | 'sha1' | 'sha256' | 'sha384';

/** What the reading of TLS needs of a cryptographic library: everything at once, no state. */
export interface TlsCrypto {
  hash(name: HashName, data: Uint8Array): Uint8Array;
  hmac(name: HashName, key: Uint8Array, data: Uint8Array): Uint8Array;
  /**
   * Opens what an AEAD cipher sealed.
   * @returns the plain bytes; undefined when the tag does not fit, or the cipher is not to be had
   */
  openAead(
    cipher: AeadCipher,
    key: Uint8Array,
    nonce: Uint8Array,
    additional: Uint8Array,
    sealed: Uint8Array,
    tag: Uint8Array,
  ): Uint8Array | undefined;
  /** Decrypts whole blocks, padding included; undefined when the cipher is not to be had. */
  decryptCbc(cipher: CbcCipher, key: Uint8Array, iv: Uint8Array, blocks: Uint8Array): Uint8Array | undefined;
}
