import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { eventsOn, progressText } from '../../../src/cli/dma/events';
import { resultJson } from '../../../src/cli/dma/json';
import { homeOf, serversFileOf } from '../../../src/cli/dma/options';
import { confirmed } from '../../../src/cli/dma/questions';
import { withSurroundings } from '../../../src/cli/dma/surroundings';
import { Failure, Interrupted } from '../../../src/cli/failure';
import type { Io } from '../../../src/cli/terminal/io';
import { DmaFailure } from '../../../src/dma/connection/failures';
import type { NdmpConnection } from '../../../src/dma/connection/model';
import type { Answer, Progress, Question } from '../../../src/dma/run/model';
import { PASSWORD, TestServer } from '../../support/testServer';

class Terminal extends Writable {
  text = '';
  isTTY = true;
  columns = 100;

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

interface TestIo extends Io {
  stderr: Terminal;
}

function ioOf(env: Record<string, string> = {}, stdin: Readable = Readable.from([]), signal?: AbortSignal): TestIo {
  const stderr = new Terminal();
  return { stdin, stdout: new Terminal(), stderr, env, signal: signal ?? new AbortController().signal };
}

/** Somebody who types these lines. */
function person(...typed: string[]): Readable {
  const stdin = new PassThrough();
  for (const [n, text] of typed.entries()) setTimeout(() => stdin.write(`${text}\n`), 30 * (n + 1));
  return Object.assign(stdin, { isTTY: true });
}

const PROGRESS: Progress = {
  run: 1,
  source: 0,
  path: '/vs1/vol1',
  phase: 'writing',
  bytes: 4_000_000_000n,
  bytesLeft: 6_000_000_000n,
  files: 1200,
  rate: 100_000_000,
  barcode: 'A00001L8',
};

describe('cli: surroundings of a run', () => {
  let folder: string;
  let env: Record<string, string>;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ndmp-surroundings-'));
    env = { NDMP_HOME: join(folder, 'home'), NDMP_PASSWORD: PASSWORD };
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are a catalog, connections by name that are recorded, and an end to all of it', async () => {
    const server = await TestServer.start();
    try {
      const servers = join(folder, 'servers.json');
      writeFileSync(servers, JSON.stringify({ servers: { s: { host: '127.0.0.1', port: server.port } } }));
      let left: NdmpConnection | undefined;
      const found = await withSurroundings(
        { servers },
        ioOf(env),
        async (surroundings) => {
          left = await surroundings.connect('s', { role: 'data' });
          assert.equal(surroundings.definition('s').port, server.port);
          assert.throws(() => surroundings.definition('t'), DmaFailure);
          assert.equal(await surroundings.catalog.serverIdentity('s'), left.introduction?.identity);
          return { recording: surroundings.recording, log: surroundings.log };
        },
        { run: 'nightly' },
      );
      assert.equal(left?.isOpen, false);
      const runs = join(folder, 'home', 'runs');
      assert.deepEqual(
        readdirSync(runs)
          .map((name) => join(runs, name))
          .sort(),
        [found.log, found.recording],
      );
      assert.match(readFileSync(found.log ?? '', 'utf8'), /s #1 data closed\n/);
      assert.ok(await server.eventually(() => server.running.connections === 0));
    } finally {
      await server.stop();
    }
  });

  it('turn failures of the DMA into one line, and those after Ctrl-C into its end', async () => {
    const fail = (): Promise<never> => Promise.reject(new DmaFailure('filer1 is gone\u001b'));
    await assert.rejects(withSurroundings({}, ioOf(env), fail), (error: unknown) => {
      assert.ok(error instanceof Failure);
      assert.deepEqual([error.message, error.exitCode], ['filer1 is gone\\x1b', 1]);
      return true;
    });
    await assert.rejects(withSurroundings({}, ioOf(env, undefined, AbortSignal.abort()), fail), Interrupted);
    const bug = (): Promise<never> => Promise.reject(new TypeError('a mistake'));
    await assert.rejects(withSurroundings({}, ioOf(env), bug), TypeError);
  });

  it('say where a list of servers would be when there is none', async () => {
    await assert.rejects(
      withSurroundings({}, ioOf(env), (surroundings) => surroundings.connect('filer1', { role: 'data' })),
      /no server named filer1.*there is no .*ndmp-servers\.json/,
    );
    assert.ok(!existsSync(join(folder, 'home', 'runs')));
  });

  it('have their home where the user says', () => {
    assert.equal(homeOf({ home: '/a' }, ioOf({ NDMP_HOME: '/b' })), '/a');
    assert.equal(homeOf({}, ioOf({ NDMP_HOME: '/b', XDG_DATA_HOME: '/c' })), '/b');
    assert.equal(homeOf({}, ioOf({ NDMP_HOME: '', XDG_DATA_HOME: '/c' })), '/c/ndmp-workbench');
    assert.match(homeOf({}, ioOf({})), /\/\.local\/share\/ndmp-workbench$/);
    assert.equal(serversFileOf({ home: '/a' }, ioOf({})), '/a/ndmp-servers.json');
    assert.equal(serversFileOf({ home: '/a', servers: '/x.json' }, ioOf({})), '/x.json');
  });
});

