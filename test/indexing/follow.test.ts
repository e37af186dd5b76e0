import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CaptureError, openCapture, openCaptureSync, openShared } from '../../src/indexing';
import type { IndexProgress, OpenCapture } from '../../src/indexing';
import { TrafficRecorder } from '../../src/transport';
import { pcap, pcapng } from '../support/captureFiles';
import { assertSameRows, assertSound, rowsOf } from '../support/indexed';
import { Conversation } from '../support/packets';
import { message, reply, request, split } from '../support/records';
import { buildWorker } from './support';

/** Waits until it is so; the machine may be busy. */
async function until(what: string, isSo: () => boolean): Promise<void> {
  const end = Date.now() + 30_000;
  while (!isSo()) {
    assert.ok(Date.now() < end, `waited in vain until ${what}`);
    await sleep(5);
  }
}

/** A capture that is followed, and what was told of it. */
class Followed {
  readonly whole = new AbortController();
  readonly progress: IndexProgress[] = [];
  private constructor(
    readonly path: string,
    public capture: OpenCapture,
  ) {}

  static async open(path: string): Promise<Followed> {
    const followed = new Followed(path, undefined as unknown as OpenCapture);
    followed.capture = await openCapture(path, {
      follow: followed.whole.signal,
      onProgress: (each) => followed.progress.push(each),
    });
    return followed;
  }

  rows(count: number): Promise<void> {
    return until(`there are ${count} rows`, () => this.capture.index.count === count);
  }

  /** Nothing more is written; what was shown is what one sees who opens the file now. */
  async end(): Promise<void> {
    this.whole.abort();
    await this.capture.done;
    const expected = openCaptureSync(this.path);
    assertSameRows(this.capture, expected);
    assertSound(this.capture);
    assert.deepEqual(this.capture.index.damage, expected.index.damage);
    assert.deepEqual(this.capture.index.connections, expected.index.connections);
    assert.deepEqual(this.capture.info, expected.info);
    assert.equal(this.progress.at(-1)?.phase, 'done');
    expected.close();
  }
}

