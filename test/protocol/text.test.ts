import assert from 'node:assert/strict';
import { clip, escapeText, ipv4Text, ipv6Text, jsonText } from '../../src/protocol';
import { fromHex } from '../support/hex';

describe('text', () => {
  it('is made safe and visible', () => {
    assert.equal(escapeText('a\tb\n\u0000\u007f'), 'a\\x09b\\x0a\\x00\\x7f');
    assert.equal(escapeText('M\udcfcll'), 'M\\xfcll');
    assert.equal(
      escapeText('\u202egnp.exe\u200b\ufeff\u2028\u0085'),
      '\\u{202e}gnp.exe\\u{200b}\\u{feff}\\u{2028}\\u{85}',
    );
    assert.equal(escapeText('\ud800'), '\\u{d800}');
    assert.equal(escapeText('größer 日本語 🙂 C:\\x'), 'größer 日本語 🙂 C:\\x');
  });

  it('for JSON keeps everything but bytes that are not UTF-8', () => {
    assert.equal(jsonText('a\n\udcff🙂'), 'a\n\\xff🙂');
  });

  it('is cut to a length', () => {
    assert.equal(clip('abcdef', 6), 'abcdef');
    assert.equal(clip('abcdefg', 6), 'abcde…');
  });
});

describe('addresses', () => {
  it('of IPv4', () => {
    assert.equal(ipv4Text(0xc000020a), '192.0.2.10');
    assert.equal(ipv4Text(0xffffffff), '255.255.255.255');
  });

  for (const [hex, text] of [
    ['20010db8 00000000 00000000 00000001', '2001:db8::1'],
    ['00000000 00000000 00000000 00000000', '::'],
    ['00000000 00000000 00000000 00000001', '::1'],
    ['fe800000 00000000 00000000 00000000', 'fe80::'],
    ['20010db8 00000001 00010001 00010001', '2001:db8:0:1:1:1:1:1'],
    ['20010000 00000001 00000000 00000001', '2001:0:0:1::1'],
    ['00000000 00000000 0000ffff c000020a', '::ffff:192.0.2.10'],
  ] as const) {
    it(`of IPv6: ${text}`, () => assert.equal(ipv6Text(fromHex(hex)), text));
  }
});
