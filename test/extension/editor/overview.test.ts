import assert from 'node:assert/strict';
import { overview } from '../../../src/extension/editor/overview';
import { VisibleRows } from '../../../src/extension/editor/visibleRows';
import { fakeModel, runToEnd } from '../fakeCapture';
import type { FakeMessage } from '../fakeCapture';

const sum = (list: number[] = []) => Math.round(list.reduce((a, b) => a + b, 0));
const PAUSED = 0x504;
const CONTINUE = 0xa02;

function overviewOf(
  messages: FakeMessage[],
  ask: { from: number; to: number; buckets: number },
  matches?: (row: number) => boolean,
) {
  const model = fakeModel(messages);
  const visible = new VisibleRows(model.index, matches && { matches, slow: false });
  runToEnd(visible.extend());
  return runToEnd(overview(model, visible, ask));
}

describe('overview', () => {
  const many = Array.from({ length: 1000 }, (_, i) => ({
    at: 50 + i / 100,
    code: i % 2 ? 0x300 : 0x400,
    bodyError: i % 10 ? 0 : 2,
    kind: 'reply' as const,
  }));

  it('counts messages, errors and interfaces over the whole capture', () => {
    const result = overviewOf(many, { from: 0, to: 10, buckets: 20 });
    assert.equal(result.total.length, 20);
    assert.equal(sum(result.total), 1000);
    assert.equal(sum(result.errors), 100);
    assert.equal(sum(result.interfaces.tape), 500);
    assert.equal(sum(result.interfaces.data), 500);
    assert.equal(result.matching, undefined);
  });

  it('counts exactly where it is zoomed in', () => {
    const result = overviewOf(many, { from: 4.995, to: 5.005, buckets: 100 });
    assert.equal(sum(result.total), 1);
    assert.equal(result.total[50], 1);
  });

  it('counts the listed messages apart', () => {
    const result = overviewOf(many, { from: 0, to: 10, buckets: 10 }, (row) => row < 100);
    assert.equal(sum(result.matching), 100);
    assert.equal(result.matching![9], 0);
  });

  it('finds a pause of the mover and the silence in it', () => {
    const result = overviewOf(
      [{ at: 1 }, { at: 2, code: PAUSED, kind: 'post' }, { at: 12, code: CONTINUE }, { at: 13 }],
      { from: 0, to: 12, buckets: 12 },
    );
    assert.deepEqual(
      result.pauses.filter(({ kind }) => kind === 'mover').map(({ from, to }) => [from, to]),
      [[1, 11]],
    );
    assert.deepEqual(
      result.pauses.filter(({ kind }) => kind === 'silence').map(({ from, to }) => [from, to])[0],
      [1, 11],
    );
  });

  it('counts time from the earliest message when the clock steps back', () => {
    const result = overviewOf([{ at: 1000 }, { at: 400 }, { at: 1001 }], { from: 0, to: 601, buckets: 601 });
    assert.equal(sum(result.total), 3);
    assert.ok(result.total[0] > 0);
  });
});
