import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RATE_BUCKETS, Traffic } from '../../src/capture/traffic';

describe('traffic of a TCP connection', () => {
  it('counts new bytes and bytes sent again', () => {
    const traffic = new Traffic();
    traffic.take(0, 1000, 100, 5);
    traffic.take(0, 1000, 100, 6); // all of it again
    traffic.take(0, 1050, 100, 7); // half of it again
    traffic.take(1, 9, 10, 8);
    assert.deepEqual(traffic.fresh, [150, 10]);
    assert.deepEqual(traffic.repeated, [150, 0]);
    assert.equal(traffic.packets, 4);
    assert.deepEqual([traffic.from, traffic.to], [5, 8]);
  });

  it('counts across the wrap of sequence numbers', () => {
    const traffic = new Traffic();
    traffic.take(0, 0xffffff00, 0x100, 0);
    traffic.take(0, 0, 50, 0);
    traffic.take(0, 0xffffffff, 1, 0);
    assert.deepEqual(traffic.fresh, [0x100 + 50, 0]);
    assert.deepEqual(traffic.repeated, [1, 0]);
  });

  it('keeps stretches of closed windows, of each side by itself', () => {
    const traffic = new Traffic();
    traffic.window(0, 512, 1, 1);
    traffic.window(0, 0, 2, 2);
    traffic.window(1, 0, 3, 3);
    traffic.window(0, 0, 4, 4);
    traffic.window(0, 1, 5, 5);
    assert.deepEqual(traffic.closedWindows, [
      { side: 0, from: 2, to: 5, frame: 2 },
      { side: 1, from: 3, to: undefined, frame: 3 },
    ]);
    for (let i = 0; i < 1000; i++) traffic.window(0, i % 2, i, i);
    assert.equal(traffic.closedWindows.length, 100);
  });

  it('loses no byte of the rate, whatever the times are', () => {
    const packet = fc.tuple(
      fc.nat({ max: 1 }),
      fc.integer({ min: 1, max: 1500 }),
      fc.double({ min: 0, max: 1e7, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 50 }), (packets) => {
        const traffic = new Traffic();
        const sequences = [0, 0];
        for (const [side, length, seconds] of packets) {
          traffic.take(side as 0 | 1, sequences[side], length, seconds);
          sequences[side] += length;
        }
        for (const side of [0, 1]) {
          const buckets = traffic.rate.subarray(side * RATE_BUCKETS, (side + 1) * RATE_BUCKETS);
          assert.equal(
            buckets.reduce((sum, bytes) => sum + bytes, 0),
            traffic.fresh[side],
          );
        }
      }),
    );
  });

  it('tells waits that ended in bytes sent again, but no probes and no short ones', () => {
    const traffic = new Traffic();
    traffic.take(0, 1000, 100, 10);
    traffic.take(0, 1000, 100, 10.2);
    traffic.take(0, 1100, 100, 10.21);
    traffic.take(0, 1100, 100, 10.25);
    traffic.take(0, 1199, 1, 70);
    traffic.take(1, 5, 50, 71);
    assert.deepEqual(traffic.stalls, [{ side: 0, from: 10, to: 10.2 }]);
    assert.deepEqual(traffic.repeated, [201, 0]);
  });
});
