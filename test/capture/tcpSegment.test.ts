import assert from 'node:assert/strict';
import { TcpSegment } from '../../src/capture/tcpSegment';
import { sourceAndDestination } from '../../src/session/endpoints';
import { CLIENT, SERVER, ethernet, ipv4, ipv6, tcp } from '../support/packets';
import type { Ipv6Extension } from '../support/packets';
import { eachPacket } from './support';

const PAYLOAD = Buffer.from(Array.from({ length: 100 }, (_, i) => i));
const SEGMENT = tcp({
  source: CLIENT,
  destination: SERVER,
  sequence: 0xfffffff0,
  acknowledgement: 5,
  payload: PAYLOAD,
});
const V6 = ['2001:db8::1', '2001:db8::2'] as const;

interface Decoded {
  payload: string;
  length: number;
  sequence: number;
  ends: string;
  fileOffset: number;
  recordOffset: number;
}

/** What is decoded of each packet, undefined where there is no segment. */
function decodeAll(
  frames: readonly (Uint8Array | { bytes: Uint8Array; wireLength: number })[],
): (Decoded | undefined)[] {
  const segment = new TcpSegment();
  const decoded: (Decoded | undefined)[] = [];
  eachPacket(frames, (packet, block) => {
    if (!segment.decode(packet, block)) {
      decoded.push(undefined);
      return;
    }
    const { bytes, start, end, length, sequence, fileOffset, recordOffset } = segment;
    const payload = Buffer.from(bytes.subarray(start, end)).toString('hex');
    decoded.push({
      payload,
      length,
      sequence,
      ends: sourceAndDestination(segment).join(' '),
      fileOffset,
      recordOffset,
    });
  });
  return decoded;
}

const decode = (frame: Uint8Array, wireLength = frame.length): Decoded | undefined =>
  decodeAll([{ bytes: frame, wireLength }])[0];

const v4 = (fields = {}): Buffer => ethernet(ipv4(CLIENT.address, SERVER.address, SEGMENT, fields));

/** Cuts a payload into IPv4 fragments of at most `size` bytes. */
function fragmentsOf(payload: Uint8Array, size: number, id: number): Buffer[] {
  const parts: Buffer[] = [];
  for (let offset = 0; offset < payload.length; offset += size) {
    const part = payload.subarray(offset, offset + size);
    parts.push(
      ethernet(ipv4(CLIENT.address, SERVER.address, part, { id, offset, more: offset + size < payload.length })),
    );
  }
  return parts;
}

