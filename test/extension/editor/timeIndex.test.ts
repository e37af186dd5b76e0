import assert from 'node:assert/strict';
import { TimeIndex } from '../../../src/extension/editor/timeIndex';
import { asIndex, FakeIndex, runToEnd } from '../fakeCapture';
import type { FakeMessage } from '../fakeCapture';

function timesOf(messages: FakeMessage[]): TimeIndex {
  const times = new TimeIndex(asIndex(new FakeIndex(messages)));
  runToEnd(times.extend());
  return times;
}

describe('time index', () => {
  it('knows the earliest and latest time even when the clock steps back', () => {
    const times = timesOf([{ at: 100 }, { at: 101 }, { at: 40 }, { at: 41 }, { at: 103 }]);
    assert.equal(times.start, -60);
    assert.equal(times.end, 3);
  });

  it('finds the row nearest to a time', () => {
    const times = timesOf(Array.from({ length: 5000 }, (_, i) => ({ at: 10 + i / 10 })));
    assert.equal(times.nearestRow(-5), 0);
    assert.equal(times.nearestRow(123.44), 1234);
    assert.equal(times.nearestRow(1e9), 4999);
    assert.equal(timesOf([]).nearestRow(1), -1);
  });

  it('skips blocks outside of a stretch of time', () => {
    const times = timesOf(Array.from({ length: 10_000 }, (_, i) => ({ at: i })));
    const blocks = [...times.blocksBetween(5000, 5001, false)];
    assert.deepEqual(blocks, [[4096, 5120]]);
  });

  it('counts a reply from its request when exchanges are looked for', () => {
    const messages: FakeMessage[] = Array.from({ length: 4000 }, (_, i) => ({ at: i }));
    messages[3999] = { at: 3999, kind: 'reply', pair: 10 };
    const times = timesOf(messages);
    assert.deepEqual([...times.blocksBetween(1200, 1201, false)], [[1024, 2048]]);
    assert.deepEqual(
      [...times.blocksBetween(1200, 1201, true)],
      [
        [1024, 2048],
        [3072, 4000],
      ],
    );
  });

  it('goes on where it was when the index has grown', () => {
    const fake = new FakeIndex([{ at: 1 }]);
    const times = new TimeIndex(asIndex(fake));
    runToEnd(times.extend());
    fake.messages.push({ at: 5 });
    runToEnd(times.extend());
    assert.equal(times.count, 2);
    assert.equal(times.end, 4);
  });
});
