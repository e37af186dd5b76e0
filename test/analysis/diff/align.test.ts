import assert from 'node:assert/strict';
import fc from 'fast-check';
import { align } from '../../../src/analysis/diff/align';

/** Every place of both lists once and in order; only equal ones side by side. */
function assertAlignment(a: Int32Array, b: Int32Array): number {
  const steps = align(a, b);
  const left = steps.map(([x]) => x).filter((x) => x >= 0);
  const right = steps.map(([, y]) => y).filter((y) => y >= 0);
  assert.deepEqual(left, [...a.keys()]);
  assert.deepEqual(right, [...b.keys()]);
  let matched = 0;
  for (const [x, y] of steps)
    if (x >= 0 && y >= 0) {
      assert.equal(a[x], b[y]);
      matched++;
    }
  return matched;
}

/** Length of the longest common subsequence, the slow way. */
function longestCommon(a: Int32Array, b: Int32Array): number {
  const table = Array.from({ length: a.length + 1 }, () => new Int32Array(b.length + 1));
  for (let x = a.length - 1; x >= 0; x--)
    for (let y = b.length - 1; y >= 0; y--)
      table[x][y] = a[x] === b[y] ? table[x + 1][y + 1] + 1 : Math.max(table[x + 1][y], table[x][y + 1]);
  return table[0][0];
}

describe('diff: alignment', () => {
  const list = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 60 }).map((each) => Int32Array.from(each));

  it('is one of those with the fewest differences', () => {
    fc.assert(fc.property(list, list, (a, b) => assert.equal(assertAlignment(a, b), longestCommon(a, b))));
  });

  it('lists that have nothing in common cost no more than a bound', () => {
    const length = 100_000;
    const a = Int32Array.from({ length }, (_unused, at) => at);
    const b = Int32Array.from({ length }, (_unused, at) => at + length);
    const begin = performance.now();
    assert.equal(assertAlignment(a, b), 0);
    assert.ok(performance.now() - begin < 8000);
  }).timeout(20_000);

  it('a few differences among 100,000', () => {
    const a = Int32Array.from({ length: 100_000 }, (_unused, at) => at % 7);
    const b = Int32Array.from([...a.subarray(0, 500), 99, ...a.subarray(500, 70_000), ...a.subarray(70_003)]);
    assert.equal(assertAlignment(a, b), 100_000 - 3);
  }).timeout(20_000);
});
