import assert from 'node:assert/strict';
import { DeferredLines } from '../../../../src/server/archive/restore/deferred';

describe('server: archive: lines given back from the last to the first', () => {
  for (const [title, count, length] of [
    ['few', 3, 10],
    ['more than are kept in memory', 60_000, 150],
    ['longer ones than are read at a time', 12, 1_000_000],
  ] as const)
    it(title, () => {
      const lines = new DeferredLines();
      const line = (i: number) => `${i} ${'é'.repeat((length * ((i % 3) + 1)) / 4)}`;
      try {
        for (let i = 0; i < count; i++) lines.add(line(i));
        let left = count;
        for (const text of lines.backwards()) assert.ok(text === line(--left), `line ${left}`);
        assert.equal(left, 0);
      } finally {
        lines.close();
      }
    });

  it('none', () => {
    assert.deepEqual([...new DeferredLines().backwards()], []);
  });
});
