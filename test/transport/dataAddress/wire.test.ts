import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encodeBody, findCode, ipv4Text, ipv6Text } from '../../../src/protocol';
import { addressBytes, type DataAddress, fromWireAddress, toWireAddress } from '../../../src/transport/dataAddress';

const CONNECT = findCode('NDMP_MOVER_CONNECT') ?? 0;
const LISTEN = findCode('NDMP_MOVER_LISTEN') ?? 0;
const words = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('hex')
    .replace(/.{8}(?=.)/g, '$& ');

describe('addresses on the wire', () => {
  const tcp: DataAddress = { kind: 'tcp', family: 4, addresses: [{ address: '192.0.2.10', port: 40001 }] };

  it('are what the specification shows, in every version', () => {
    const reply = (version: 2 | 3 | 4): string => {
      const address = toWireAddress(tcp, version);
      const body = { mover: address, data_connection_addr: address, connect_addr: address };
      return words(encodeBody(LISTEN, version, 'reply', body));
    };
    assert.equal(reply(2), '00000000 00000001 c000020a 00009c41');
    assert.equal(reply(3), '00000000 00000001 c000020a 00009c41');
    assert.equal(reply(4), '00000000 00000001 00000001 c000020a 00009c41 00000000');
  });

  it('come back as they went', () => {
    const six: DataAddress = {
      kind: 'tcp',
      family: 6,
      addresses: [
        { address: '::1', port: 1 },
        { address: '2001:db8::ff:0:1', port: 65535 },
      ],
    };
    for (const version of [2, 3, 4] as const) {
      assert.deepEqual(fromWireAddress(toWireAddress(tcp, version), version), tcp);
      assert.deepEqual(fromWireAddress(toWireAddress({ kind: 'local' }, version), version), { kind: 'local' });
    }
    assert.deepEqual(fromWireAddress(toWireAddress(six, 4), 4), six);
    assert.doesNotThrow(() => encodeBody(CONNECT, 4, 'request', { mode: 0, addr: toWireAddress(six, 4) }));
    assert.deepEqual(toWireAddress(six, 3), { type: 0 }, 'v3 knows no IPv6');
  });

  it('of other kinds, without a port or without an entry lead nowhere', () => {
    assert.equal(fromWireAddress(undefined, 4), undefined);
    assert.equal(fromWireAddress({ type: 2, loop_id: 1 }, 3), undefined);
    assert.equal(fromWireAddress({ type: 3, comm_data: new Uint8Array(4) }, 4), undefined);
    assert.equal(fromWireAddress({ type: 1, tcp_addr: [] }, 4), undefined);
    assert.equal(fromWireAddress({ type: 1, ip_addr: 1, port: 0 }, 3), undefined);
    assert.equal(fromWireAddress({ type: 1, ip_addr: 1, port: 70_000 }, 3), undefined);
    assert.equal(
      fromWireAddress({ type: 0x20510004, tcp6_addr: [{ ipv6_addr: new Uint8Array(4), port: 5 }] }, 4),
      undefined,
    );
    assert.equal(fromWireAddress({ type: 0x20510004, tcp6_addr: [] }, 3), undefined);
  });

  it('an endless list is looked at only so far', () => {
    const tcp_addr = Array.from({ length: 100_000 }, () => ({ ip_addr: 0x7f000001, port: 5, addr_env: [] }));
    const address = fromWireAddress({ type: 1, tcp_addr }, 4);
    assert.ok(address?.kind === 'tcp' && address.addresses.length === 16);
  });

  it('are read from text to bytes as they are written from bytes to text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        assert.deepEqual(addressBytes(ipv6Text(bytes)), bytes);
      }),
    );
    fc.assert(
      fc.property(fc.nat(0xffffffff), (word) => {
        const bytes = addressBytes(ipv4Text(word));
        assert.ok(bytes);
        assert.equal(Buffer.from(bytes).readUInt32BE(), word);
      }),
    );
    assert.deepEqual(addressBytes('fe80::1%lo'), addressBytes('fe80::1'));
    for (const text of ['', 'localhost', '1.2.3', '1:2', ':::', '::1::']) assert.equal(addressBytes(text), undefined);
  });
});
