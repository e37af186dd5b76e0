import assert from 'node:assert/strict';
import fc from 'fast-check';
import { VirtualScroll } from '../../webview/table/virtualScroll';

function scrollOf(rows: number, viewport = 600): VirtualScroll {
  const scroll = new VirtualScroll(22);
  scroll.resize(rows, viewport);
  return scroll;
}

describe('virtual scrolling', () => {
  it('is one to one while the list is no taller than an element may be', () => {
    const scroll = scrollOf(1000);
    assert.equal(scroll.squeezed, false);
    assert.equal(scroll.elementHeight, 22_000);
    scroll.scrolledTo(5000);
    assert.equal(scroll.top, 5000);
    assert.equal(scroll.scrollTop, 5000);
  });

  it('keeps the element small enough for a browser with ten million rows', () => {
    const scroll = scrollOf(10_000_000);
    assert.equal(scroll.squeezed, true);
    assert.ok(scroll.elementHeight <= 8_000_000);
    assert.equal(scroll.listHeight, 220_000_000);
  });

  it('reaches the first and the last row by the scroll bar', () => {
    const scroll = scrollOf(10_000_000);
    scroll.scrolledTo(scroll.elementHeight - scroll.viewport);
    assert.equal(scroll.endVisible, 10_000_000);
    assert.equal(scroll.offsetOf(9_999_999), 600 - 22);
    scroll.scrolledTo(0);
    assert.equal(scroll.firstVisible, 0);
  });

  it('reaches every row exactly, whatever the length of the list', () => {
    const rows = fc.integer({ min: 1, max: 50_000_000 });
    fc.assert(
      fc.property(
        rows,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 22, max: 2000 }),
        (count, share, view) => {
          const scroll = scrollOf(count, view);
          const row = Math.min(count - 1, Math.floor(share * count));
          scroll.reveal(row);
          assert.ok(scroll.offsetOf(row) >= 0 && scroll.offsetOf(row) + 22 <= view + 1e-6);
          assert.ok(scroll.firstVisible <= row && row < scroll.endVisible);
        },
      ),
    );
  });

  it('moves by single rows where the scroll bar is squeezed', () => {
    const scroll = scrollOf(10_000_000);
    scroll.reveal(5_000_000, 'top');
    scroll.moveBy(22);
    assert.equal(scroll.firstVisible, 5_000_001);
    const small = scroll.scrollTop + 44;
    scroll.scrolledTo(small);
    assert.ok(Math.abs(scroll.top - 5_000_003 * 22) < 1);
  });

  it('takes a long drag of the scroll bar as a share of the list', () => {
    const scroll = scrollOf(10_000_000);
    scroll.scrolledTo((scroll.elementHeight - scroll.viewport) / 2);
    assert.ok(Math.abs(scroll.firstVisible - 5_000_000) < 100);
  });

  it('stays where it is when the list grows, and in bounds when it shrinks', () => {
    const scroll = scrollOf(10_000);
    scroll.reveal(9000, 'top');
    scroll.resize(20_000_000, 600);
    assert.equal(scroll.firstVisible, 9000);
    scroll.resize(10, 600);
    assert.equal(scroll.top, 0);
    assert.equal(scroll.endVisible, 10);
  });

  it('has nothing to show of an empty list', () => {
    const scroll = scrollOf(0);
    assert.equal(scroll.firstVisible, 0);
    assert.equal(scroll.endVisible, 0);
    assert.equal(scroll.scrolledTo(100), false);
  });
});
