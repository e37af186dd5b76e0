import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PauseLookup, type MoverPause } from '../../../src/analysis/statistics/pauses';

const pause = (from: number, to: number): MoverPause => ({
  fromRow: 0,
  toRow: 0,
  from,
  to,
  reason: '',
  tapeChanged: false,
});

describe('pauses by time', () => {
  it('finds what going through all would find, also when clocks were set back', () => {
    const time = fc.integer({ min: 0, max: 40 });
    fc.assert(
      fc.property(fc.array(fc.tuple(time, time)), time, time, (ends, from, to) => {
        const pauses = ends.map(([a, b]) => pause(a, b)).sort((a, b) => a.from - b.from);
        const wanted = pauses.filter((each) => each.from < to && each.to > from);
        assert.deepEqual(new PauseLookup(pauses).between(from, to), wanted);
      }),
    );
  });

  it('takes ten thousand of them', () => {
    const lookup = new PauseLookup(Array.from({ length: 10_000 }, (_, i) => pause(2 * i, 2 * i + 1)));
    const start = performance.now();
    for (let i = 0; i < 100_000; i++) lookup.between(i / 5, i / 5 + 1);
    assert.ok(performance.now() - start < 2000);
  });
});
