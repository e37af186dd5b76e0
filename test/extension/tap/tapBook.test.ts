import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { followRecording } from '../../../src/extension/tap/follow';
import { launchTap, tapArguments, type TapOrder } from '../../../src/extension/tap/launchTap';
import { TapBook, type KnownTap } from '../../../src/extension/tap/tapBook';
import { childrenOf, contextValue, itemKey } from '../../../src/extension/tap/tapItems';
import { tapNode } from '../../../src/extension/tap/tapTexts';
import { openCaptureSync } from '../../../src/indexing';
import { greeting } from '../../support/records';

const PROGRAM = resolve(__dirname, '../../../dist/ndmp.js');

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; !(await isSo()); await sleep(10))
    assert.ok(Date.now() < end, `waited in vain until ${what}`);
}

describe('taps of the editor', function () {
  this.timeout(90_000);
  let root: string;
  let target: Server;
  let changes = 0;
  const book = new TapBook(
    () => root,
    () => changes++,
  );

  before(async () => {
    assert.ok(existsSync(PROGRAM), 'dist/ndmp.js is built');
    root = mkdtempSync(join(tmpdir(), 'ndmp-taps-'));
    target = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write(greeting(1, 4));
      socket.resume();
    });
    await new Promise<void>((done) => target.listen(0, '127.0.0.1', done));
  });
  afterEach(async () => {
    await book.refresh();
    for (const tap of book.running) await book.call(tap, 'stop').catch(() => undefined);
    for (const tap of book.running) process.kill(tap.file.pid, 'SIGKILL');
  });
  after(() => {
    target.close();
    rmSync(root, { recursive: true, force: true });
  });

  const order = (name: string, change: Partial<TapOrder> = {}): TapOrder => ({
    program: resolve(__dirname, '../../../dist/ndmp.js'),
    folder: join(root, name),
    listen: '127.0.0.1:0',
    target: `127.0.0.1:${(target.address() as AddressInfo).port}`,
    recordData: 'headers',
    rotateBytes: 1024 * 1024,
    keepFiles: 3,
    ...change,
  });
  async function started(name: string, change?: Partial<TapOrder>): Promise<KnownTap> {
    await launchTap(order(name, change));
    await book.refresh();
    const tap = book.find(join(root, name));
    assert.ok(tap?.status);
    return tap;
  }
  const connected = (tap: KnownTap) => {
    const socket = connect(Number(tap.file.listen[0].split(':').at(-1)), '127.0.0.1');
    socket.on('error', () => undefined);
    return socket;
  };
  const now = (tap: KnownTap): KnownTap => book.find(tap.folder) ?? assert.fail('it is gone');

  it('start, are listed with what passes, take faults and cuts, stop, and are forgotten', async () => {
    const tap = await started('2026-a');
    assert.ok(changes > 0);
    const socket = connected(tap);
    const ended = new Promise((done) => socket.once('close', done));
    await until('the greeting has passed', async () => {
      await book.refresh();
      return now(tap).status?.connections[0]?.messages.toClient === 1;
    });
    await book.call(tap, 'add-faults', JSON.stringify({ on: { message: 'NDMP_TAPE_OPEN' }, do: 'drop' }));
    const children = childrenOf(now(tap));
    assert.deepEqual(children.map(contextValue), ['tapFault', 'tapConnection.open', 'tapRecording.live']);
    assert.equal(new Set(children.map(itemKey)).size, 3);
    assert.match(tapNode(now(tap)).description, /1 connection$/);

    await assert.rejects(book.remove(now(tap), now(tap).recordings[0]), /is being written/);
    await assert.rejects(book.forget(now(tap)), /stop it first/);
    await assert.rejects(book.call(tap, 'add-faults', '{"do":"explode"}'), Error);
    await book.call(tap, 'cut', '1', 'rst');
    await ended;

    await book.call(tap, 'stop');
    await until('it has stopped', async () => {
      await book.refresh();
      return now(tap).file.stopped !== undefined;
    });
    assert.match(tapNode(now(tap)).description, /^stopped/);
    assert.deepEqual(childrenOf(now(tap)).map(contextValue), ['tapRecording']);
    const [recording] = now(tap).recordings;
    const capture = openCaptureSync(recording.path);
    assert.equal(capture.index.count, 1);
    capture.close();
    await book.remove(now(tap), recording);
    assert.equal(existsSync(tap.folder), false);
    assert.equal(book.find(tap.folder), undefined);
  });

  it('outlive whoever started them: another book finds them', async () => {
    const tap = await started('2026-b');
    const other = new TapBook(
      () => root,
      () => undefined,
    );
    await other.refresh();
    assert.equal(other.find(tap.folder)?.status?.target, tap.file.target);
  });

  it('that were killed are shown as such', async () => {
    const tap = await started('2026-c');
    process.kill(tap.file.pid, 'SIGKILL');
    await until('it is gone', async () => {
      await book.refresh();
      return now(tap).status === undefined;
    });
    assert.equal(tapNode(now(tap)).description, 'died');
    await book.forget(now(tap));
  });

  it('whose port is taken say so', async () => {
    const { port } = target.address() as AddressInfo;
    const taken = launchTap(order('2026-d', { listen: `127.0.0.1:${port}`, target: '127.0.0.1:1' }));
    await assert.rejects(taken, /another program does/);
  });

  it('write recordings that are followed until the tap stops, dies, or goes on in another file', async () => {
    const tap = await started('2026-e');
    const [first] = tap.recordings;
    const follow = await followRecording(first.path);
    assert.ok(follow);
    await book.call(tap, 'rotate');
    await until('the first file is whole', () => follow.signal.aborted);
    await until('the next one is told of', async () => {
      await book.refresh();
      return now(tap).file.recording !== first.path;
    });
    assert.equal(follow.next, now(tap).file.recording);
    assert.equal(await followRecording(first.path), undefined);
    const second = await followRecording(now(tap).file.recording ?? '');
    assert.ok(second);
    process.kill(tap.file.pid, 'SIGKILL');
    await until('its death is noticed', () => second.signal.aborted);
    assert.equal(second.next, undefined);
  });

  it('of folders that hold something else are left out', async () => {
    for (const [name, text] of [
      ['2026-x', '{}'],
      ['2026-y', 'not json'],
      ['2026-z', '{"format":1,"pid":"me"}'],
    ]) {
      mkdirSync(join(root, name));
      writeFileSync(join(root, name, 'tap.json'), text);
    }
    writeFileSync(join(root, 'a file'), '');
    await book.refresh();
    assert.equal(book.find(join(root, '2026-x')), undefined);
    assert.equal(await followRecording(join(root, '2026-x', 'a.pcapng')), undefined);
  });

  it('are started with TLS where the client speaks it', () => {
    const words = tapArguments(order('x', { isSecure: true, options: ['--target-tls'] }));
    assert.deepEqual(words.slice(1, 3), ['--tls-listen', '127.0.0.1:0']);
    assert.equal(words.at(-1), '--target-tls');
  });
});
