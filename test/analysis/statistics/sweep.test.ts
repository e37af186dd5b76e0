import assert from 'node:assert/strict';
import fc from 'fast-check';
import { causes } from '../../../src/analysis/statistics/causes';
import type { CauseId } from '../../../src/analysis/statistics/model';
import { sweep, type Claim } from '../../../src/analysis/statistics/sweep';

const claim = (cause: CauseId, from: number, to: number, rows: number[] = []): Claim => ({
  cause,
  from,
  to,
  what: '',
  rows,
});
const short = (claims: Claim[], from: number, to: number) =>
  sweep(claims, from, to, 'untold').map((each) => [each.cause, each.from, each.to]);

describe('analysis/statistics: sweep', () => {
  it('gives each moment to the claim of the highest rank', () => {
    assert.deepEqual(
      short([claim('untold', 0, 10), claim('moving', 2, 4), claim('mover-takes-nothing', 3, 6)], 0, 10),
      [
        ['untold', 0, 2],
        ['moving', 2, 3],
        ['mover-takes-nothing', 3, 6],
        ['untold', 6, 10],
      ],
    );
  });

  it('joins what follows on itself and keeps the messages of both', () => {
    const stretches = sweep([claim('moving', 0, 1, [1]), claim('moving', 1, 2, [2])], 0, 2, 'untold');
    assert.deepEqual(stretches, [{ cause: 'moving', from: 0, to: 2, what: '', rows: [1, 2] }]);
  });

  it('leaves nothing out and counts nothing twice, whatever is claimed', () => {
    const ids = Object.keys(causes) as CauseId[];
    const claims = fc.array(
      fc.record({
        cause: fc.constantFrom(...ids),
        from: fc.integer({ min: -5, max: 25 }),
        to: fc.integer({ min: -5, max: 25 }),
        what: fc.constantFrom('', 'a'),
        rows: fc.constant<number[]>([]),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(claims, (all) => {
        const stretches = sweep(all, 0, 20, 'untold');
        let at = 0;
        for (const { from, to } of stretches) {
          assert.equal(from, at);
          assert.ok(to > from);
          at = to;
        }
        assert.equal(at, 20);
      }),
    );
  });
});
