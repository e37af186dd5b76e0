import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RecordAssembler, RecordTooLong } from '../../src/transport';
import { encodeRecord } from '../../src/xdr';

const records = fc.array(
  fc.record({ payload: fc.uint8Array({ maxLength: 3000 }), fragment: fc.integer({ min: 1, max: 900 }) }),
  {
    maxLength: 8,
  },
);

const unexpected = (): void => assert.fail('no record is complete');

describe('transport: records out of a stream', () => {
  it('come out as they were, however the stream was cut', () => {
    fc.assert(
      fc.property(records, fc.infiniteStream(fc.integer({ min: 1, max: 700 })), (list, sizes) => {
        const stream = Buffer.concat(list.map(({ payload, fragment }) => encodeRecord(payload, fragment)));
        const assembler = new RecordAssembler(3000);
        const found: Buffer[] = [];
        for (let at = 0; at < stream.length;) {
          const size = sizes.next().value as number;
          assembler.push(stream.subarray(at, at + size), (payload) => found.push(Buffer.from(payload)));
          at += size;
        }
        assert.equal(assembler.isPartial, false);
        assert.deepEqual(
          found,
          list.map(({ payload }) => Buffer.from(payload)),
        );
      }),
    );
  });

  it('tells that a record has begun', () => {
    const assembler = new RecordAssembler(100);
    assembler.push(Uint8Array.of(0x80), unexpected);
    assert.equal(assembler.isPartial, true);
    assembler.push(Uint8Array.of(0, 0, 4, 1, 2), unexpected);
    assert.equal(assembler.isPartial, true);
  });

  it('takes fragments of length 0', () => {
    const found: Uint8Array[] = [];
    const assembler = new RecordAssembler(100);
    const stream = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 2, 7, 8, 0x80, 0, 0, 0);
    assembler.push(stream, (payload) => found.push(payload.slice()));
    assert.deepEqual(found, [Uint8Array.of(7, 8)]);
  });

  it('refuses a record that is too long before it is kept', () => {
    const huge = Uint8Array.of(0xff, 0xff, 0xff, 0xff);
    assert.throws(() => new RecordAssembler(1000).push(huge, unexpected), RecordTooLong);
    const assembler = new RecordAssembler(1000);
    const part = Uint8Array.from([0, 0, 3, 0, ...new Uint8Array(768)]);
    assembler.push(part, unexpected);
    assert.throws(() => assembler.push(part, unexpected), RecordTooLong);
  });
});
