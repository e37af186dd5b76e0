import assert from 'node:assert/strict';
import { lanes } from '../../../src/extension/editor/lanes';
import { fakeModel, runToEnd } from '../fakeCapture';
import type { FakeMessage } from '../fakeCapture';

const TAPE_OPEN = 0x300;
const DATA_GET_STATE = 0x400;
const LOG_MESSAGE = 0x603;

function lane(messages: FakeMessage[], from: number, to: number, maxBars = 1000) {
  return runToEnd(lanes(fakeModel(messages), { from, to, connections: [0], maxBars })).lanes[0];
}

describe('waterfall lanes', () => {
  it('draws a request to its reply, a post as a point, a lost reply open-ended', () => {
    const { bars } = lane(
      [
        { at: 10, code: TAPE_OPEN, pair: 1 },
        { at: 12, code: TAPE_OPEN, kind: 'reply', pair: 0, bodyError: 2 },
        { at: 13, code: LOG_MESSAGE, kind: 'post' },
        { at: 14, code: DATA_GET_STATE },
      ],
      0,
      10,
    );
    assert.deepEqual(
      bars.map(({ n, from, to, kind, name, failed }) => ({ n, from, to, kind, name, failed })),
      [
        { n: 1, from: 0, to: 2, kind: 'request', name: 'TAPE_OPEN', failed: true },
        { n: 3, from: 3, to: 3, kind: 'post', name: 'LOG_MESSAGE', failed: false },
        { n: 4, from: 4, to: undefined, kind: 'request', name: 'DATA_GET_STATE', failed: false },
      ],
    );
    assert.equal(bars[0].result, 'DEVICE_BUSY');
  });

  it('holds an exchange that spans the whole stretch', () => {
    const messages: FakeMessage[] = [
      { at: 0, code: TAPE_OPEN, pair: 1 },
      { at: 100, code: TAPE_OPEN, kind: 'reply', pair: 0 },
    ];
    assert.equal(lane(messages, 50, 51).bars.length, 1);
    assert.equal(lane(messages, 100.5, 101).bars.length, 0);
  });

  it('joins neighbours below the resolution, so that a flood stays small', () => {
    const flood: FakeMessage[] = Array.from({ length: 20_000 }, (_, i) => ({
      at: i / 1000,
      code: 0x703,
      kind: 'post',
    }));
    const { bars } = lane(flood, 0, 20, 500);
    assert.ok(bars.length <= 500, `${bars.length} bars`);
    assert.equal(
      bars.reduce((total, bar) => total + bar.count, 0),
      20_000,
    );
  });

  it('joins requests without replies too', () => {
    const flood: FakeMessage[] = Array.from({ length: 5000 }, (_, i) => ({ at: i / 1000, code: DATA_GET_STATE }));
    assert.ok(lane(flood, 0, 5, 100).bars.length <= 100);
  });

  it('keeps an error visible in a joined bar', () => {
    const { bars } = lane(
      [0, 1, 2].map((i) => ({ at: i / 1e6, code: TAPE_OPEN, kind: 'reply', bodyError: i === 1 ? 2 : 0 })),
      0,
      10,
    );
    assert.equal(bars.length, 1);
    assert.ok(bars[0].failed);
    assert.equal(bars[0].count, 3);
  });
});
