import assert from 'node:assert/strict';
import { foldedHelp } from '../../../src/cli/terminal/foldHelp';
import { ndmp } from '../harness';

const LONG = `A sentence of many words ${'and more of them '.repeat(5)}that`;

describe('cli: help on a narrow terminal', () => {
  it('folds paragraphs as a whole, and puts remarks below their examples', () => {
    const text = `Options:\n  -a  b\n  ndmp backup jobs/*.json --yes      unattended\n\n${LONG}\ngoes on.\nAnother.`;
    const lines = foldedHelp(text, 40).split('\n');
    assert.deepEqual(lines.slice(0, 5), [
      'Options:',
      '  -a  b',
      '  ndmp backup jobs/*.json --yes',
      '      unattended',
      '',
    ]);
    assert.ok(lines.every((line) => line.length <= 40));
    assert.equal(lines.slice(5).join(' '), `${LONG} goes on. Another.`);
    assert.equal(lines.at(-1), 'Another.');
    assert.equal(foldedHelp(text, undefined), text);
  });

  for (const command of ['query', 'plan', 'backup', 'restore', 'verify', 'copy', 'media', 'catalog', 'lab'])
    it(`ndmp ${command} --help fits 80 columns`, async () => {
      const { out, status } = await ndmp([command, '--help'], { terminal: 80 });
      assert.equal(status, 0);
      assert.deepEqual(
        out.split('\n').filter((line) => line.length > 80 && !/^ +\S*ndmp /.test(line)),
        [],
      );
    });
});
