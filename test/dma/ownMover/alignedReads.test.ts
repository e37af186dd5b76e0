import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AlignedReads } from '../../../src/dma/ownMover/alignedReads';

const ENDLESS = 2n ** 63n - 1n;

describe('dma/ownMover/alignedReads', () => {
  it('passes on exactly what was wanted of the records that it asks for, whatever the pieces they come in', () => {
    const ranges = fc.array(fc.tuple(fc.nat(5000), fc.nat(3000)), { minLength: 1, maxLength: 8 });
    const sizes = fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(ranges, fc.integer({ min: 1, max: 900 }), fc.nat(2000), sizes, (wanted, record, start, cuts) => {
        const stream = Buffer.from(Array.from({ length: 20_000 }, (_, n) => (n * 7919) & 0xff));
        const reads = new AlignedReads();
        const grid = { start: BigInt(start), record: BigInt(record) };
        const sent: Buffer[] = [];
        const expected: Buffer[] = [];
        for (const [at, length] of wanted) {
          const offset = start + at;
          const asked = reads.expect({ offset: BigInt(offset), length: BigInt(length) }, grid, ENDLESS);
          assert.equal((asked.offset - grid.start) % grid.record, 0n);
          assert.equal(asked.length % grid.record, 0n);
          sent.push(stream.subarray(Number(asked.offset), Number(asked.offset + asked.length)));
          expected.push(stream.subarray(offset, offset + length));
        }
        const all = Buffer.concat(sent);
        const found: Uint8Array[] = [];
        for (let from = 0, n = 0; from < all.length; n++) {
          const to = from + cuts[n % cuts.length];
          found.push(...(reads.wantedOf(all.subarray(from, to)) ?? assert.fail('not asked for')));
          from = to;
        }
        assert.deepEqual(Buffer.concat(found), Buffer.concat(expected));
        assert.equal(reads.wantedOf(Buffer.from([1])), undefined);
      }),
      { numRuns: 300 },
    );
  });

  it('takes all that comes where the end is open', () => {
    const reads = new AlignedReads();
    assert.deepEqual(reads.expect({ offset: 1500n, length: 2n ** 64n - 1n }, { start: 0n, record: 1000n }, ENDLESS), {
      offset: 1000n,
      length: 2n ** 64n - 1n,
    });
    const found = reads.wantedOf(Buffer.alloc(5000)) ?? [];
    assert.equal(Buffer.concat(found).length, 4500);
  });

  it('forgets what the mover did not take', () => {
    const reads = new AlignedReads();
    reads.expect({ offset: 0n, length: 10n }, { start: 0n, record: 10n }, ENDLESS);
    reads.takeBack();
    assert.equal(reads.wantedOf(Buffer.alloc(1)), undefined);
  });
});
