import assert from 'node:assert/strict';
import { LinkType, ipHeaderOffset, isReadableLinkType, linkTypeName } from '../../src/capture/linkLayer';
import { CLIENT, SERVER, ethernet, ipv4, ipv6, tcp } from '../support/packets';

const IP4 = ipv4(CLIENT.address, SERVER.address, tcp({ source: CLIENT, destination: SERVER, sequence: 1 }));
const IP6 = ipv6('::1', '::2', tcp({ source: CLIENT, destination: SERVER, sequence: 1 }));

function offset(linkType: number, packet: Uint8Array): number {
  return ipHeaderOffset(linkType, new DataView(packet.buffer, packet.byteOffset, packet.length), 0, packet.length);
}

const bytes = (...values: number[]): Buffer => Buffer.from(values);

describe('link layers', () => {
  it('Ethernet, with any number of VLAN tags that a network has', () => {
    assert.equal(offset(LinkType.ETHERNET, ethernet(IP4)), 14);
    assert.equal(offset(LinkType.ETHERNET, ethernet(IP6)), 14);
    assert.equal(offset(LinkType.ETHERNET, ethernet(IP4, [0x8100])), 18);
    assert.equal(offset(LinkType.ETHERNET, ethernet(IP6, [0x88a8, 0x8100])), 22);
    assert.equal(offset(LinkType.ETHERNET, ethernet(IP4, [0x9100, 0x9200, 0x8100])), 26);
    assert.equal(offset(LinkType.ETHERNET, ethernet(IP4, Array<number>(5000).fill(0x8100))), -1);
  });

  it('Linux cooked v1 and v2, tagged as well', () => {
    assert.equal(offset(LinkType.LINUX_SLL, Buffer.concat([Buffer.alloc(14), bytes(8, 0), IP4])), 16);
    assert.equal(
      offset(LinkType.LINUX_SLL, Buffer.concat([Buffer.alloc(14), bytes(0x81, 0, 0, 5, 0x86, 0xdd), IP6])),
      20,
    );
    assert.equal(offset(LinkType.LINUX_SLL2, Buffer.concat([bytes(8, 0), Buffer.alloc(18), IP4])), 20);
    assert.equal(
      offset(LinkType.LINUX_SLL2, Buffer.concat([bytes(0x81, 0), Buffer.alloc(18), bytes(0, 5, 8, 0), IP4])),
      24,
    );
    assert.equal(offset(LinkType.LINUX_SLL2, Buffer.concat([bytes(8, 6), Buffer.alloc(18), IP4])), -1);
  });

  it('BSD loopback in both byte orders, and raw IP', () => {
    assert.equal(offset(LinkType.NULL, Buffer.concat([bytes(2, 0, 0, 0), IP4])), 4);
    assert.equal(offset(LinkType.LOOP, Buffer.concat([bytes(0, 0, 0, 24), IP6])), 4);
    for (const type of [LinkType.RAW, LinkType.RAW_BSD, LinkType.RAW_OPENBSD, LinkType.IPV4, LinkType.IPV6])
      assert.equal(offset(type, IP4), 0);
  });

  it('packets without IP, too short ones, and link types that are not read', () => {
    assert.equal(offset(LinkType.ETHERNET, Buffer.concat([Buffer.alloc(12), bytes(8, 6), Buffer.alloc(40)])), -1);
    for (const type of [LinkType.ETHERNET, LinkType.LINUX_SLL, LinkType.LINUX_SLL2, LinkType.NULL, LinkType.LOOP])
      for (let length = 0; length < 4; length++) assert.equal(offset(type, Buffer.alloc(length)), -1);
    assert.equal(offset(105, IP4), -1);
    assert.ok(isReadableLinkType(1) && !isReadableLinkType(105));
    assert.equal(linkTypeName(1), 'Ethernet');
    assert.equal(linkTypeName(105), 'link type 105');
  });
});
