import assert from 'node:assert/strict';
import { TimeScale } from '../../webview/overview/timeScale';
import { boundsOf, replyX } from '../../webview/views/statistics/replyBar';
import { mostWithin, pointLine, roundMost, stepArea, yOf } from '../../webview/views/statistics/shapes';
import { percentText } from '../../webview/views/statistics/shareBar';

const time = new TimeScale({ from: 0, to: 10 }, 0, 100);
const scale = { most: 10, top: 0, bottom: 50 };

describe('webview: charts', () => {
  it('scales end at round values', () => {
    assert.deepEqual([0, 1, 1.1, 4, 5.5, 99, 0.003, NaN].map(roundMost), [1, 1, 2, 5, 10, 100, 0.005, 1]);
    assert.deepEqual(
      [0, 5, 10, 99].map((value) => yOf(scale, value)),
      [50, 25, 0, 0],
    );
  });

  it('areas are steps over their buckets, on what lies below them', () => {
    const buckets = { from: 0, width: 5, values: [2, 4] };
    assert.equal(stepArea(buckets, time, scale), 'M0 40L50 40L50 30L100 30L100 50L50 50L50 50L0 50Z');
    assert.equal(stepArea(buckets, time, scale, [2, 0]), 'M0 30L50 30L50 30L100 30L100 50L50 50L50 40L0 40Z');
    assert.equal(stepArea({ from: 20, width: 1, values: [1] }, time, scale), '');
  });

  it('thousands of buckets make no more steps than there are pixels, and keep the highest', () => {
    const values = Array.from({ length: 10_000 }, (_unused, i) => (i === 5000 ? 10 : 1));
    const path = stepArea({ from: 0, width: 0.001, values }, time, scale);
    assert.ok(path.split('L').length < 410, `${path.split('L').length}`);
    assert.ok(/ 0L/.test(path), 'the peak reaches the top');
    assert.equal(mostWithin({ from: 0, width: 0.001, values }, { from: 0, to: 1 }), 1);
    assert.equal(mostWithin({ from: 0, width: 0.001, values }, { from: 4, to: 6 }), 10);
  });

  it('lines go through their points', () => {
    assert.equal(
      pointLine(
        [
          { seconds: 0, bytes: 0 },
          { seconds: 10, bytes: 10 },
        ],
        time,
        scale,
      ),
      'M0 50L100 0',
    );
  });

  it('reply times stand on one logarithmic scale', () => {
    const times = (least: number, most: number) => ({
      count: 1,
      least,
      median: least,
      p90: most,
      p99: most,
      most,
      sum: most,
      exact: true,
      slowestRow: 0,
    });
    const bounds = boundsOf([times(1e-4, 1e-2), undefined, times(1e-3, 1)]);
    assert.deepEqual(bounds, { least: 1e-4, most: 1 });
    const x = (seconds: number): number => replyX(seconds, bounds);
    assert.ok(Math.abs(x(1e-3) - x(1e-4) - (x(1) - x(0.1))) < 1e-9, 'a decade is a decade');
    assert.deepEqual([x(0), x(100)], [x(1e-4), x(1)]);
    assert.ok(Number.isFinite(replyX(1, boundsOf([]))));
  });

  it('shares are told so that small ones are not nothing and large ones not all', () => {
    assert.deepEqual([0, 0.0001, 0.004, 0.12, 0.997, 1].map(percentText), [
      '0 %',
      '< 0.1 %',
      '0.4 %',
      '12 %',
      '99.7 %',
      '100 %',
    ]);
  });
});
