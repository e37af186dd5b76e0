import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { ErrorCode } from '../../src/protocol';
import { NdmpClient } from '../support/ndmpClient';
import { TapBench, until } from '../support/taps';
import { PASSWORD, TestServer, USER } from '../support/testServer';
import { ndmp, type Outcome } from './harness';

interface Started {
  port: number;
  out: () => string;
  end: () => Promise<Outcome>;
}

describe('ndmp tap', () => {
  let bench: TapBench;
  let server: TestServer;
  before(async () => {
    server = await TestServer.start();
  });
  after(() => server.stop());
  beforeEach(() => {
    bench = new TapBench();
  });
  afterEach(() => bench.stop());

  async function start(more: string[], terminal?: number): Promise<Started> {
    let out = '';
    const stop = new AbortController();
    const args = ['tap', '--listen', '127.0.0.1:0', '--target', `127.0.0.1:${server.port}`, ...more];
    const done = ndmp(args, { signal: stop.signal, terminal, onOutput: (text) => (out += text) });
    await until(() => out.includes('ready\n'), 'the tap is ready');
    return {
      port: Number(/listening on 127\.0\.0\.1:(\d+)/.exec(out)?.[1]),
      out: () => out,
      end: () => {
        stop.abort();
        return done;
      },
    };
  }

  async function talk(port: number): Promise<void> {
    const login = { user: USER, password: PASSWORD, kind: 'text' } as const;
    const client = await NdmpClient.connect({ port, version: 4, login });
    await client.expect('NDMP_CONFIG_GET_HOST_INFO');
    await client.expect('NDMP_TAPE_OPEN', { device: 'nowhere', mode: 0 }, 'NO_DEVICE');
    await client.close();
  }

  it('shows messages as they pass, and how it was when it ends', async () => {
    const tap = await start([]);
    await talk(tap.port);
    await until(() => /connection 1: .* closed$/m.test(tap.out()), 'the connection is closed');
    const { status, out, err } = await tap.end();
    assert.equal(status, 0);
    assert.match(out, /→ {2}request {2}CONNECT_CLIENT_AUTH +2 +text, user ndmp/);
    assert.match(out, /← {2}reply {4}TAPE_OPEN +\d+ +\S+ [mµ]?s +NO_DEVICE/);
    assert.match(out, /stopped by a signal: 0 open, 1 closed/);
    assert.equal(out.includes('\x1b'), false);
    assert.equal(err, '');
  });

  it('on a terminal with colours, no wider than it, and a line that tells how it is', async () => {
    const tap = await start([], 100);
    await talk(tap.port);
    await until(() => /1 closed/.test(tap.out()), 'the line is there');
    const { out } = await tap.end();
    assert.match(out, /\r\x1b\[K\x1b\[2m0 open, 1 closed {2}· {2}→ /);
    const plain = out.replace(/\x1b\[\d+m/g, '').split(/\n|\r\x1b\[K/);
    for (const line of plain.filter((each) => !/^(listening|stopped)/.test(each))) assert.ok(line.length <= 100, line);
  });

  it('TLS that passes unopened is shown with a key log that grows, out of the recording', async () => {
    const secure = await TestServer.start({ tls: true });
    try {
      const keys = join(bench.folder, 'keys.log');
      writeFileSync(keys, '');
      const out = join(bench.folder, 'unopened.pcapng');
      const tap = await start(['--target', `127.0.0.1:${secure.tlsPort}`, '--out', out, '--tls-keylog', keys]);
      const client = await NdmpClient.connect({
        port: tap.port,
        version: 4,
        login: { user: USER, password: PASSWORD },
        tls: { rejectUnauthorized: false },
        onKeyLog: (line) => appendFileSync(keys, line),
      });
      await client.expect('NDMP_CONFIG_GET_HOST_INFO');
      await until(() => /reply {4}CONFIG_GET_HOST_INFO/.test(tap.out()), 'the message is shown', tap.out);
      await client.close();
      assert.equal((await tap.end()).status, 0);
      const alone = await ndmp(['tap', '--target', '127.0.0.1:1', '--tls-keylog', keys]);
      assert.equal(alone.status, 2);
      assert.match(alone.err, /--tls-keylog needs --out/);
    } finally {
      await secure.stop();
    }
  });

  it('as JSON, a line for each message and event, without passwords', async () => {
    const path = join(bench.folder, 'x.pcapng');
    let out = '';
    const stop = new AbortController();
    const port = await freePort();
    const done = ndmp(['tap', '--listen', `${port}`, '--target', `${server.port}`, '--json', '--out', path], {
      signal: stop.signal,
      onOutput: (text) => (out += text),
    });
    await until(() => existsSync(path), 'it has begun');
    let isUp = false;
    while (!isUp)
      isUp = await bench.dial(port).then(
        (socket) => Boolean(socket.destroy()),
        () => false,
      );
    await talk(port);
    await until(() => (out.match(/"event":"closed"/g) ?? []).length > 0, 'the connection is closed');
    stop.abort();
    const { lines, err } = await done;
    const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const messages = events.filter(({ event }) => event === 'message');
    const login = messages.find(({ message, kind }) => message === 'NDMP_CONNECT_CLIENT_AUTH' && kind === 'request');
    assert.deepEqual(login?.body, { auth_data: { type: 'TEXT', auth_id: USER, auth_password: 'xxxxxxxx' } });
    const refused = messages.find(({ message, kind }) => message === 'NDMP_TAPE_OPEN' && kind === 'reply');
    assert.equal(refused?.error, ErrorCode.NO_DEVICE);
    assert.equal(events.at(-1)?.event, 'stopped');
    assert.match(err, /ready/);
  });

  it('does faults of a script and says so', async () => {
    const script = join(bench.folder, 'busy.ndmpfaults.json');
    writeFileSync(
      script,
      '{"faults":[{"name":"no host","on":{"message":"NDMP_CONFIG_GET_HOST_INFO"},"do":{"answer":"NO_MEM"}}]}',
    );
    const tap = await start(['--fault', script]);
    const client = await NdmpClient.connect({ port: tap.port, version: 4 });
    await client.expect('NDMP_CONFIG_GET_HOST_INFO', {}, 'NO_MEM');
    await client.close();
    const { out } = await tap.end();
    assert.match(out, /fault 1: /);
    assert.match(out, /\[fault 1 \(no host\).*NO_MEM/);
  });

  it('in a folder takes commands', async () => {
    const folder = join(bench.folder, 'tap');
    const tap = await start(['--folder', folder, '--quiet']);
    await talk(tap.port);
    const status = await ndmp(['tap', 'status', '--folder', folder]);
    assert.match(status.out, /^tap 127\.0\.0\.1:\d+ → 127\.0\.0\.1:\d+, since /);
    const json = JSON.parse((await ndmp(['tap', '--folder', folder, 'status', '--json'])).out) as {
      connections: unknown[];
    };
    assert.equal(json.connections.length, 1);
    assert.match((await ndmp(['tap', 'cut', '7', '--folder', folder])).err, /No connection 7 is open/);
    const again = await ndmp(['tap', '--target', '127.0.0.1:1', '--listen', '0', '--folder', folder]);
    assert.deepEqual([again.status, /A tap runs in .* already/.test(again.err)], [1, true]);
    assert.equal((await ndmp(['tap', 'stop', '--folder', folder])).status, 0);
    await until(() => readFileSync(join(folder, 'tap.json'), 'utf8').includes('asked to stop'), 'it has stopped');
    assert.match((await ndmp(['tap', 'status', '--folder', folder])).err, /No tap runs in/);
    await tap.end();
  });

  const refused: [string, string[], number, RegExp][] = [
    ['no target', ['tap'], 2, /--target says which server/],
    ['a target without a port', ['tap', '--target', 'filer:0'], 2, /A target has a port/],
    ['an unknown command', ['tap', 'dance'], 2, /knows no command "dance"/],
    ['a command without a folder', ['tap', 'status'], 2, /--folder says which tap/],
    ['TLS settings without TLS', ['tap', '--target', 'x:1', '--target-insecure'], 2, /--target-tls is needed/],
    ['a fingerprint that is none', ['tap', '--target', 'x:1', '--target-trust', 'abc'], 2, /64 hexadecimal digits/],
    [
      'a network that is none',
      ['tap', '--target', 'x:1', '--listen', '0', '--allow', 'here'],
      1,
      /here is no address and no network/,
    ],
    [
      'a script that is not there',
      ['tap', '--target', 'x:1', '--fault', '/nowhere.json'],
      1,
      /nowhere\.json cannot be read/,
    ],
    [
      'an authority that is not there',
      ['tap', '--target', 'x:1', '--target-tls', '--target-ca', '/nowhere.pem'],
      1,
      /cannot be read/,
    ],
    ['an interface and a target', ['tap', '--interface', 'lo', '--target', 'x:1'], 2, /goes without --target/],
    ['a raw capture without a word about passwords', ['tap', '--interface', 'lo', '--out', 'x'], 2, /passwords too/],
    ['an interface that is none', ['tap', '--interface', '--x'], 1, /There is no interface "--x"/],
  ];
  for (const [name, args, status, message] of refused)
    it(`refuses ${name}`, async () => {
      const outcome = await ndmp(args);
      assert.equal(outcome.status, status, outcome.err);
      assert.match(outcome.err, message);
    });

  it('says which port is taken, and what to do', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const { status, err } = await ndmp(['tap', '--target', '127.0.0.1:1', '--listen', `${port}`]);
    taken.close();
    assert.equal(status, 1);
    assert.match(
      err,
      new RegExp(`cannot listen on 127\\.0\\.0\\.1:${port}: another program does. Choose another port with --listen`),
    );
  });

  it('warns of addresses that others can reach, and lets nobody in whom nobody named', async () => {
    const stop = new AbortController();
    let out = '';
    const done = ndmp(['tap', '--target', '127.0.0.1:1', '--listen', '0.0.0.0:0'], {
      signal: stop.signal,
      onOutput: (text) => (out += text),
    });
    await until(() => out.includes('ready\n'), 'the tap is ready');
    stop.abort();
    assert.match(
      (await done).err,
      /can be reached by other machines; but only this machine is let in: name others with --allow/,
    );
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