describe('cli: events of a run', () => {
  it('show how far it is in a line', () => {
    assert.equal(
      progressText(PROGRESS),
      'vol1: writing, 4.0 GB of 10.0 GB, 100 MB/s, 1:00 min left, 1\u202f200 files, A00001L8'.replace(
        '\u202f',
        progressText(PROGRESS).includes('\u202f') ? '\u202f' : ' ',
      ),
    );
    const little = { ...PROGRESS, bytesLeft: undefined, rate: 0, files: 0, barcode: undefined, phase: 'positioning\n' };
    assert.equal(progressText(little), 'vol1: positioning\\x0a, 4.0 GB');
  });

  it('rewrite that line on a terminal, and take it away for messages', () => {
    const io = ioOf();
    const events = eventsOn(io);
    events.progress(PROGRESS);
    assert.match(io.stderr.text, /^\r\u001b\[Kvol1: writing/);
    events.message('warning', 'the tape is old\u001b[1m');
    assert.match(io.stderr.text, /\r\u001b\[Kwarning: the tape is old\\x1b\[1m\n$/);
    io.stderr.isTTY = false;
    const before = io.stderr.text;
    events.progress(PROGRESS);
    events.done();
    assert.equal(io.stderr.text, before);
  });

  it('ask a person, one question after the other', async () => {
    const io = ioOf({}, person('yes', 'q', ''));
    const events = eventsOn(io);
    const ask = (question: Question): Promise<Answer> => events.ask(question);
    const tape = { kind: 'tape-wanted', library: 'mc0', pool: 'p', barcode: 'A', text: 'Load A.' } as const;
    const trust = { kind: 'trust-certificate', server: 's', fingerprint: 'f', text: 'Is it f?' } as const;
    assert.equal(await ask(trust), 'go-on');
    assert.equal(await ask(tape), 'give-up');
    assert.equal(await ask(tape), 'go-on');
    assert.match(io.stderr.text, /Is it f\?\nIs it the right one/);
  });

  it('give up where there is nobody, and when the question is broken off', async () => {
    const tape = { kind: 'tape-wanted', library: undefined, pool: 'p', barcode: undefined, text: 'Load it.' } as const;
    assert.equal(await eventsOn(ioOf()).ask(tape), 'give-up');
    assert.equal(await confirmed(ioOf(), 'Overwrite?'), false);
    assert.equal(await confirmed(ioOf({}, person('y')), 'Overwrite?'), true);
    assert.equal(await confirmed(ioOf({}, person('nay')), 'Overwrite?'), false);
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 30);
    assert.equal(await eventsOn(ioOf({}, person(), abort.signal)).ask(tape), 'give-up');
    const gone = Object.assign(Readable.from([]), { isTTY: true });
    assert.equal(await eventsOn(ioOf({}, gone)).ask(tape), 'give-up');
  });

  it('tell results as JSON that loses nothing', () => {
    assert.equal(
      resultJson({ bytes: 2n ** 63n, none: undefined, name: 'a\udcff"', list: [1n, undefined] }),
      '{"bytes":"9223372036854775808","none":null,"name":"a\\\\xff\\"","list":["1",null]}',
    );
  });
});
