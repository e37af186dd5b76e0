import assert from 'node:assert/strict';
import {
  bytesText,
  clockText,
  countText,
  durationText,
  hexText,
  plural,
  relativeText,
  secondsText,
  shortName,
} from '../../webview/format';

/** The narrow space between groups of digits, made visible. */
const plain = (text: string): string => text.replaceAll('\u202f', '_');

describe('texts of the view', () => {
  it('groups counts', () => {
    assert.deepEqual([0, 999, 1000, 10_000_000].map(countText).map(plain), ['0', '999', '1_000', '10_000_000']);
    assert.equal(plural(1, 'message'), '1 message');
    assert.equal(plain(plural(1200, 'reply', 'replies')), '1_200 replies');
  });

  it('names bytes in decimal units', () => {
    assert.deepEqual([0, 999, 1000, 711_966, 999_999, 1.4e9].map(bytesText), [
      '0 B',
      '999 B',
      '1.00 kB',
      '712 kB',
      '1.00 MB',
      '1.40 GB',
    ]);
  });

  it('gives lengths of time in three figures', () => {
    const cases: [number, string][] = [
      [0, '0 s'],
      [0.000012, '12 µs'],
      [0.0001, '0.1 ms'],
      [0.0004, '0.4 ms'],
      [0.412, '412 ms'],
      [0.9996, '1.00 s'],
      [1.31, '1.31 s'],
      [59.99, '1 min 00 s'],
      [125, '2 min 05 s'],
      [3720, '1 h 02 min'],
      [187_200, '2 d 04 h'],
      [-0.5, '−500 ms'],
    ];
    for (const [seconds, text] of cases) assert.equal(durationText(seconds), text);
  });

  it('prints times with the digits of the capture', () => {
    assert.equal(plain(relativeText(7.004118, 6)), '+7.004_118');
    assert.equal(plain(relativeText(-0.25, 3)), '−0.250');
    assert.equal(plain(secondsText(12345.123456789, 9)), '12_345.123_456_789');
    assert.equal(secondsText(3, 0), '3');
  });

  it('adds the start to a relative time without losing nanoseconds', () => {
    const start = { seconds: 1_795_239_246, nanos: 999_999_999, digits: 9 };
    assert.match(plain(clockText(start, 0)), /:\d\d\.999_999_999$/);
    assert.match(plain(clockText(start, 0.000000001)), /:\d\d\.000_000_000$/);
    assert.match(plain(clockText(start, 8_640_000.000000002)), /\.000_000_001$/);
  });

  it('shortens names that carry the usual prefix', () => {
    assert.equal(shortName('NDMP_TAPE_OPEN'), 'TAPE_OPEN');
    assert.equal(shortName('NDMP_0x0308'), 'NDMP_0x0308');
    assert.equal(shortName('NETAPP_0x20530001'), 'NETAPP_0x20530001');
    assert.equal(hexText(31, 4), '001f');
  });
});
