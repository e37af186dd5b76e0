import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { PartRecord } from '../../../src/dma/catalog/model';
import { stretchAt, stretchesOf } from '../../../src/dma/restore/stretches';

const RECORD = 1000;

function part(change: Partial<PartRecord>): PartRecord {
  return {
    set: 1,
    number: 1,
    copy: 1,
    barcode: 'A',
    tapeFile: 2,
    offset: 0n,
    bytes: 3000n,
    recordSize: RECORD,
    closed: true,
    ...change,
  };
}

const here = (): boolean => true;
const barcodes = (found: ReturnType<typeof stretchesOf>) => found.stretches?.map((each) => each.part.barcode);

describe('dma restore: where a stream is', () => {
  it('puts parts in the order of the stream, as windows of whole records', () => {
    const second = part({ number: 2, barcode: 'B', offset: 3000n, bytes: 1500n });
    const { stretches } = stretchesOf([second, part({})], 4500n, here);
    assert.deepEqual(
      stretches?.map(({ offset, length }) => [offset, length]),
      [
        [0n, 3000n],
        [3000n, 2000n],
      ],
    );
  });

  it('says where the stream has a hole', () => {
    assert.match(stretchesOf([], 10n, here).problem ?? '', /knows of no tape/);
    assert.match(stretchesOf([part({})], 3500n, here).problem ?? '', /the bytes 3000 to 3500/);
    const late = part({ number: 2, offset: 4000n });
    assert.match(stretchesOf([part({}), late], 7000n, here).problem ?? '', /the bytes 3000 to 4000/);
    assert.match(stretchesOf([part({ offset: 1000n })], 4000n, here).problem ?? '', /the bytes 0 to 1000/);
    assert.match(stretchesOf([part({ recordSize: 0 })], 3000n, here).problem ?? '', /record size/);
  });

  it('reads the copy whose tapes are at hand, and parts of several copies where no copy has all', () => {
    const second = part({ number: 2, offset: 3000n, barcode: 'B' });
    const copy = [part({ copy: 2, barcode: 'C' }), part({ number: 2, copy: 2, offset: 3000n, barcode: 'D' })];
    const all = [part({}), second, ...copy];
    assert.deepEqual(barcodes(stretchesOf(all, 6000n, here)), ['A', 'B']);
    assert.deepEqual(barcodes(stretchesOf(all, 6000n, (barcode) => 'CD'.includes(barcode))), ['C', 'D']);
    assert.deepEqual(barcodes(stretchesOf([part({}), copy[1]], 6000n, here)), ['A', 'D']);
  });

  it('goes on to the end of the tape file where nobody saw the end of the last part', () => {
    const { stretches } = stretchesOf([part({ closed: false, bytes: 0n })], 5000n, here);
    assert.deepEqual([stretches?.length, stretches?.[0].length], [1, undefined]);
    assert.equal(stretchAt(stretches ?? [], 4999n), 0);
  });

  it('finds the tape of every byte, and none behind the end', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 }),
        fc.nat(),
        (sizes, seed) => {
          let offset = 0n;
          const parts = sizes.map((records, n) => {
            const own = part({ number: n + 1, barcode: `T${n}`, offset, bytes: BigInt(records * RECORD) });
            offset += own.bytes;
            return own;
          });
          const { stretches } = stretchesOf([...parts].reverse(), offset, here);
          assert.ok(stretches);
          const at = BigInt(seed) % offset;
          const found = stretches[stretchAt(stretches, at) ?? -1];
          assert.ok(found.part.offset <= at && at < found.part.offset + found.part.bytes);
          assert.equal(stretchAt(stretches, offset), undefined);
        },
      ),
    );
  });
});
