import { createDecipheriv, createHash, createHmac } from 'node:crypto';
import type { CipherCCMTypes, CipherGCMTypes, DecipherCCM, DecipherGCM } from 'node:crypto';
import type { TlsCrypto } from '../tls/crypto';
import type { AeadCipher } from '../tls/suites';

/** {@link TlsCrypto} by Node's own library. Ciphers that the OpenSSL below it does not have count as keys that do not fit. */
export const nodeTlsCrypto: TlsCrypto = {
  hash: (name, data) => createHash(name).update(data).digest(),
  hmac: (name, key, data) => createHmac(name, key).update(data).digest(),
  openAead(cipher, key, nonce, additional, sealed, tag) {
    try {
      const decipher = createAead(cipher, key, nonce, tag.length);
      decipher.setAuthTag(tag);
      decipher.setAAD(additional, { plaintextLength: sealed.length });
      const plain = decipher.update(sealed);
      decipher.final();
      return plain;
    } catch {
      return undefined;
    }
  },
  decryptCbc(cipher, key, iv, blocks) {
    try {
      const decipher = createDecipheriv(cipher, key, iv);
      decipher.setAutoPadding(false);
      const plain = decipher.update(blocks);
      decipher.final();
      return plain;
    } catch {
      return undefined;
    }
  },
};

/** Node's types know AES only; other ciphers of the same mode are used alike. */
function createAead(
  cipher: AeadCipher,
  key: Uint8Array,
  nonce: Uint8Array,
  tagBytes: number,
): DecipherCCM | DecipherGCM {
  const options = { authTagLength: tagBytes };
  return cipher.endsWith('-gcm')
    ? createDecipheriv(cipher as CipherGCMTypes, key, nonce, options)
    : createDecipheriv(cipher as CipherCCMTypes, key, nonce, options);
}
