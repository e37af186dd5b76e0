import assert from 'node:assert/strict';
import { variableFrom } from '../../../src/cli/restore/values';

describe('cli: variables for a restore', () => {
  const read = variableFrom({ CODE_KEY: 'from outside', EMPTY: '' });

  it('are given with their value, or by name alone, so that no secret stands in a list of processes', () => {
    assert.deepEqual(read('HIST=n'), ['HIST', 'n']);
    assert.deepEqual(read('A=b=c'), ['A', 'b=c']);
    assert.deepEqual(read('A='), ['A', '']);
    assert.deepEqual(read('CODE_KEY'), ['CODE_KEY', 'from outside']);
    assert.deepEqual(read('EMPTY'), ['EMPTY', '']);
  });

  it('need a name, and a value somewhere', () => {
    for (const wrong of ['=x', '', 'NOWHERE']) assert.throws(() => read(wrong), /NAME=VALUE/);
  });
});
