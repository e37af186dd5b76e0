import assert from 'node:assert/strict';
import { XdrWriter } from '../../src/xdr';
import { fromHex, toHex } from '../support/hex';

describe('XDR writer', () => {
  it('writes words, strings and opaque bytes with zero padding', () => {
    const writer = new XdrWriter(0);
    writer.u32(1);
    writer.u32(-1);
    writer.u64(0x1_0000_0002n);
    writer.string('hello');
    writer.opaque(fromHex('010203'));
    writer.fixedOpaque(fromHex('aabb'), 5);
    writer.raw(fromHex('ff'));
    assert.equal(
      toHex(writer.finish()),
      '00000001ffffffff00000001000000020000000568656c6c6f0000000000000301020300aabb000000000000ff',
    );
    assert.equal(writer.length, 45);
  });

  it('cuts fixed opaque bytes that are too long', () => {
    const writer = new XdrWriter();
    writer.fixedOpaque(fromHex('0102030405'), 4);
    assert.equal(toHex(writer.finish()), '01020304');
  });

  it('grows with what is written', () => {
    const writer = new XdrWriter(16);
    const long = 'x'.repeat(10_001);
    writer.string(long);
    writer.opaque(new Uint8Array(70_000).fill(7));
    const bytes = writer.finish();
    assert.equal(bytes.length, 4 + 10_004 + 4 + 70_000);
    assert.equal(new TextDecoder().decode(bytes.subarray(4, 10_005)), long);
    assert.equal(bytes[bytes.length - 1], 7);
  });
});
