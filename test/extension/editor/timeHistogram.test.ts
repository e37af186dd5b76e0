import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TimeHistogram } from '../../../src/extension/editor/timeHistogram';

const sum = (list: Iterable<number>) => [...list].reduce((a, b) => a + b, 0);

describe('time histogram', () => {
  it('keeps every count while its buckets widen, to both sides', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e6, max: 1e7, noNaN: true }), { maxLength: 200 }), (times) => {
        const histogram = new TimeHistogram(1, 64);
        for (const time of times) histogram.series[0][histogram.bucket(time)]++;
        assert.equal(sum(histogram.series[0]), times.length);
        for (const time of times) {
          const at = Math.floor((time - histogram.origin) / histogram.width);
          assert.ok(at >= 0 && at < 64);
          assert.ok(histogram.series[0][at] > 0 || histogram.series[0][at - 1] > 0 || histogram.series[0][at + 1] > 0);
        }
      }),
    );
  });

  it('resamples to other buckets without losing any', () => {
    const histogram = new TimeHistogram(1, 64);
    for (let i = 0; i < 1000; i++) histogram.series[0][histogram.bucket(i / 100)]++;
    const to = histogram.origin + histogram.width * 64;
    for (const count of [1, 7, 64, 300]) {
      const resampled = histogram.resample(0, histogram.origin, to, count);
      assert.equal(resampled.length, count);
      assert.ok(Math.abs(sum(resampled) - 1000) < 1e-6);
    }
  });

  it('gives empty buckets for an empty range', () => {
    assert.deepEqual([...new TimeHistogram(1).resample(0, 5, 5, 3)], [0, 0, 0]);
  });
});
