import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { CaptureError, openCapture, openCaptureSync } from '../../src/indexing';
import type { IndexProgress, OpenCapture, OpenOptions } from '../../src/indexing';
import { CAPTURE_FOLDERS, capturesIn } from '../support/captures';
import { pcap, pcapng } from '../support/captureFiles';
import { assertSameRows, assertSound, rowsOf } from '../support/indexed';
import { Conversation } from '../support/packets';
import { history, reply, request } from '../support/records';
import { Scratch, buildWorker } from './support';

const talk = new Conversation().open();
for (let n = 1; n <= 50; n++) talk.send('client', request(n)).send('server', reply(n, n));
const SMALL = pcap(talk.packets);

/** A capture that takes a while: some megabytes of file history, with a problem in every tenth message. */
function large(): Buffer {
  const bulk = new Conversation().open().send('client', request(1));
  for (let n = 1; n <= 60_000; n++) {
    bulk.send('server', history(n, 300));
    if (n % 10 === 0) bulk.lose('server', 30);
    if (n % 40 === 0) for (let i = 0; i < 18; i++) bulk.acknowledge('client');
  }
  return pcap(bulk.packets);
}

describe('captures opened in a worker', function () {
  this.timeout(60_000);
  const scratch = new Scratch();
  before(() => {
    buildWorker();
    scratch.use();
  });
  after(() => scratch.remove());

  async function opened<T>(
    path: string,
    use: (capture: OpenCapture) => T | Promise<T>,
    options: OpenOptions = {},
  ): Promise<T> {
    const capture = await openCapture(path, options);
    try {
      await capture.done;
      return await use(capture);
    } finally {
      capture.close();
    }
  }

  it('give what the calling thread gives: rows, problems, damage, connections, the file', async () => {
    const [folder] = CAPTURE_FOLDERS;
    const paths = capturesIn(folder).filter((path) =>
      /edited-(lost|reordered|truncated|pcapng|port|corrupt-record|start)|snaplen|server-killed/.test(path),
    );
    assert.ok(paths.length > 10);
    for (const path of paths) {
      await opened(path, (capture) => {
        const expected = openCaptureSync(path);
        assertSameRows(capture, expected);
        assertSound(capture);
        assert.deepEqual(capture.index.damage, expected.index.damage, path);
        assert.deepEqual(capture.index.connections, expected.index.connections);
        assert.deepEqual(capture.info, expected.info);
        assert.equal(capture.finished, true);
        expected.close();
      });
    }
  });

  it('show rows and progress while they are read; each problem is told once', async () => {
    const path = scratch.write(large());
    const progress: IndexProgress[] = [];
    const capture = await openCapture(path, { onProgress: (each) => progress.push(each) });
    assert.equal(capture.finished, false);
    await capture.done;
    const expected = openCaptureSync(path);
    assertSameRows(capture, expected);
    assert.ok(progress.length > 1);
    for (let i = 1; i < progress.length; i++) {
      assert.ok(progress[i].rows >= progress[i - 1].rows);
      assert.ok(progress[i].bytesRead >= progress[i - 1].bytesRead);
    }
    const last = progress.at(-1);
    assert.deepEqual([last?.phase, last?.rows, last?.bytesRead], ['done', expected.index.count, last?.bytesTotal]);
    capture.close();
    expected.close();
  });

  it('stop when asked; rows read so far stay and can be read', async () => {
    const path = scratch.write(large());
    const abort = new AbortController();
    const capture = await openCapture(path, {
      signal: abort.signal,
      onProgress: ({ rows }) => rows > 0 && abort.abort(),
    });
    await assert.rejects(capture.done, { name: 'AbortError' });
    assert.equal(capture.finished, true);
    const { count } = capture.index;
    assert.ok(count > 0);
    assert.ok(capture.record(0).payload.length > 0);
    assert.ok(capture.record(count - 1).payload.length > 0);
    capture.close();
  });

  it('stop before they are open', async () => {
    const path = scratch.write(gzipSync(large()), '.pcap.gz');
    const outcome = openCapture(path, { signal: AbortSignal.abort() }).then(
      async (capture) => {
        await assert.rejects(capture.done, { name: 'AbortError' });
        capture.close();
      },
      (error: Error) => assert.equal(error.name, 'AbortError'),
    );
    await outcome;
    assert.deepEqual(scratch.entries(), []);
  });

  it('may be closed while they are read, and give no bytes after that', async () => {
    for (const path of [scratch.write(large()), scratch.write(gzipSync(large()), '.pcap.gz')]) {
      const capture = await openCapture(path);
      capture.close();
      await capture.done.catch((error: Error) => assert.equal(error.name, 'AbortError'));
      for (let row = 0; row < Math.min(3, capture.index.count); row++) assert.ok(capture.record(row));
      assert.deepEqual(scratch.entries(), []);
    }
  });

  it('set to another version while they are read keep it', async () => {
    const capture = await openCapture(scratch.write(large()), {
      onProgress: () => capture?.setVersion(0, 2),
    });
    await capture.done;
    assert.deepEqual([capture.index.connections[0].version, capture.index.connections[0].versionSource], [2, 'user']);
    assert.ok(rowsOf(capture).every(({ version }) => version === 2));
    capture.setVersion(0, undefined);
    assert.equal(capture.index.connections[0].versionSource, 'guess');
    capture.close();
  });

  describe('packed', () => {
    const packed = gzipSync(SMALL);

    it('whole: unpacked into a file that has no name any more, so that nothing stays behind', async () => {
      await opened(scratch.write(packed, '.pcap.gz'), (capture) => {
        assert.equal(capture.index.count, 100);
        assert.equal(capture.info.gzip, true);
        if (process.platform !== 'win32') assert.deepEqual(scratch.entries(), []);
      });
      assert.deepEqual(scratch.entries(), []);
    });

    it('cut off or damaged: all that is whole, in the worker as on the calling thread', async () => {
      const broken: Buffer[] = [200, 400, packed.length - 8, packed.length - 1].map((cut) => packed.subarray(0, cut));
      for (const at of [300, packed.length >> 1, packed.length - 7, packed.length - 2]) {
        const wrong = Buffer.from(packed);
        wrong[at] ^= 0x10;
        broken.push(wrong);
      }
      for (const bytes of broken) {
        const path = scratch.write(bytes, '.pcap.gz');
        await opened(path, (capture) => {
          const expected = openCaptureSync(path);
          assertSameRows(capture, expected);
          assert.match(capture.index.damage[0].text, /The gzip data is (cut off|damaged) after \d+ packed bytes/);
          assert.deepEqual(capture.index.damage, expected.index.damage);
          expected.close();
        });
      }
      assert.equal(
        openAndClose(scratch.write(packed.subarray(0, packed.length - 8), '.gz')),
        100,
        'only the check sum is missing',
      );
      assert.deepEqual(scratch.entries(), []);
    });

    it('several members are one capture', async () => {
      const members = Buffer.concat([gzipSync(SMALL.subarray(0, 3000)), gzipSync(SMALL.subarray(3000))]);
      await opened(scratch.write(members, '.gz'), (capture) => assert.equal(capture.index.count, 100));
      assert.equal(openAndClose(scratch.write(members, '.gz')), 100);
    });

    it('a small file that unpacks to any size stops at the bound', async () => {
      const path = scratch.write(gzipSync(Buffer.concat([SMALL, Buffer.alloc(30_000_000)])), '.gz');
      const refusal = { name: 'CaptureError', message: /unpacks to more than 1000000 bytes/ };
      await assert.rejects(openCapture(path, { maxUnpackedBytes: 1_000_000 }), refusal);
      assert.throws(() => openCaptureSync(path, { maxUnpackedBytes: 1_000_000 }), refusal);
      assert.deepEqual(scratch.entries(), []);
    });
  });

  it('what is no capture is refused in words, by worker and calling thread alike', async () => {
    const cases: [bytes: Uint8Array, pattern: RegExp][] = [
      [Buffer.alloc(0), /is empty: there is nothing to read/],
      [Buffer.from('plain text\n'), /is not a pcap or pcapng capture: it begins with 70 6c 61 69 6e 20 74 65/],
      [Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0), /Zstandard data.*zstd -d/],
      [Buffer.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0), /xz data/],
      [Buffer.of(0x50, 0x4b, 3, 4, 0), /zip archive/],
      [Buffer.from('snoop\0\0\0'), /snoop capture.*editcap/],
      [pcap([], { little: false, nanoseconds: true }).subarray(0, 23), /ends inside the file header, after 23 bytes/],
      [pcapng([]).subarray(0, 8), /ends inside the file header, after 8 bytes/],
      [gzipSync(Buffer.alloc(0)), /is empty/],
      [gzipSync(Buffer.from('plain text')), /is not a pcap or pcapng capture/],
      [Buffer.of(0x1f, 0x8b, 9, 9, 9), /cannot be unpacked/],
    ];
    for (const [bytes, message] of cases) {
      const path = scratch.write(bytes, '.cap');
      await assert.rejects(openCapture(path), { name: 'CaptureError', message });
      assert.throws(() => openCaptureSync(path), { name: 'CaptureError', message });
    }
    for (const [path, message] of [
      ['/nowhere/at/all.pcap', /there is no such file/],
      [__dirname, /it is a folder/],
    ] as const) {
      await assert.rejects(openCapture(path), { name: 'CaptureError', message });
      assert.throws(
        () => openCaptureSync(path),
        (error) => error instanceof CaptureError && message.test(error.message),
      );
    }
    assert.deepEqual(scratch.entries(), []);
  });

  it('headers alone are a capture without messages', async () => {
    for (const bytes of [pcap([]), pcapng([])])
      await opened(scratch.write(bytes), (capture) => assert.equal(capture.index.count, 0));
  });
});

function openAndClose(path: string): number {
  const session = openCaptureSync(path);
  session.close();
  return session.index.count;
}
