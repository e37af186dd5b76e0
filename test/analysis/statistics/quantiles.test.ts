import assert from 'node:assert/strict';
import { Quantiles } from '../../../src/analysis/statistics/quantiles';

describe('analysis/statistics: quantiles', () => {
  it('are those of the values while they are kept', () => {
    const quantiles = new Quantiles();
    for (const value of [5, 1, 4, 2, 3]) quantiles.add(value);
    assert.deepEqual(
      [0, 0.2, 0.5, 0.9, 1].map((share) => quantiles.quantile(share)),
      [1, 1, 3, 5, 5],
    );
    assert.equal(quantiles.exact, true);
    assert.equal(quantiles.sum, 15);
    assert.deepEqual([quantiles.least, quantiles.most], [1, 5]);
  });

  it('of nothing are 0', () => assert.equal(new Quantiles().quantile(0.5), 0));

  it('beyond the limit are right to one percent of the value, in bounded memory', () => {
    const quantiles = new Quantiles(100);
    const values = Array.from({ length: 50_000 }, (_unused, i) => 1e-6 * 1.0003 ** i);
    // in an order that is not that of their size
    for (let i = 0; i < values.length; i++) quantiles.add(values[(i * 7919) % values.length]);
    assert.equal(quantiles.exact, false);
    for (const share of [0.01, 0.5, 0.9, 0.99, 1]) {
      const exact = values[Math.ceil(share * values.length) - 1];
      const found = quantiles.quantile(share);
      assert.ok(Math.abs(found - exact) <= 0.0101 * exact, `${share}: ${found} for ${exact}`);
    }
  });

  it('take zeros and values beyond all scales', () => {
    const quantiles = new Quantiles(1);
    for (const value of [0, 0, 1e12]) quantiles.add(value);
    assert.ok(quantiles.quantile(0.5) <= 1e-9);
    assert.equal(quantiles.quantile(1), 1e12);
  });
});
