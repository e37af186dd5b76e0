import assert from 'node:assert/strict';
import { isLoginDigest, loginDigest } from '../../src/transport';

const challenge = Uint8Array.from({ length: 64 }, (_, i) => i);
const long = '0123456789abcdef0123456789abcdef';
/** Computed with Python's hashlib and with openssl. */
const VECTORS: readonly (readonly [password: string, digest: string])[] = [
  ['secret', '70a332cc22e42742ea3fe70e383273c9'],
  ['ndmp-pass-2026', '8b076b7fa8274c4e672176208febddf0'],
  [long, '738c0b51a6b85854f2755a8d055f2912'],
  [`${long}XYZ`, '738c0b51a6b85854f2755a8d055f2912'],
];
/** Of clients that cut the second copy of a password of 32 bytes. */
const CUT = '28183a1f145a62e74e151c982bc27117';

describe('transport: the digest of a login', () => {
  for (const [password, digest] of VECTORS) {
    it(`of ${password}`, () => {
      assert.equal(Buffer.from(loginDigest(password, challenge)).toString('hex'), digest);
      assert.equal(isLoginDigest(Buffer.from(digest, 'hex'), password, challenge), true);
    });
  }

  it('of a password of 32 bytes may come from a client that cuts it', () => {
    assert.equal(isLoginDigest(Buffer.from(CUT, 'hex'), long, challenge), true);
    assert.equal(isLoginDigest(Buffer.from(CUT, 'hex'), 'secret', challenge), false);
  });

  it('is never right for an empty password, another challenge or another length', () => {
    assert.equal(isLoginDigest(loginDigest('', challenge), '', challenge), false);
    assert.equal(isLoginDigest(loginDigest('a', challenge), 'a', new Uint8Array(64)), false);
    assert.equal(isLoginDigest(new Uint8Array(3), 'a', challenge), false);
  });
});
