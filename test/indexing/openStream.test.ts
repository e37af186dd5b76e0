import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { CaptureError, openStream } from '../../src/indexing';
import type { CaptureSession } from '../../src/session/capture';
import { findCapture } from '../support/captures';
import { pcap, pcapng } from '../support/captureFiles';
import { assertSameRows, assertSound, indexed, rowsOf, sequencesOf } from '../support/indexed';
import { Conversation } from '../support/packets';
import { history, reply, request } from '../support/records';
import { Scratch } from './support';

const PACKETS = new Conversation()
  .open()
  .send('client', request(1))
  .send('server', reply(1, 1), history(2, 300)).packets;
const FILES: Record<string, Buffer> = {
  pcap: pcap(PACKETS),
  'pcap, big endian': pcap(PACKETS, { little: false }),
  'pcap, nanoseconds': pcap(PACKETS, { nanoseconds: true }),
  'pcap, big endian, nanoseconds': pcap(PACKETS, { little: false, nanoseconds: true }),
  pcapng: pcapng(PACKETS),
  'pcapng, big endian': pcapng(PACKETS, false),
};

function chunked(bytes: Uint8Array, size: number): Readable {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
  return Readable.from(chunks);
}

/** Opens a stream, uses it and gives everything back. */
async function withStream<T>(stream: Readable, use: (session: CaptureSession) => T, options = {}): Promise<T> {
  const session = await openStream(stream, options);
  try {
    return use(session);
  } finally {
    session.close();
  }
}

