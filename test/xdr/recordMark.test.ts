import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeRecordMark, encodeRecord } from '../../src/xdr';
import { fromHex, toHex } from '../support/hex';

describe('record marks', () => {
  it('make one last fragment', () => {
    assert.equal(toHex(encodeRecord(fromHex('0102'))), '800000020102');
    assert.equal(toHex(encodeRecord(new Uint8Array(0))), '80000000');
  });

  it('make several fragments', () => {
    assert.equal(
      toHex(encodeRecord(fromHex('0102030405'), 2)),
      '00000002' + '0102' + '00000002' + '0304' + '80000001' + '05',
    );
  });

  it('are read with all 31 bits of the length', () => {
    assert.deepEqual(decodeRecordMark(fromHex('7fffffff')), { last: false, length: 0x7fffffff });
    assert.deepEqual(decodeRecordMark(fromHex('00 80000024'), 1), { last: true, length: 36 });
  });

  it('give the payload back, however it was cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 60 }), (payload, size) => {
        const record = encodeRecord(payload, size);
        const parts: number[] = [];
        let at = 0;
        for (let last = false; !last;) {
          const mark = decodeRecordMark(record, at);
          parts.push(...record.subarray(at + 4, at + 4 + mark.length));
          at += 4 + mark.length;
          last = mark.last;
        }
        assert.equal(at, record.length);
        assert.deepEqual(Uint8Array.from(parts), payload);
      }),
    );
  });
});
