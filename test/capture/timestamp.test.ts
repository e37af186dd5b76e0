import assert from 'node:assert/strict';
import fc from 'fast-check';
import { clockResolution, splitTicks } from '../../src/capture/timestamp';

function split(ticks: bigint, tsresol: number, offset = 0): [seconds: number, nanos: number] {
  const moment = { seconds: -1, nanos: -1 };
  splitTicks(Number(ticks >> 32n), Number(ticks & 0xffffffffn), clockResolution(tsresol, offset), moment);
  return [moment.seconds, moment.nanos];
}

describe('time stamps', () => {
  it('are split exactly in every decimal resolution', () => {
    const value = fc.tuple(fc.integer({ min: 0, max: 0xffffffff }), fc.nat(999_999_999), fc.nat(9));
    fc.assert(
      fc.property(value, ([seconds, nanos, digits]) => {
        const unit = 10n ** BigInt(9 - digits);
        const ticks = (BigInt(seconds) * 1_000_000_000n + BigInt(nanos)) / unit;
        assert.deepEqual(split(ticks, digits), [seconds, Number((BigInt(nanos) / unit) * unit)]);
      }),
      { numRuns: 2000 },
    );
  });

  it('are split exactly in resolutions finer than a nanosecond and in powers of two', () => {
    assert.deepEqual(split(1_795_240_800n * 10n ** 9n + 1n, 9), [1_795_240_800, 1]);
    assert.deepEqual(split(5n * 10n ** 12n + 123_456_789_012n, 12), [5, 123_456_789]);
    assert.deepEqual(split((7n << 20n) + (1n << 19n), 0x80 | 20), [7, 500_000_000]);
    assert.deepEqual(split((1n << 63n) + 1n, 0x80 | 40), [2 ** 23, 0]);
    assert.deepEqual(split(12n, 0x80), [12, 0]);
    assert.deepEqual(split(0xffffffffffffffffn, 0xff), [0, 0], 'a resolution that no clock has');
  });

  it('are moved by the offset, and stay between 1970 and 2106', () => {
    assert.deepEqual(split(1_000_000n, 6, 1_795_240_800), [1_795_240_801, 0]);
    assert.deepEqual(split(1_000_000n, 6, -5), [0, 0]);
    assert.equal(split(0xffffffffffffffffn, 0)[0], 0xffffffff);
    assert.equal(split(5n, 0, 2 ** 60)[0], 0xffffffff);
  });

  it('show as many digits as their clock has', () => {
    assert.deepEqual(
      [0, 3, 6, 9, 12, 0x80, 0x80 | 10, 0x80 | 20, 0x80 | 40].map((r) => clockResolution(r, 0).digits),
      [0, 3, 6, 9, 9, 0, 4, 7, 9],
    );
  });
});
