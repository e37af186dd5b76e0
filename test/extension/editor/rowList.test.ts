import assert from 'node:assert/strict';
import { RowList } from '../../../src/extension/editor/rowList';

describe('row list', () => {
  it('grows over many chunks', () => {
    const list = new RowList();
    for (let i = 0; i < 100_000; i++) list.push(i * 3);
    assert.equal(list.length, 100_000);
    assert.equal(list.at(0), 0);
    assert.equal(list.at(16_384), 16_384 * 3);
    assert.equal(list.at(99_999), 299_997);
  });

  it('finds the position of a row or of the next one', () => {
    const list = new RowList();
    assert.equal(list.lowerBound(5), 0);
    for (const row of [2, 5, 9]) list.push(row);
    assert.deepEqual(
      [0, 2, 3, 5, 6, 9, 10].map((row) => list.lowerBound(row)),
      [0, 0, 1, 1, 2, 2, 3],
    );
  });
});