describe('captures from a pipe', () => {
  const scratch = new Scratch();
  before(() => scratch.use());
  after(() => scratch.remove());

  for (const [name, bytes] of Object.entries(FILES)) {
    it(`${name}: the same as from a file, in chunks of any size, packed or not`, async () => {
      const expected = indexed(bytes);
      for (const input of [
        chunked(bytes, 1),
        chunked(bytes, 23),
        chunked(bytes, 1 << 20),
        chunked(gzipSync(bytes), 1),
      ]) {
        await withStream(input, (session) => {
          assertSameRows(session, expected);
          assertSound(session);
          assert.deepEqual(session.info.interfaces, expected.info.interfaces);
          assert.equal(session.info.packets, expected.info.packets);
          assert.deepEqual(session.index.damage, []);
        });
      }
    });
  }

  it('all fixtures of a kind, the same as from a file', async function () {
    this.timeout(60_000);
    for (const name of [
      'edited-lost-segments',
      'edited-reordered-wide',
      'edited-start-mid-message',
      'edited-ip-fragments',
    ]) {
      const path = findCapture(`${name}.pcap`);
      assert.ok(path);
      const packed = readFileSync(path);
      await withStream(chunked(packed, 5000), (session) => {
        assertSound(session);
        assert.ok(session.index.count > 0);
      });
    }
  });

  it('tells of rows as they come, and their bytes can be read at once', async () => {
    const seen: [from: number, to: number, sequence: number][] = [];
    const onRows = (from: number, to: number, session: CaptureSession): void => {
      const { payload } = session.record(to - 1);
      seen.push([from, to, new DataView(payload.buffer, payload.byteOffset).getUint32(0)]);
    };
    await withStream(chunked(FILES.pcap, 100), () => undefined, { onRows });
    assert.deepEqual(seen, [
      [0, 1, 1],
      [1, 2, 1],
      [2, 3, 2],
    ]);
  });

  it('a version other than 2.4 in the header is no matter', async () => {
    const file = Buffer.from(FILES.pcap);
    file.writeUInt32LE(0x00050009, 4);
    await withStream(chunked(file, 50), (session) => assert.equal(session.index.count, 3));
  });

  it('headers alone are a capture without messages', async () => {
    for (const bytes of [pcap([]), pcapng([])])
      await withStream(chunked(bytes, 7), (session) => assert.equal(session.index.count, 0));
  });

  it('segments out of order, which are kept, come out as they came in', async () => {
    const talk = new Conversation().open().send('client', request(1), history(2, 200), history(3, 200), request(4));
    talk.packets.splice(4, 3, ...talk.packets.slice(4, 7).reverse());
    await withStream(chunked(pcap(talk.packets), 64), (session) => {
      assert.deepEqual(sequencesOf(session), [1, 2, 3, 4]);
      assertSound(session);
    });
  });

  describe('damage', () => {
    const many = new Conversation().open();
    for (let n = 1; n <= 50; n++) many.send('client', request(n)).send('server', reply(n, n));
    const sound = pcap(many.packets);

    it('a packet header that cannot be: reading goes on as in a file', async () => {
      for (const packet of [0, 3, 40, 102]) {
        const file = Buffer.from(sound);
        let at = 24;
        for (let i = 0; i < packet; i++) at += 16 + many.packets[i].length;
        file.writeUInt32LE(0xfffffff0, at + 8);
        const expected = indexed(file);
        for (const size of [1, 100, 1 << 20]) {
          await withStream(chunked(file, size), (session) => {
            assertSameRows(session, expected);
            assert.deepEqual(session.index.damage, expected.index.damage);
          });
        }
      }
    });

    it('cut anywhere: the rows of what came, and where it ends', async () => {
      const expected = rowsOf(indexed(sound));
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 24, max: sound.length }),
          fc.integer({ min: 1, max: 3000 }),
          async (cut, size) => {
            const part = sound.subarray(0, cut);
            await withStream(chunked(part, size), (session) => {
              assertSameRows(session, indexed(part));
              assert.deepEqual(session.index.damage, indexed(part).index.damage);
              assert.ok(session.index.count <= expected.length);
            });
          },
        ),
        { numRuns: 60 },
      );
    });

    it('packed and cut or damaged: all that is whole', async () => {
      const packed = gzipSync(sound);
      for (const cut of [150, 300, packed.length - 8, packed.length - 1]) {
        await withStream(chunked(packed.subarray(0, cut), 77), (session) => {
          assert.match(session.index.damage[0].text, /gzip data is cut off/);
          if (cut > 300) assert.equal(session.index.count, 100);
        });
      }
      const wrong = Buffer.from(packed);
      wrong[packed.length - 6] ^= 1; // the check sum
      await withStream(chunked(wrong, 77), (session) => {
        assert.match(
          session.index.damage[0].text,
          /gzip data is damaged after \d+ packed bytes \(incorrect data check\)/,
        );
        assert.equal(session.index.count, 100);
      });
    });

    it('a pipe that breaks leaves what came through it', async () => {
      const broken = Readable.from(
        (function* () {
          yield sound.subarray(0, 3000);
          throw new Error('connection reset');
        })(),
      );
      await withStream(broken, (session) => {
        assert.match(session.index.damage[0].text, /The stream broke off \(connection reset\)/);
        assert.ok(session.index.count > 10);
      });
    });
  });

  it('what is no capture is refused in words', async () => {
    const refused = async (bytes: Uint8Array, pattern: RegExp): Promise<void> => {
      await assert.rejects(openStream(chunked(bytes, 5), { name: 'the pipe' }), (error) => {
        assert.ok(error instanceof CaptureError);
        assert.match(error.message, pattern);
        return true;
      });
    };
    await refused(Buffer.alloc(0), /the pipe is empty/);
    await refused(
      Buffer.from('hello, this is text and no capture at all, however long it may be'),
      /is not a pcap or pcapng capture/,
    );
    await refused(Buffer.from('short'), /is not a pcap or pcapng capture: it begins with 73 68 6f 72 74/);
    await refused(FILES.pcap.subarray(0, 20), /ends inside the file header, after 20 bytes/);
    await refused(gzipSync(Buffer.from('text')), /is not a pcap or pcapng capture/);
    await refused(Buffer.of(0x1f, 0x8b, 0xff, 0xff), /cannot be unpacked/);
  });

  it('a small stream that unpacks to any size stops at the bound', async () => {
    const bomb = gzipSync(Buffer.concat([FILES.pcap, Buffer.alloc(20_000_000)]));
    await assert.rejects(
      openStream(chunked(bomb, 1000), { maxUnpackedBytes: 1_000_000 }),
      /unpacks to more than 1000000 bytes/,
    );
  });

  it('stops when asked, also while nothing comes', async () => {
    const silent = new Readable({ read: () => undefined });
    silent.push(FILES.pcap);
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 20);
    await assert.rejects(openStream(silent, { signal: abort.signal }), { name: 'AbortError' });
    await assert.rejects(openStream(chunked(FILES.pcap, 9), { signal: AbortSignal.abort() }), { name: 'AbortError' });
  });

  it('leaves nothing behind, however the process ends', async () => {
    await withStream(chunked(FILES.pcap, 100), () => assert.equal(scratch.entries().length, scratch.whileOpen));
    await assert.rejects(
      openStream(Readable.from([Buffer.from('no capture, but long enough to tell that it is none')])),
    );
    assert.deepEqual(scratch.entries(), []);
  });
});
