import assert from 'node:assert/strict';
import type { PcapngScanner } from '../../src/capture/pcapng';
import { PcapngBlocks, pcapng, START } from '../support/captureFiles';
import type { Option } from '../support/captureFiles';
import { scanAll } from './support';

const packetOf = (fill: number, length = 60): Buffer => Buffer.alloc(length, fill);
const PACKETS = [1, 2, 3, 4, 5, 6].map((fill) => packetOf(fill, 50 + 7 * fill));
const text = (value: string): Buffer => Buffer.from(value);
const resolution = (value: number): Option => [9, Buffer.of(value)];
const fills = ({ packets }: ReturnType<typeof scanAll>): number[] => packets.map(({ bytes }) => bytes[0]);

function offsetOption(seconds: bigint, little: boolean): Option {
  const bytes = Buffer.alloc(8);
  if (little) bytes.writeBigInt64LE(seconds);
  else bytes.writeBigInt64BE(seconds);
  return [14, bytes];
}

describe('pcapng', () => {
  for (const little of [true, false]) {
    const blocks = new PcapngBlocks(little);
    const name = little ? 'little endian' : 'big endian';

    it(`${name}: packets with their time, length and place`, () => {
      const ticks = BigInt(START) * 1_000_000n + 123_456n;
      const file = Buffer.concat([
        blocks.section(),
        blocks.interface(1, [[2, text('eth0')]]),
        blocks.packet(PACKETS[0], ticks, { wireLength: 1500 }),
        blocks.packet(PACKETS[1], ticks + 1n),
      ]);
      const { packets, damage, scanner } = scanAll(file);
      assert.deepEqual(damage, []);
      assert.deepEqual(
        packets.map(({ bytes }) => Buffer.from(bytes)),
        PACKETS.slice(0, 2),
      );
      assert.deepEqual(
        packets.map(({ seconds, nanos }) => [seconds, nanos]),
        [
          [START, 123_456_000],
          [START, 123_457_000],
        ],
      );
      assert.equal(packets[0].wireLength, 1500);
      assert.equal(packets[0].recordOffset, blocks.section().length + blocks.interface(1, [[2, text('eth0')]]).length);
      assert.deepEqual(
        scanner.interfaces.map((each) => [each.name, each.linkType, each.digits, each.packets]),
        [['eth0', 1, 6, 2]],
      );
    });

    it(`${name}: resolutions and offsets of clocks`, () => {
      const file = Buffer.concat([
        blocks.section(),
        blocks.interface(1, [resolution(9)]),
        blocks.interface(1, [resolution(0)]),
        blocks.interface(1, [resolution(0x80 | 10)]),
        blocks.interface(1, [resolution(3), offsetOption(-100n, little)]),
        blocks.packet(PACKETS[0], BigInt(START) * 1_000_000_000n + 987_654_321n, { interface: 0 }),
        blocks.packet(PACKETS[0], 77n, { interface: 1 }),
        blocks.packet(PACKETS[0], 5n * 1024n + 256n, { interface: 2 }),
        blocks.packet(PACKETS[0], 200_750n, { interface: 3 }),
      ]);
      const { packets } = scanAll(file);
      assert.deepEqual(
        packets.map(({ seconds, nanos, digits }) => [seconds, nanos, digits]),
        [
          [START, 987_654_321, 9],
          [77, 0, 0],
          [5, 250_000_000, 4],
          [100, 750_000_000, 3],
        ],
      );
    });

    it(`${name}: simple packets and the packet blocks of old drafts`, () => {
      const file = Buffer.concat([
        blocks.section(),
        blocks.interface(1, [], 40),
        blocks.simplePacket(PACKETS[0].subarray(0, 40), PACKETS[0].length),
        blocks.obsoletePacket(PACKETS[1], 5_000_000n),
      ]);
      const { packets, damage } = scanAll(file);
      assert.deepEqual(damage, []);
      assert.deepEqual(
        packets.map(({ bytes, wireLength }) => [bytes.length, wireLength]),
        [
          [40, PACKETS[0].length],
          [PACKETS[1].length, PACKETS[1].length],
        ],
      );
      assert.equal(packets[1].seconds, 5);
    });

    it(`${name}: comments and host names`, () => {
      const file = Buffer.concat([
        blocks.section([[1, text('of the section')]]),
        blocks.interface(),
        blocks.names([
          [Buffer.of(10, 0, 0, 1), 'filer1'],
          [Buffer.from('20010db8000000000000000000000001', 'hex'), 'filer6'],
          [Buffer.of(10, 0, 0, 1), 'second name'],
        ]),
        blocks.packet(PACKETS[0], 1n, { options: [[1, text('of a packet')]] }),
      ]);
      const { scanner, comments } = scanAll(file);
      assert.deepEqual(scanner.comments, ['of the section']);
      assert.deepEqual(comments, [['of a packet']]);
      assert.deepEqual(
        [...scanner.names],
        [
          ['10.0.0.1', 'filer1'],
          ['2001:db8::1', 'filer6'],
        ],
      );
    });
  }

  it('several sections, each with its own byte order and interfaces', () => {
    const [a, b] = [new PcapngBlocks(true), new PcapngBlocks(false)];
    const file = Buffer.concat([
      a.section(),
      a.interface(1, [resolution(6)]),
      a.packet(PACKETS[0], 1_000_000n),
      b.section(),
      b.interface(113, [resolution(9)]),
      b.interface(101),
      b.packet(PACKETS[1], 2_000_000_000n),
      b.packet(PACKETS[2], 3_000_000n, { interface: 1 }),
    ]);
    const { packets, scanner } = scanAll(file);
    assert.deepEqual(
      packets.map(({ linkType, seconds, frame }) => [linkType, seconds, frame]),
      [
        [1, 1, 1],
        [113, 2, 2],
        [101, 3, 3],
      ],
    );
    assert.equal(scanner.interfaces.length, 3);
    // what an earlier pass found lets a reader start anywhere
    const { sections } = scanner as PcapngScanner;
    assert.deepEqual(
      sections.map(({ little, interfaces }) => [little, interfaces.length]),
      [
        [true, 1],
        [false, 2],
      ],
    );
  });

  it('blocks of other kinds are stepped over, and numbered as Wireshark does where it does', () => {
    const blocks = new PcapngBlocks();
    const file = Buffer.concat([
      blocks.section(),
      blocks.interface(),
      blocks.block(5, Buffer.alloc(20)),
      blocks.packet(PACKETS[0], 1n),
      blocks.block(9, text('journal entry')),
      blocks.block(0x0bad, Buffer.alloc(8)),
      blocks.packet(PACKETS[1], 2n),
    ]);
    const { packets, damage } = scanAll(file);
    assert.deepEqual(
      packets.map(({ frame }) => frame),
      [1, 4],
    );
    assert.deepEqual(damage, []);
  });

  it('a block too large to hold is stepped over, when it may be that large', () => {
    const blocks = new PcapngBlocks();
    const file = Buffer.concat([
      blocks.section(),
      blocks.interface(),
      blocks.packet(PACKETS[0], 1n),
      blocks.block(10, Buffer.alloc(17 * 1024 * 1024)),
      blocks.packet(PACKETS[1], 2n),
    ]);
    assert.deepEqual(fills(scanAll(file)), [1, 2]);
  });

  it('blocks may straddle the blocks in which a file is read', () => {
    const whole = scanAll(pcapng(PACKETS));
    assert.equal(whole.packets.length, 6);
    for (const size of [12, 13, 40, 100]) assert.deepEqual(scanAll(pcapng(PACKETS), size).packets, whole.packets);
  });

  describe('damage', () => {
    for (const little of [true, false]) {
      const sound = pcapng(PACKETS, little);
      const starts = scanAll(sound).packets.map(({ recordOffset }) => recordOffset);
      const put = (at: number, value: number): Buffer => {
        const file = Buffer.from(sound);
        if (little) file.writeUInt32LE(value >>> 0, at);
        else file.writeUInt32BE(value >>> 0, at);
        return file;
      };
      const name = little ? 'little endian' : 'big endian';

      it(`${name}: a block length that cannot be, or is wrong, loses one packet`, () => {
        for (const length of [0, 4, 13, 64, 200, 4096, 0x1000000, 0xfffffffc, 0xffffffff]) {
          for (const size of [64, 1 << 20]) {
            const result = scanAll(put(starts[2] + 4, length), size);
            assert.deepEqual(fills(result), [1, 2, 4, 5, 6], `${length} in blocks of ${size}`);
            assert.deepEqual(
              result.damage.map(({ kind, frame, fileOffset }) => [kind, frame, fileOffset]),
              [['unreadable', 2, starts[2]]],
            );
          }
        }
      });

      it(`${name}: a broken length at a block's end is no harm`, () => {
        const result = scanAll(put(starts[3] - 4, 0xffffffff));
        assert.deepEqual(fills(result), [1, 2, 3, 4, 5, 6]);
      });

      it(`${name}: a captured length beyond the block is cut to it and named`, () => {
        const result = scanAll(put(starts[1] + 20, 0xffffffff));
        assert.deepEqual(fills(result), [1, 2, 3, 4, 5, 6]);
        assert.match(result.damage[0].text, /Packet 2 says that 4294967295 bytes of it were captured/);
      });

      it(`${name}: a packet of an interface that is not there is left out and named`, () => {
        const result = scanAll(put(starts[1] + 8, 7));
        assert.deepEqual(
          result.packets.map(({ frame }) => frame),
          [1, 3, 4, 5, 6],
        );
        assert.match(result.damage[0].text, /Packet 2 names interface 7/);
      });

      it(`${name}: a file that ends inside a block says where`, () => {
        const result = scanAll(sound.subarray(0, starts[3] + 30));
        assert.deepEqual(fills(result), [1, 2, 3]);
        assert.deepEqual(
          result.damage.map(({ kind, frame, fileOffset, bytes }) => [kind, frame, fileOffset, bytes]),
          [['truncated', 3, starts[3], 30]],
        );
      });
    }

    it('tens of thousands of sections cost no more than their bytes', function () {
      this.timeout(20_000);
      const blocks = new PcapngBlocks();
      const one = Buffer.concat([blocks.section(), blocks.interface(), blocks.packet(PACKETS[0], 1n)]);
      const start = performance.now();
      const { packets } = scanAll(Buffer.concat(Array<Buffer>(100_000).fill(one)));
      assert.ok(performance.now() - start < 10_000);
      assert.ok(packets.length >= 65_536);
    });

    it('options and names with broken lengths stop at the end of their block', () => {
      const blocks = new PcapngBlocks();
      for (const length of [0xffff, 0x7fff, 9]) {
        const options = Buffer.of(1, 0, length & 255, length >> 8, 65, 66, 67, 68);
        const body = Buffer.concat([Buffer.of(1, 0, 0, 0, 0, 0, 4, 0), options]);
        const names = Buffer.concat([Buffer.of(1, 0, length & 255, length >> 8, 10, 0, 0, 1, 65, 0, 0, 0)]);
        const file = Buffer.concat([
          blocks.section(),
          blocks.block(1, body),
          blocks.block(4, names),
          blocks.packet(PACKETS[0], 1n),
        ]);
        assert.deepEqual(fills(scanAll(file)), [1]);
      }
    });
  });
});
