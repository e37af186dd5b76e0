import assert from 'node:assert/strict';
import type { Bar, Lane } from '../../src/extension/messages';
import { TimeScale } from '../../webview/overview/timeScale';
import { barLines } from '../../webview/waterfall/barText';
import { LANE, laneShapes, nearest, neighbour, shapeAt } from '../../webview/waterfall/laneGeometry';

function bar(n: number, from: number, to?: number, kind: Bar['kind'] = 'request'): Bar {
  return { n, from, to, kind, interface: 'tape', name: 'TAPE_OPEN', count: 1, failed: false };
}

const lane = (...bars: Bar[]): Lane => ({ connection: 0, bars, gaps: [] });
const SCALE = new TimeScale({ from: 10, to: 20 }, 100, 1100);

describe('waterfall lanes', () => {
  it('draws a request from its time to its reply', () => {
    const [shape] = laneShapes(lane(bar(1, 12, 13)), SCALE, 40);
    assert.deepEqual([shape.x, shape.width, shape.y], [300, 100, 40 + LANE.bar]);
  });

  it('keeps even the shortest exchange visible, and posts below the requests', () => {
    const [short, post] = laneShapes(lane(bar(1, 12, 12.0001), bar(3, 15, 15, 'post')), SCALE, 0);
    assert.equal(short.width, 2);
    assert.equal(post.y, LANE.post);
  });

  it('cuts what begins or ends outside and leaves out what is elsewhere', () => {
    const shapes = laneShapes(lane(bar(1, 0, 5), bar(2, 5, 11), bar(4, 19, 30), bar(6, 40, 41)), SCALE, 0);
    assert.deepEqual(
      shapes.map(({ bar: { n }, x, width }) => [n, x, width]),
      [
        [2, 100, 100],
        [4, 1000, 100],
      ],
    );
  });

  it('gives the pointer the bar under it, or one close by', () => {
    const shapes = laneShapes(lane(bar(1, 12, 13), bar(3, 13.5, 14)), SCALE, 0);
    assert.equal(shapeAt(shapes, 350, 10)?.bar.n, 1);
    assert.equal(shapeAt(shapes, 403, 10)?.bar.n, 1);
    assert.equal(shapeAt(shapes, 425, 10), undefined);
  });

  it('steps from bar to bar', () => {
    const lanes = lane(bar(5, 12, 13), bar(1, 11, 12), bar(9, 14, 15));
    assert.equal(neighbour(lanes, 5, true)?.n, 9);
    assert.equal(neighbour(lanes, 5, false)?.n, 1);
    assert.equal(neighbour(lanes, undefined, true)?.n, 1);
    assert.equal(neighbour(lanes, 9, true), undefined);
    assert.equal(neighbour(undefined, 9, true), undefined);
    assert.equal(nearest(lanes, 13.8)?.n, 9);
  });

  it('says in words what a bar is', () => {
    const words = (shown: Bar): string => barLines(shown, 6).map((line) => line.text).join(' | '); // prettier-ignore
    assert.match(words(bar(7, 1, 1.5)), /^TAPE_OPEN \| message 7, Tape \| \+1\.000.000 s \| replied after 500 ms$/);
    assert.match(words(bar(7, 1)), /no reply in this capture/);
    assert.match(words({ ...bar(7, 1, 2), failed: true, result: 'DEVICE_BUSY' }), /DEVICE_BUSY$/);
    assert.match(words({ ...bar(7, 1, 2), count: 9 }), /^9 messages, most of them TAPE_OPEN \| from message 7/);
  });
});
