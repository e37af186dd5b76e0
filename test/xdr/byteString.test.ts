import assert from 'node:assert/strict';
import fc from 'fast-check';
import { byteStringLength, decodeByteString, encodeByteString } from '../../src/xdr';

function bytes(...values: number[]): Uint8Array {
  return Uint8Array.from(values);
}

describe('byte strings', () => {
  it('are UTF-8 where they can be', () => {
    const text = 'plain, größer, 日本語, 🙂';
    assert.equal(decodeByteString(new TextEncoder().encode(text)), text);
    assert.deepEqual(encodeByteString(text), new TextEncoder().encode(text));
  });

  it('keep every byte that is not UTF-8 as a lone surrogate', () => {
    assert.equal(decodeByteString(bytes(0x4d, 0xfc, 0x6c, 0x6c)), 'M\udcfcll');
    assert.deepEqual(encodeByteString('M\udcfcll'), bytes(0x4d, 0xfc, 0x6c, 0x6c));
  });

  for (const [what, raw] of [
    ['an overlong form', bytes(0xc0, 0xaf)],
    ['an encoded surrogate', bytes(0xed, 0xa0, 0x80)],
    ['a code point above U+10FFFF', bytes(0xf4, 0x90, 0x80, 0x80)],
    ['a sequence that is cut', bytes(0xe3, 0x81)],
    ['a lone continuation byte', bytes(0x80, 0x41)],
  ] as const) {
    it(`do not take ${what} for UTF-8`, () => {
      const text = decodeByteString(raw);
      assert.ok([...text].every((unit) => unit < '\u0080' || (unit >= '\udc80' && unit <= '\udcff')));
      assert.deepEqual(encodeByteString(text), raw);
    });
  }

  it('keep a byte order mark', () => {
    assert.deepEqual(encodeByteString(decodeByteString(bytes(0xef, 0xbb, 0xbf, 0x41))), bytes(0xef, 0xbb, 0xbf, 0x41));
  });

  it('agree with a strict UTF-8 decoder on all well-formed text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const encoded = new TextEncoder().encode(text);
        assert.equal(decodeByteString(encoded), text);
        assert.deepEqual(encodeByteString(text), encoded);
        assert.equal(byteStringLength(text), encoded.length);
      }),
    );
  });

  it('lose nothing of any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (raw) => {
        assert.deepEqual(encodeByteString(decodeByteString(raw)), raw);
      }),
      { numRuns: 500 },
    );
  });

  it('may be long', () => {
    const raw = new Uint8Array(300_000).fill(0x61);
    raw[250_000] = 0xff;
    const text = decodeByteString(raw);
    assert.equal(text.length, 300_000);
    assert.deepEqual(encodeByteString(text), raw);
  });

  it('have no place for other lone surrogates', () => {
    assert.deepEqual(encodeByteString('a\ud800b'), bytes(0x61, 0xef, 0xbf, 0xbd, 0x62));
  });
});
