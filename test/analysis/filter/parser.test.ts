import { strict as assert } from 'node:assert';
import { parseFilterText } from '../../../src/analysis/filter/parser';
describe('x', () => {
  it('y', () => {
    assert.ok('node' in parseFilterText('a == 1'));
  });
});
