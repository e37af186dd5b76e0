import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MemorySource } from '../../src/capture/byteSource';
import { ReadAhead } from '../../src/session/readAhead';

class CountingSource extends MemorySource {
  reads = 0;

  override read(offset: number, length: number, target: Uint8Array): number {
    this.reads++;
    return super.read(offset, length, target);
  }
}

const BYTES = Uint8Array.from({ length: 700_000 }, (_unused, i) => (i * 31 + (i >> 8)) & 0xff);

describe('reading ahead', () => {
  it('gives the bytes of the source, in whatever order they are read', () => {
    const read = fc.tuple(fc.nat(BYTES.length + 1000), fc.integer({ min: 0, max: 3000 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(read, { maxLength: 60 }), (reads) => {
        const source = new ReadAhead(new MemorySource(BYTES));
        let next = 0;
        for (const [place, length, goOn] of reads) {
          const offset = goOn ? next : place;
          const target = new Uint8Array(length);
          const got = source.read(offset, length, target);
          const wanted = BYTES.subarray(offset, offset + length);
          assert.equal(got, wanted.length);
          assert.deepEqual(target.subarray(0, got), wanted);
          next = offset + got;
        }
      }),
    );
  });

  it('asks the source seldom when it is read from front to back', () => {
    const source = new CountingSource(BYTES);
    const ahead = new ReadAhead(source);
    const target = new Uint8Array(100);
    for (let at = 0; at < BYTES.length; at += 100) assert.equal(ahead.read(at, 100, target), 100);
    assert.ok(source.reads < 10, String(source.reads));
  });

  it('leaves reads here and there alone', () => {
    const source = new CountingSource(BYTES);
    const ahead = new ReadAhead(source);
    for (let i = 0; i < 20; i++) ahead.read((i * 200_003) % BYTES.length, 10, new Uint8Array(10));
    assert.equal(source.reads, 20);
  });
});
