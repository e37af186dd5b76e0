import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageName } from '../../src/protocol';
import { faultGate, readFaults } from '../../src/tap/faults';
import { MaskedStream } from '../../src/tap/recording/mask';
import { encodeRecord } from '../../src/xdr';
import { indexed } from '../support/indexed';
import { TestServer, PASSWORD, USER } from '../support/testServer';
import { NdmpClient } from '../support/ndmpClient';
import { noise, TapBench, until } from '../support/taps';
import { readAll } from '../support/sockets';
import type { CaptureSession } from '../../src/session/capture';

const program = 'dist/ndmp.js';

function names({ index }: CaptureSession): string[] {
  return Array.from({ length: index.count }, (_, row) => `${messageName(index.code(row), 4)} ${index.kind(row)}`);
}

/** The messages of a connection that asks for something, login included. */
async function talk(port: number, kind: 'text' | 'md5' = 'text'): Promise<void> {
  const client = await NdmpClient.connect({ port, version: 4, login: { user: USER, password: PASSWORD, kind } });
  await client.ask(0x100);
  await client.close();
}

describe('recordings of the tap', () => {
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

  const read = (name = 'recording.pcapng') => indexed(readFileSync(join(bench.folder, name)));

  it('hold each message as it passed, at its time, without passwords', async () => {
    const recording = bench.recording();
    const tap = await bench.tap(server.port, { recording });
    const before = Date.now() / 1000;
    await talk(tap.addresses[0].port);
    await until(() => tap.status().connections[0].closed !== undefined, 'it is over');
    const status = tap.status();
    await bench.recorded(tap);
    const session = read();
    const { index } = session;
    assert.deepEqual(names(session).slice(0, 3), [
      'NDMP_NOTIFY_CONNECTION_STATUS post',
      'NDMP_CONNECT_OPEN request',
      'NDMP_CONNECT_OPEN reply',
    ]);
    const { toTarget, toClient } = status.connections[0].messages;
    assert.equal(index.count, toTarget + toClient);
    for (let row = 0; row < index.count; row++) assert.ok(index.seconds(row) >= before - 1);
    const bytes = readFileSync(join(bench.folder, 'recording.pcapng'));
    assert.equal(bytes.includes(Buffer.from(`\0\0\0\x04${PASSWORD}\0\0\0\x04${PASSWORD}`, 'latin1')), false);
    assert.ok(bytes.includes('xxxxxxxx'));
  });

  it('hold passwords only when they are to', async () => {
    const tap = await bench.tap(server.port, { recording: bench.recording({ keepPasswords: true }) });
    await talk(tap.addresses[0].port);
    await bench.recorded(tap);
    assert.equal(readFileSync(join(bench.folder, 'recording.pcapng')).includes('xxxxxxxx'), false);
  });

  it('are the same message by message as without a gate', async () => {
    for (const [name, faults] of [
      ['free.pcapng', undefined],
      ['gated.pcapng', faultGate(readFaults('{"faults":[{"on":{"message":"NDMP_TAPE_OPEN"},"do":"drop"}]}', 'x.json'))],
    ] as const) {
      const tap = await bench.tap(server.port, {
        faults,
        recording: bench.recording({ path: join(bench.folder, name) }),
      });
      await talk(tap.addresses[0].port, 'md5');
      await bench.recorded(tap);
    }
    assert.deepEqual(names(read('gated.pcapng')), names(read('free.pcapng')));
  });

  for (const data of ['none', 'headers', 'all'] as const)
    it(`hold of data connections: ${data}`, async () => {
      const recording = bench.recording({ data });
      const port = await bench.server((socket) => void readAll(socket));
      const tap = await bench.tap(port, { recording });
      const client = await bench.dial(tap);
      const bytes = noise(3_000_000);
      const end = readAll(client);
      client.end(bytes);
      await end;
      await bench.recorded(tap);
      const { bytes: length } = statOf(join(bench.folder, 'recording.pcapng'));
      const { connections, traffic } = trafficOf(read());
      assert.equal(connections, data === 'none' ? 0 : 1);
      assert.equal(traffic, data === 'none' ? 0 : bytes.length);
      if (data === 'all') assert.ok(length > bytes.length);
      else assert.ok(length < bytes.length / 50, `${length} bytes`);
    });

  it('go on in further files, of which some are kept', async () => {
    const recording = bench.recording({ rotateBytes: 30_000, keep: 3, data: 'all' });
    const port = await bench.server((socket) => void readAll(socket));
    const tap = await bench.tap(port, { recording });
    const client = await bench.dial(tap);
    const end = readAll(client);
    for (let i = 0; i < 30; i++) {
      client.write(noise(20_000, i));
      await until(() => tap.status().connections[0]?.bytes.toTarget === (i + 1) * 20_000, 'it passes');
    }
    client.end();
    await end;
    const { files } = tap.status().recording ?? { files: [] };
    await bench.recorded(tap);
    assert.equal(files.length, 3);
    await until(() => readdirSync(bench.folder).length === 3, 'the others are gone');
    for (const file of files) assert.ok(indexed(readFileSync(file)));
    assert.match(files[2], /recording-00\d\d\.pcapng$/);
  });

  it('tell of faults with the messages', async () => {
    const script = '{"faults":[{"on":{"message":"NDMP_CONFIG_GET_HOST_INFO"},"do":{"answer":"NO_MEM"}}]}';
    const faults = faultGate(readFaults(script, 'x.json'));
    const tap = await bench.tap(server.port, { recording: bench.recording(), faults });
    await talk(tap.addresses[0].port);
    await bench.recorded(tap);
    const { index } = read();
    const marked = [...index.marks.all.keys()].map((row) => messageName(index.code(row), 4));
    assert.deepEqual(marked, ['NDMP_CONFIG_GET_HOST_INFO', 'NDMP_CONFIG_GET_HOST_INFO']);
  });

  describe('of a process', () => {
    let child: ChildProcess | undefined;
    before(() => assert.ok(existsSync(program), `${program} is built`));
    afterEach(() => child?.kill('SIGKILL'));

    async function start(command: string, args: string[]): Promise<{ port: number; errors: () => string }> {
      child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      let out = '';
      let errors = '';
      child.stdout?.on('data', (text: Buffer) => (out += text.toString()));
      child.stderr?.on('data', (text: Buffer) => (errors += text.toString()));
      await until(() => out.includes('ready\n'), 'the tap is ready');
      return { port: Number(/127\.0\.0\.1:(\d+),/.exec(out)?.[1]), errors: () => errors };
    }
    const args = (more: string[]): string[] => {
      const target = `127.0.0.1:${server.port}`;
      const path = join(bench.folder, 'r.pcapng');
      return [program, 'tap', '--listen', '127.0.0.1:0', '--target', target, '--quiet', '--out', path, ...more];
    };

    it('open up to the last message when it was killed', async () => {
      const { port } = await start(process.execPath, args([]));
      const client = await NdmpClient.connect({ port, version: 4 });
      await until(() => read('r.pcapng').index.count === 3, 'the messages are in the file');
      child?.kill('SIGKILL');
      await once(child as ChildProcess, 'exit');
      assert.equal(read('r.pcapng').index.count, 3);
      assert.deepEqual(read('r.pcapng').index.damage, []);
      await client.close().catch(() => undefined);
    });

    it('end at a full disk, loudly and behind a whole packet, and what passes goes on', async () => {
      // no file may be longer than 8 kB, which to a program is a disk that takes no more
      const shell = `trap '' XFSZ; ulimit -f 8; exec "$@"`;
      const { port, errors } = await start('bash', ['-c', shell, 'bash', process.execPath, ...args([])]);
      for (let i = 0; i < 8; i++) await talk(port);
      await until(() => errors().includes('is NOT recorded'), 'it is said');
      await talk(port);
      assert.ok(statSync(join(bench.folder, 'r.pcapng')).size <= 8192);
      const session = read('r.pcapng');
      assert.ok(session.index.count > 10);
      assert.deepEqual(session.index.damage, []);
    });
  });
});