describe('captures that are followed while they are written', function () {
  this.timeout(60_000);
  let folder: string;
  let count = 0;
  const newPath = (): string => join(folder, `${count++}.pcapng`);
  const open: Followed[] = [];
  const follow = async (path: string): Promise<Followed> => {
    const followed = await Followed.open(path);
    open.push(followed);
    return followed;
  };
  before(() => {
    buildWorker();
    folder = mkdtempSync(join(tmpdir(), 'ndmp-follow-'));
  });
  afterEach(() => {
    for (const { capture } of open.splice(0)) capture.close();
  });
  after(() => rmSync(folder, { recursive: true }));

  const client = { address: '127.0.0.1', port: 5000 };
  const server = { address: '127.0.0.2', port: 10000 };

  it('show messages as they are recorded, pairs and ends of connections too', async () => {
    const path = newPath();
    const recorder = new TrafficRecorder(path, 'a test', assert.ifError);
    const connection = recorder.connection(client, server);
    const now = 1_795_240_800_000;
    connection.message(true, message({ sequence: 1, code: 0x502, body: Buffer.alloc(12) }), now);
    const followed = await follow(path);
    await followed.rows(1);
    await until('it has caught up', () => followed.progress.at(-1)?.phase === 'following');
    const { index } = followed.capture;
    for (let n = 1; n <= 20; n++) {
      connection.message(false, message({ sequence: n }), now + n);
      await followed.rows(2 * n);
      assert.equal(index.pair(2 * n - 1), -1);
      connection.message(true, message({ sequence: n + 1, type: 1, replySequence: n, body: Buffer.alloc(4) }), now + n);
      await followed.rows(2 * n + 1);
      assert.equal(index.pair(2 * n - 1), 2 * n);
      assert.ok(followed.capture.record(2 * n).payload.length > 0);
    }
    assert.equal(index.connections[0].ended, 'open');
    assert.equal(followed.capture.finished, false);
    connection.closed(now + 100, true);
    await until('its end is seen', () => index.connections[0].ended === 'fin');
    await until('TCP connections are told of', () => followed.capture.info.flows.length === 1);
    recorder.close();
    await followed.end();
  });

  const talk = new Conversation().open();
  for (let n = 1; n <= 60; n++) talk.send('client', request(n)).send('server', reply(n, n));
  const kinds = { pcap: pcap(talk.packets), pcapng: pcapng(talk.packets) };
  for (const [kind, bytes] of Object.entries(kinds)) {
    it(`${kind}: written in pieces that end anywhere, beginning with nothing`, async () => {
      const path = newPath();
      writeFileSync(path, '');
      const opening = follow(path);
      const pieces = split(bytes, 3, 20, 1, 40, 7, 100, 1, 1, 333, 2, 1000, 17, 5000, 12);
      for (const piece of pieces) {
        appendFileSync(path, piece);
        await sleep(3);
      }
      const followed = await opening;
      await followed.rows(120);
      const seen = followed.progress.map(({ rows }) => rows);
      assert.deepEqual(
        seen,
        [...seen].sort((a, b) => a - b),
        'rows only become more',
      );
      await followed.end();
    });

    it(`${kind}: a writer that dies in the middle of a packet leaves what it wrote, and the end is told`, async () => {
      const path = newPath();
      writeFileSync(path, bytes.subarray(0, bytes.length - 30));
      const followed = await follow(path);
      await followed.rows(119);
      assert.equal(followed.capture.index.damage.length, 0);
      await followed.end();
      assert.match(followed.capture.index.damage[0].text, /ends inside/);
    });
  }

  it('can be handed to another thread as far as they have come', async () => {
    const path = newPath();
    const half = kinds.pcapng.length >> 1;
    writeFileSync(path, kinds.pcapng.subarray(0, half));
    const followed = await follow(path);
    await until('it has caught up', () => followed.progress.at(-1)?.phase === 'following');
    const shared = openShared(structuredClone(followed.capture.share()));
    const before = rowsOf(shared);
    assert.deepEqual(before, rowsOf(followed.capture));
    appendFileSync(path, kinds.pcapng.subarray(half));
    await followed.rows(120);
    assert.equal(shared.index.count, before.length);
    assert.ok(shared.record(before.length - 1).payload.length > 0);
    await followed.end();
  });

  it('what was whole before it was opened is read as any file', async () => {
    const path = newPath();
    writeFileSync(path, kinds.pcapng);
    const capture = await openCapture(path, { follow: AbortSignal.abort() });
    await capture.done;
    assert.equal(capture.index.count, 120);
    capture.close();
  });

  it('say when the file becomes shorter, and end there', async () => {
    const path = newPath();
    writeFileSync(path, kinds.pcapng);
    const followed = await follow(path);
    await followed.rows(120);
    truncateSync(path, 100);
    await followed.capture.done;
    assert.match(followed.capture.index.damage[0].text, /has become shorter/);
    assert.equal(followed.capture.index.count, 120);
    followed.capture.record(100); // its bytes are gone: no exception
  });

  it('say when another file takes the name, and end there', async () => {
    const path = newPath();
    writeFileSync(path, kinds.pcapng);
    const followed = await follow(path);
    await followed.rows(120);
    renameSync(path, `${path}.1`);
    writeFileSync(path, kinds.pcap);
    await followed.capture.done;
    assert.match(followed.capture.index.damage[0].text, /Another file has taken the name/);
  });

  it('stop when asked while they wait, also before anything was written', async () => {
    const path = newPath();
    writeFileSync(path, kinds.pcapng);
    const stop = new AbortController();
    const options = { follow: new AbortController().signal, signal: stop.signal };
    const capture = await openCapture(path, options);
    await until('all was read', () => capture.index.count === 120);
    const empty = newPath();
    writeFileSync(empty, '');
    const opening = openCapture(empty, options);
    stop.abort();
    await assert.rejects(capture.done, { name: 'AbortError' });
    await assert.rejects(opening, { name: 'AbortError' });
    capture.close();
  });

  it('a file that turns out to be no capture is refused', async () => {
    const path = newPath();
    writeFileSync(path, '');
    const whole = new AbortController();
    const opening = openCapture(path, { follow: whole.signal });
    appendFileSync(path, Buffer.alloc(100, 0x55));
    await assert.rejects(opening, CaptureError);
    const empty = newPath();
    writeFileSync(empty, '');
    const waiting = openCapture(empty, { follow: whole.signal });
    whole.abort();
    await assert.rejects(waiting, CaptureError);
  });
});
