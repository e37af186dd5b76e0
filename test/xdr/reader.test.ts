import assert from 'node:assert/strict';
import { XdrReader } from '../../src/xdr';
import { fromHex } from '../support/hex';

describe('XDR reader', () => {
  it('reads words, signed words and two-word numbers', () => {
    const reader = new XdrReader(fromHex('ffffffff ffffffff 00000001 00000002'));
    assert.equal(reader.u32(), 0xffffffff);
    assert.equal(reader.i32(), -1);
    assert.equal(reader.u64(), 0x1_0000_0002n);
    assert.equal(reader.position, 16);
    assert.equal(reader.failed, false);
  });

  it('reads strings and opaque bytes with their padding', () => {
    const reader = new XdrReader(fromHex('00000005 68656c6c 6f000000 00000002 01020000 aabb0000'));
    assert.equal(reader.string(), 'hello');
    assert.deepEqual(reader.opaque(), fromHex('0102'));
    assert.deepEqual(reader.fixedOpaque(2), fromHex('aabb'));
    assert.equal(reader.remaining, 0);
    assert.deepEqual(reader.notes, []);
  });

  it('stops at an item that is not all there, and stays there', () => {
    const reader = new XdrReader(fromHex('00000001 0000'));
    assert.equal(reader.u32(), 1);
    assert.equal(reader.u32(), 0);
    assert.equal(reader.failedAt, 4);
    assert.equal(reader.failure, '4 bytes wanted, 2 left');
    assert.equal(reader.u64(), 0n);
    assert.equal(reader.string(), '');
    assert.equal(reader.opaque().length, 0);
    assert.equal(reader.fixedOpaque(16).length, 0);
    assert.equal(reader.failedAt, 4);
    assert.equal(reader.remaining, 0);
  });

  it('does not believe a length of 4 GB', () => {
    const reader = new XdrReader(fromHex('ffffffff 61626364'));
    assert.equal(reader.string(), '');
    assert.equal(reader.failedAt, 0);
    assert.equal(reader.failure, 'length 4294967295, but only 4 bytes are left');
  });

  it('notes padding that is not zero and keeps its bytes', () => {
    const reader = new XdrReader(fromHex('00000001 61ff0001'));
    assert.equal(reader.string(), 'a');
    assert.deepEqual(reader.notes, [{ offset: 5, length: 3, text: 'padding bytes are not zero' }]);
    assert.deepEqual(reader.patches, [{ offset: 5, bytes: fromHex('ff0001') }]);
  });

  it('notes padding that is missing at the end', () => {
    const reader = new XdrReader(fromHex('00000001 61'));
    assert.equal(reader.string(), 'a');
    assert.equal(reader.failed, false);
    assert.equal(reader.notes.length, 1);
    assert.deepEqual(reader.patches, [{ offset: 5, bytes: new Uint8Array(0) }]);
  });

  it('gives copies, not views of a buffer that may be used again', () => {
    const bytes = fromHex('00000004 01020304');
    const value = new XdrReader(bytes).opaque();
    bytes.fill(0);
    assert.deepEqual(value, fromHex('01020304'));
  });

  it('reads within a window of the bytes', () => {
    const reader = new XdrReader(fromHex('00000001 00000002 00000003'), 4, 8);
    assert.equal(reader.u32(), 2);
    assert.equal(reader.u32(), 0);
    assert.equal(reader.failure, 'the record ends here');
  });
});