describe('TCP segments', () => {
  it('in IPv4, with options in either header', () => {
    const plain = decode(v4());
    assert.deepEqual(plain, {
      payload: PAYLOAD.toString('hex'),
      length: 100,
      sequence: 0xfffffff0,
      ends: '10.0.0.1 10.0.0.2',
      fileOffset: 100,
      recordOffset: 100,
    });
    assert.deepEqual(decode(v4({ options: Buffer.alloc(12, 1) })), plain);
    const timestamps = tcp({
      source: CLIENT,
      destination: SERVER,
      sequence: 0xfffffff0,
      payload: PAYLOAD,
      options: Buffer.alloc(12, 1),
    });
    assert.deepEqual(decode(ethernet(ipv4(CLIENT.address, SERVER.address, timestamps))), plain);
  });

  it('padding behind the datagram is no payload', () => {
    assert.equal(decode(Buffer.concat([v4(), Buffer.alloc(30, 0xff)]))?.length, 100);
    const empty = tcp({ source: CLIENT, destination: SERVER, sequence: 1 });
    assert.equal(
      decode(Buffer.concat([ethernet(ipv4(CLIENT.address, SERVER.address, empty)), Buffer.alloc(6)]))?.length,
      0,
    );
  });

  it('a packet that the capture cut has its length on the wire', () => {
    const frame = v4();
    const cut = decode(frame.subarray(0, frame.length - 60), frame.length);
    assert.equal(cut?.payload, PAYLOAD.subarray(0, 40).toString('hex'));
    assert.equal(cut?.length, 100);
    assert.equal(decode(frame.subarray(0, 14 + 20 + 20), frame.length)?.payload, '');
    assert.equal(decode(frame.subarray(0, 14 + 20 + 19), frame.length), undefined);
  });

  it('a total length of 0 stands for the whole packet, as with segmentation offload', () => {
    assert.equal(decode(v4({ totalLength: 0 }))?.length, 100);
  });

  it('lengths and offsets that cannot be are no segment', () => {
    assert.equal(decode(v4({ totalLength: 39 })), undefined);
    assert.equal(decode(v4({ protocol: 17 })), undefined);
    for (const offset of [0, 0x10, 0x40]) {
      const frame = v4();
      frame[14 + 20 + 12] = offset;
      assert.equal(decode(frame), undefined, `TCP data offset ${offset}`);
    }
    const far = v4();
    far[14 + 20 + 12] = 0xf0;
    assert.equal(decode(far)?.length, 60, 'options as long as can be');
    for (const words of [0x40, 0x44]) {
      const frame = v4();
      frame[14] = words;
      assert.equal(decode(frame), undefined, `IP header of ${words & 15} words`);
    }
    const frame = v4();
    for (let length = 0; length < 54; length++) assert.equal(decode(frame.subarray(0, length)), undefined);
  });

  describe('IPv6', () => {
    const wrap = (...extensions: Ipv6Extension[]): Buffer => ethernet(ipv6(...V6, SEGMENT, extensions));

    it('without and with extension headers', () => {
      const plain = decode(wrap());
      assert.equal(plain?.payload, PAYLOAD.toString('hex'));
      assert.equal(plain?.ends, V6.join(' '));
      const extensions = [0, 43, 60, 135].map((header) => ({
        header,
        rest: Buffer.concat([Buffer.of(1), Buffer.alloc(14)]),
      }));
      assert.deepEqual(decode(wrap(...extensions)), plain);
      assert.deepEqual(
        decode(wrap({ header: 51, rest: Buffer.concat([Buffer.of(4), Buffer.alloc(22)]) })),
        plain,
        'authentication',
      );
      assert.deepEqual(
        decode(wrap({ header: 44, rest: Buffer.alloc(7) })),
        plain,
        'a fragment that is the whole datagram',
      );
    });

    it('chains that are broken, endless or hide what follows are no segment', () => {
      assert.equal(decode(wrap({ header: 0, rest: Buffer.concat([Buffer.of(255), Buffer.alloc(6)]) })), undefined);
      assert.equal(decode(wrap({ header: 50, rest: Buffer.alloc(7) })), undefined, 'encrypted');
      const many = Array.from({ length: 200 }, () => ({ header: 60, rest: Buffer.alloc(7) }));
      assert.equal(decode(wrap(...many)), undefined);
      const frame = wrap();
      for (let length = 14; length < 14 + 40 + 20; length++) assert.equal(decode(frame.subarray(0, length)), undefined);
    });

    it('fragments', () => {
      const part = (offset: number, more: boolean, payload: Uint8Array): Buffer => {
        const rest = Buffer.concat([
          Buffer.of(0, offset >> 8, (offset & 0xf8) | (more ? 1 : 0)),
          Buffer.of(0, 0, 0, 9),
        ]);
        return ethernet(ipv6(...V6, payload, [{ header: 44, rest }]));
      };
      const [a, b] = [part(0, true, SEGMENT.subarray(0, 64)), part(64, false, SEGMENT.subarray(64))];
      for (const order of [
        [a, b],
        [b, a],
      ]) {
        const [first, second] = decodeAll(order);
        assert.equal(first, undefined);
        assert.equal(second?.payload, PAYLOAD.toString('hex'));
        assert.deepEqual([second?.fileOffset, second?.recordOffset], [-1, 100]);
      }
    });
  });

  describe('IPv4 fragments', () => {
    const whole = PAYLOAD.toString('hex');

    it('are put together in any order, the last one to come completes the segment', () => {
      const parts = fragmentsOf(SEGMENT, 32, 7);
      assert.equal(parts.length, 4);
      for (const order of [
        [0, 1, 2, 3],
        [3, 2, 1, 0],
        [2, 0, 3, 1],
      ]) {
        const decoded = decodeAll(order.map((at) => parts[at]));
        assert.deepEqual(decoded.slice(0, 3), [undefined, undefined, undefined]);
        assert.equal(decoded[3]?.payload, whole);
        assert.equal(decoded[3]?.recordOffset, 100, 'where its first packet is');
      }
    });

    it('twice the same and overlapping ones do no harm; the first copy of a byte wins', () => {
      const parts = fragmentsOf(SEGMENT, 32, 7);
      const other = ethernet(
        ipv4(CLIENT.address, SERVER.address, Buffer.alloc(64, 0xee), { id: 7, offset: 32, more: true }),
      );
      assert.equal(decodeAll([parts[0], parts[0], parts[1], parts[2], parts[2], parts[3]]).at(-1)?.payload, whole);
      assert.equal(decodeAll([parts[1], parts[2], other, parts[0], parts[3]]).at(-1)?.payload, whole);
    });

    it('of different datagrams are kept apart', () => {
      const [a, b] = [fragmentsOf(SEGMENT, 64, 1), fragmentsOf(SEGMENT, 64, 2)];
      const decoded = decodeAll([a[0], b[1], b[0], a[1]]);
      assert.deepEqual(
        decoded.map((each) => each?.payload),
        [undefined, undefined, whole, whole],
      );
    });

    it('a number that is used again half a minute later is another datagram', () => {
      const stale = ethernet(
        ipv4(CLIENT.address, SERVER.address, Buffer.alloc(32, 0xee), { id: 7, offset: 32, more: true }),
      );
      const others = Array<Buffer>(60).fill(v4());
      const decoded = decodeAll([stale, ...others, ...fragmentsOf(SEGMENT, 32, 7)]);
      assert.equal(decoded.at(-1)?.payload, whole);
    });

    it('a fragment that the capture cut is left out', () => {
      const [a, b] = fragmentsOf(SEGMENT, 64, 1);
      const decoded = decodeAll([{ bytes: a.subarray(0, 60), wireLength: a.length }, b]);
      assert.deepEqual(decoded, [undefined, undefined]);
    });

    it('storms of them hold bounded memory and take bounded time', function () {
      this.timeout(20_000);
      const storm = Array.from({ length: 20_000 }, (_, i) =>
        ethernet(
          ipv4(CLIENT.address, SERVER.address, Buffer.alloc(1024), {
            id: i % 3000,
            offset: 8 * ((i * 7919) % 8000),
            more: true,
          }),
        ),
      );
      const start = performance.now();
      decodeAll([...storm, ...fragmentsOf(SEGMENT, 32, 4000)]);
      assert.ok(performance.now() - start < 10_000);
      assert.equal(decodeAll([...storm, ...fragmentsOf(SEGMENT, 32, 4000)]).at(-1)?.payload, whole);
    });
  });
});
