import assert from 'node:assert/strict';
import fc from 'fast-check';
import { asZoom, clampRange, holding, MIN_SPAN, pan, zoomAround } from '../../webview/overview/range';
import { tickStep, ticks, tickText, TimeScale } from '../../webview/overview/timeScale';

const WHOLE = { from: 0, to: 100 };

describe('time scale', () => {
  it('maps times to pixels and back', () => {
    const scale = new TimeScale({ from: 10, to: 20 }, 100, 600);
    assert.equal(scale.x(10), 100);
    assert.equal(scale.x(20), 600);
    assert.equal(scale.seconds(350), 15);
    assert.equal(scale.clampedX(0), 100);
    assert.equal(scale.clampedX(99), 600);
  });

  it('steps in round numbers, and like a clock above half a minute', () => {
    const steps = [0.00013, 0.3, 1, 3, 12, 25, 31, 200, 5000, 100_000];
    assert.deepEqual(steps.map(tickStep), [0.0002, 0.5, 1, 5, 20, 30, 60, 300, 7200, 172_800]);
  });

  it('labels ticks with as many decimals as tell them apart', () => {
    assert.equal(tickText(3.4, 0.2), '3.4 s');
    assert.equal(tickText(0.00034, 0.00002), '0.00034 s');
    assert.equal(tickText(125, 60), '2:05');
    assert.equal(tickText(3725, 300), '1:02:05');
  });

  it('puts all ticks into the stretch, in order and not too many', () => {
    const time = fc.double({ min: 0, max: 1e6, noNaN: true });
    const span = fc.double({ min: MIN_SPAN, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(time, span, fc.integer({ min: 2, max: 20 }), (from, length, most) => {
        const range = { from, to: from + length };
        const made = ticks(range, most);
        assert.ok(made.length <= most + 2);
        made.forEach((tick, index) => {
          assert.ok(tick.at >= range.from - length * 1e-3 && tick.at <= range.to + length * 1e-3);
          if (index > 0) assert.ok(tick.at > made[index - 1].at);
        });
      }),
    );
  });
});

describe('zoomed stretch', () => {
  it('keeps the time under the pointer where it is', () => {
    const range = zoomAround({ from: 20, to: 60 }, 30, 0.5, WHOLE);
    assert.deepEqual(range, { from: 25, to: 45 });
  });

  it('never leaves its bounds and never gets too short', () => {
    assert.deepEqual(clampRange({ from: -10, to: 20 }, WHOLE), { from: 0, to: 30 });
    assert.deepEqual(clampRange({ from: 90, to: 130 }, WHOLE), { from: 60, to: 100 });
    const point = clampRange({ from: 50, to: 50 }, WHOLE);
    assert.ok(Math.abs(point.to - point.from - MIN_SPAN) < 1e-9);
    assert.deepEqual(zoomAround({ from: 10, to: 90 }, 50, 100, WHOLE), WHOLE);
    assert.deepEqual(pan({ from: 10, to: 20 }, 500, WHOLE), { from: 90, to: 100 });
  });

  it('moves only when a time lies outside', () => {
    const range = { from: 10, to: 20 };
    assert.equal(holding(range, 15, WHOLE), range);
    assert.deepEqual(holding(range, 50, WHOLE), { from: 45, to: 55 });
  });

  it('is no zoom when it is all of the capture', () => {
    assert.equal(asZoom({ from: 0.001, to: 99.999 }, WHOLE), undefined);
    assert.deepEqual(asZoom({ from: 1, to: 99 }, WHOLE), { from: 1, to: 99 });
  });
});
