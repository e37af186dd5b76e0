import assert from 'node:assert/strict';
import { parsePcapHeader } from '../../src/capture/pcap';
import { pcap, START, wordsOf } from '../support/captureFiles';
import { scanAll } from './support';

const packetOf = (fill: number, length = 60): Buffer => Buffer.alloc(length, fill);
const PACKETS = [1, 2, 3, 4, 5, 6].map((fill) => packetOf(fill, 50 + 7 * fill));

/** Where each packet record of a file begins. */
function offsets(packets: readonly Uint8Array[]): number[] {
  let at = 24;
  return packets.map(({ length }) => (at += 16 + length) - 16 - length);
}

describe('pcap', () => {
  for (const little of [true, false]) {
    for (const nanoseconds of [false, true]) {
      it(`is read in ${little ? 'little' : 'big'} endian with ${nanoseconds ? 'nano' : 'micro'}seconds`, () => {
        const file = pcap(
          [
            { bytes: PACKETS[0], seconds: 1, fraction: 999_999 },
            { bytes: PACKETS[1], seconds: 0xffffffff, fraction: 5, wireLength: 1500 },
          ],
          { little, nanoseconds, linkType: 113 },
        );
        const { packets, damage, scanner } = scanAll(file);
        assert.deepEqual(damage, []);
        assert.deepEqual(
          packets.map((packet) => Buffer.from(packet.bytes)),
          PACKETS.slice(0, 2),
        );
        assert.deepEqual(
          packets.map((packet) => packet.seconds),
          [1, 0xffffffff],
        );
        assert.deepEqual(
          packets.map((packet) => packet.nanos),
          nanoseconds ? [999_999, 5] : [999_999_000, 5000],
        );
        assert.deepEqual(
          packets.map((packet) => packet.wireLength),
          [PACKETS[0].length, 1500],
        );
        assert.deepEqual(
          packets.map((packet) => packet.recordOffset),
          offsets(PACKETS).slice(0, 2),
        );
        assert.deepEqual(
          packets.map((packet) => packet.frame),
          [1, 2],
        );
        assert.equal(packets[0].digits, nanoseconds ? 9 : 6);
        assert.equal(packets[0].linkType, 113);
        assert.deepEqual(scanner.interfaces, [{ linkType: 113, digits: nanoseconds ? 9 : 6, packets: 2 }]);
      });
    }
  }

  it('does not take the frame check sequence bits for the link type', () => {
    const { linkType } = parsePcapHeader(viewOf(pcap([], { linkType: 0x50000001 })), 0) ?? {};
    assert.equal(linkType, 1);
  });

  it('is told by its magic and a whole header', () => {
    const file = pcap([]);
    for (let length = 0; length < 24; length++)
      assert.equal(parsePcapHeader(viewOf(file.subarray(0, length)), 0), undefined);
    assert.equal(parsePcapHeader(viewOf(Buffer.alloc(24)), 0), undefined);
    assert.equal(parsePcapHeader(viewOf(Buffer.concat([wordsOf(true)(0xa1b2cd34), Buffer.alloc(20)])), 0), undefined);
  });

  it('packets may straddle the blocks in which a file is read', () => {
    const whole = scanAll(pcap(PACKETS));
    for (const blockBytes of [16, 17, 40, 100])
      assert.deepEqual(scanAll(pcap(PACKETS), blockBytes).packets, whole.packets);
  });

  it('a fraction beyond the second is cut to it', () => {
    const { packets } = scanAll(pcap([{ bytes: PACKETS[0], seconds: 1, fraction: 0xffffffff }]));
    assert.equal(packets[0].nanos, 999_999_000);
  });

  describe('damage', () => {
    const sound = pcap(PACKETS);
    const starts = offsets(PACKETS);

    /** The file with another captured length in a packet's header. */
    function withLength(packet: number, captured: number): Buffer {
      const file = Buffer.from(sound);
      file.writeUInt32LE(captured, starts[packet] + 8);
      return file;
    }

    const fills = ({ packets }: ReturnType<typeof scanAll>): number[] => packets.map(({ bytes }) => bytes[0]);

    it('a length that cannot be loses one packet', () => {
      for (const captured of [0xffffffff, 0x80000000, 262_145]) {
        for (const blockBytes of [64, 1 << 20]) {
          const result = scanAll(withLength(2, captured), blockBytes);
          assert.deepEqual(fills(result), [1, 2, 4, 5, 6]);
          assert.equal(result.damage.length, 1);
          assert.equal(result.damage[0].kind, 'unreadable');
          assert.equal(result.damage[0].frame, 2);
          assert.equal(result.damage[0].fileOffset, starts[2]);
          assert.match(result.damage[0].text, new RegExp(`packet 3 says ${captured} bytes`));
        }
      }
    });

    it('so it does in the first and in the last packet', () => {
      assert.deepEqual(fills(scanAll(withLength(0, 0xffffffff))), [2, 3, 4, 5, 6]);
      const last = scanAll(withLength(5, 0xffffffff));
      assert.deepEqual(fills(last), [1, 2, 3, 4, 5]);
      assert.match(last.damage.at(-1)?.text ?? '', /No readable packet after packet 5/);
      assert.equal(last.damage.at(-1)?.bytes, sound.length - starts[5]);
    });

    it('a length that is possible, but longer than the file, loses one packet as well', () => {
      const result = scanAll(withLength(2, 200_000));
      assert.deepEqual(fills(result), [1, 2, 4, 5, 6]);
      assert.deepEqual(
        result.damage.map(({ kind, frame }) => [kind, frame]),
        [['unreadable', 2]],
      );
    });

    it('several broken lengths lose as many packets', () => {
      const file = withLength(1, 0xfffffff0);
      file.writeUInt32LE(0xfffffff0, starts[4] + 8);
      const result = scanAll(file);
      assert.deepEqual(fills(result), [1, 3, 4, 6]);
      assert.equal(result.damage.length, 2);
    });

    it('packets years apart do not keep a reader from finding back', () => {
      const far = PACKETS.map((bytes, at) => ({ bytes, seconds: START + at * 40_000_000 - (at % 2) * 1000 }));
      far[4].seconds = far[5].seconds = far[3].seconds;
      const file = pcap(far);
      file.writeUInt32LE(0xffffffff, starts[2] + 8);
      assert.deepEqual(fills(scanAll(file)), [1, 2, 4, 5, 6]);
    });

    it('a file that ends too early says where', () => {
      const inBytes = scanAll(sound.subarray(0, starts[3] + 20));
      assert.deepEqual(fills(inBytes), [1, 2, 3]);
      assert.deepEqual(inBytes.damage, [
        {
          kind: 'truncated',
          frame: 3,
          fileOffset: starts[3],
          bytes: 20,
          text: `The file ends inside the bytes of packet 4, 20 bytes after position ${starts[3]}.`,
        },
      ]);
      const inHeader = scanAll(sound.subarray(0, starts[3] + 5));
      assert.match(inHeader.damage[0].text, /inside the header of packet 4, 5 bytes/);
      assert.deepEqual(scanAll(sound.subarray(0, starts[3])).damage, [], 'between packets nothing is wrong');
    });

    it('rubbish between packets is stepped over in one go', () => {
      const rubbish = Buffer.alloc(3_000_000, 0xee);
      const file = Buffer.concat([sound.subarray(0, starts[3]), rubbish, sound.subarray(starts[3])]);
      assert.deepEqual(fills(scanAll(file)), [1, 2, 3, 4, 5, 6]);
      assert.deepEqual(fills(scanAll(file, 5000)), [1, 2, 3, 4, 5, 6]);
    });
  });
});

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