describe('passwords in a recording', () => {
  const login = (user: string, password: string): Uint8Array => {
    const field = (text: string): Buffer => {
      const bytes = Buffer.alloc(4 + ((text.length + 3) & ~3));
      bytes.writeUInt32BE(text.length);
      bytes.write(text, 4);
      return bytes;
    };
    const header = Buffer.from('000000030000000000000000000009010000000000000000', 'hex');
    return Buffer.concat([header, Buffer.from('00000001', 'hex'), field(user), field(password)]);
  };

  for (const fragment of [5, 27, 1000])
    for (const step of [1, 7, 1000])
      it(`are masked in fragments of ${fragment} that come in pieces of ${step}`, () => {
        const mask = new MaskedStream(() => 4);
        const stream = encodeRecord(login('root', 'very secret'), fragment);
        const pieces: Uint8Array[] = [];
        for (let at = 0; at < stream.length; at += step)
          pieces.push(...mask.push(stream.subarray(at, at + step)).map((each) => each.slice()));
        const kept = Buffer.concat(pieces).toString('latin1');
        assert.ok(kept.includes('xxxxxxxx'));
        assert.ok(kept.includes('root'));
        assert.equal(/secret|very/.test(kept), false);
      });

  it('are left out when the login is cut off', () => {
    const mask = new MaskedStream(() => 4);
    const stream = encodeRecord(login('root', 'very secret'));
    const kept = [...mask.push(stream.subarray(0, stream.length - 2)), mask.rest()];
    assert.equal(Buffer.concat(kept).length, 28);
  });
});

function statOf(path: string): { bytes: number } {
  return { bytes: statSync(path).size };
}

function trafficOf({ info }: CaptureSession): { connections: number; traffic: number } {
  return {
    connections: info.flows.length,
    traffic: info.flows.reduce((sum, { bytes: [to, from] }) => sum + to + from, 0),
  };
}
