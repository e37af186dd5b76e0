import assert from 'node:assert/strict';
import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { formatIPv4, formatIPv6 } from '../../src/capture/addresses';

function v6(hex: string): string {
  const bytes = Buffer.from(hex.replaceAll(':', ''), 'hex');
  return formatIPv6(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0);
}

describe('addresses', () => {
  it('IPv4', () => {
    assert.equal(formatIPv4(0x7f000001), '127.0.0.1');
    assert.equal(formatIPv4(0xffffffff), '255.255.255.255');
    assert.equal(formatIPv4(0), '0.0.0.0');
  });

  it('IPv6 as RFC 5952 says', () => {
    assert.equal(v6('0000:0000:0000:0000:0000:0000:0000:0001'), '::1');
    assert.equal(v6('0000:0000:0000:0000:0000:0000:0000:0000'), '::');
    assert.equal(v6('2001:0db8:0000:0000:0000:0000:0002:0001'), '2001:db8::2:1');
    assert.equal(v6('2001:0db8:0000:0001:0001:0001:0001:0001'), '2001:db8:0:1:1:1:1:1', 'one zero stays');
    assert.equal(v6('2001:0000:0000:0001:0000:0000:0000:0001'), '2001:0:0:1::1', 'the longer run');
    assert.equal(v6('2001:0db8:0000:0000:0001:0000:0000:0001'), '2001:db8::1:0:0:1', 'the first of equal runs');
    assert.equal(v6('fe80:0000:0000:0000:0000:0000:0000:0000'), 'fe80::');
    assert.equal(v6('0000:0000:0000:0000:0000:ffff:0a00:0001'), '::ffff:10.0.0.1');
  });

  it('any IPv6 address is one and names its bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.nat(16), (bytes, zeros) => {
        bytes.fill(0, 4, Math.max(4, zeros));
        const shown = formatIPv6(new DataView(bytes.buffer), 0);
        assert.ok(isIPv6(shown), shown);
        assert.equal(new URL(`http://[${shown}]`).hostname, new URL(`http://[${plain(bytes)}]`).hostname);
      }),
    );
  });
});

function plain(bytes: Uint8Array): string {
  return (Buffer.from(bytes).toString('hex').match(/.{4}/g) ?? []).join(':');
}
