import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { messageName } from '../../../src/protocol';
import type { TapOptions } from '../../../src/tap/options';
import type { Tap } from '../../../src/tap/tap';
import { selfSignedCertificate } from '../../../src/transport';
import { indexed } from '../../support/indexed';
import { agent, freePort, ndmjob, ndmjobOkay, NdmjobServer, ndmjobSucceeds } from '../../support/ndmjob';
import { describeWithPeer, peerVersion } from '../../support/peers';
import { noise, TapBench, until } from '../../support/taps';
import { TestServer } from '../../support/testServer';

const FORMATTER = resolve(__dirname, '../ndmjob/formatter.sh');
/** What is backed up: names and sizes. */
const FILES = { empty: 0, small: 700, 'inner/larger': 300_000, 'inner/with a blank': 40_000 };
const USUAL_PORT = 10000;
const ENHANCED_PACKET = 6;
/** Where in a block the ports of its packet stand, behind heads of the block, of Ethernet and of IPv4. */
const PORTS = 28 + 14 + 20;
const VERSIONS = [2, 3, 4] as const;

/** Whether somebody listens at a port of loopback. */
function isListening(port: number): Promise<boolean> {
  return new Promise((settle) => {
    const socket = connect(port, '127.0.0.1', () => settle(true)).on('error', () => settle(false));
    socket.on('connect', () => socket.destroy());
  });
}

/** The recording with the target's port exchanged for 10000, on which alone tshark looks for NDMP. */
function onUsualPort(recording: Buffer, port: number): Buffer {
  const bytes = Buffer.from(recording);
  for (let at = 0; at < bytes.length; at += bytes.readUInt32LE(at + 4)) {
    if (bytes.readUInt32LE(at) !== ENHANCED_PACKET) continue;
    for (const place of [at + PORTS, at + PORTS + 2])
      if (bytes.readUInt16BE(place) === port) bytes.writeUInt16BE(USUAL_PORT, place);
  }
  return bytes;
}

/** What was said on the last connection, on which the test is: one before may be that which saw whether the tunnel is there. */
function talk(messages: readonly string[]): string[] {
  const [last] = messages[messages.length - 1].split(' ');
  return messages.filter((each) => each.startsWith(`${last} `)).map((each) => each.slice(last.length));
}

describeWithPeer('ndmjob', "peer: ndmjob's DMA and server through the tap", function () {
  this.timeout(180_000);
  let bench: TapBench;
  let server: TestServer;
  let source: string;
  let peer: NdmjobServer;
  const helpers: ChildProcess[] = [];
  let folders = 0;

  before(async () => {
    server = await TestServer.start();
    source = join(server.root, 'source');
    mkdirSync(join(source, 'inner'), { recursive: true });
    for (const [name, bytes] of Object.entries(FILES)) writeFileSync(join(source, name), noise(bytes, bytes));
    const bin = join(server.folder, 'bin');
    mkdirSync(bin);
    copyFileSync(FORMATTER, join(bin, 'wrap_tar'));
    peer = await NdmjobServer.start(server.folder, bin);
  });
  after(async () => {
    await peer.stop();
    await server.stop();
  });
  beforeEach(() => {
    bench = new TapBench();
  });
  afterEach(async () => {
    for (const helper of helpers.splice(0)) helper.kill('SIGKILL');
    await bench.stop();
  });

  const fresh = (): string => {
    const folder = join(server.root, `restored ${++folders}`);
    mkdirSync(folder);
    return folder;
  };
  const tape = (): string => {
    const path = join(server.folder, `tape-${++folders}`);
    writeFileSync(path, '');
    return path;
  };

  const assertSame = (restored: string): void => {
    for (const [name, bytes] of Object.entries(FILES))
      assert.ok(readFileSync(join(restored, name)).equals(noise(bytes, bytes)), name);
  };

  async function socat(listen: (port: number) => string, to: string): Promise<number> {
    const port = await freePort();
    helpers.push(spawn('socat', [listen(port), to], { stdio: 'ignore' }));
    let isUp = false;
    while (!isUp) isUp = await isListening(port);
    return port;
  }

  /** A tap before a server, over plain TCP or with a stock TLS tunnel on each side. @returns where a DMA comes in */
  async function tapped(
    target: number,
    way: 'plain' | 'TLS',
    options: Partial<TapOptions> = {},
  ): Promise<{ tap: Tap; port: number }> {
    const recording = bench.recording({ path: join(bench.folder, `${++folders}.pcapng`) });
    if (way === 'plain') {
      const tap = await bench.tap(target, { recording, ...options });
      return { tap, port: tap.addresses[0].port };
    }
    const certificate = await selfSignedCertificate(['127.0.0.1']);
    const pem = join(bench.folder, 'tunnel.pem');
    writeFileSync(pem, certificate.key + certificate.cert);
    const there = await socat(
      (port) => `OPENSSL-LISTEN:${port},bind=127.0.0.1,fork,reuseaddr,cert=${pem},verify=0`,
      `TCP:127.0.0.1:${target}`,
    );
    const tap = await bench.tap(there, {
      listen: [{ host: '127.0.0.1', port: 0, secure: true }],
      certificate,
      targetTls: { ca: certificate.cert },
      recording,
      ...options,
    });
    const port = await socat(
      (each) => `TCP-LISTEN:${each},bind=127.0.0.1,fork,reuseaddr`,
      `OPENSSL:127.0.0.1:${tap.addresses[0].port},cafile=${pem},commonname=127.0.0.1`,
    );
    return { tap, port };
  }

  /** Messages of a recording by connection, the recording ended. */
  async function recorded(tap: Tap): Promise<string[]> {
    const path = tap.options.recording?.path ?? '';
    await until(
      () => tap.status().connections.every(({ closed }) => closed !== undefined),
      'all connections are closed',
      () => tap.status().connections,
    );
    await tap.options.recording?.close();
    assertReadByTshark(path, tap);
    return namesOf(path);
  }

  function namesOf(path: string): string[] {
    const { index } = indexed(readFileSync(path));
    assert.deepEqual(index.damage, []);
    return Array.from(
      { length: index.count },
      (_, row) =>
        `${index.connection(row)} ${messageName(index.code(row), index.version(row))} ${index.kind(row)} ${index.bodyError(row)}`,
    );
  }

  function assertReadByTshark(path: string, tap: Tap): void {
    if (peerVersion('tshark') === undefined) return;
    const copy = `${path}.10000.pcapng`;
    const bytes = readFileSync(path);
    const { index } = indexed(bytes);
    writeFileSync(copy, onUsualPort(bytes, tap.options.target.port));
    const run = (filter: string, ...names: string[]): string[] => {
      const fields = ['-T', 'fields', ...names.flatMap((name) => ['-e', name])];
      const args = ['-r', copy, '-Y', filter, ...fields];
      const { stdout, status, stderr } = spawnSync('tshark', args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
      assert.equal(status, 0, stderr);
      return stdout.split('\n').filter((line) => line !== '');
    };
    // of v2 it reads several bodies (states of data server and tape, start of a backup) as those of later versions
    assert.deepEqual(run('_ws.malformed && ndmp.version != 2', 'frame.number', 'ndmp.msg'), []);
    const sequences = run('ndmp.msg', 'ndmp.sequence').flatMap((line) => line.split(','));
    assert.deepEqual(
      sequences.map(Number),
      Array.from({ length: index.count }, (_, row) => index.sequence(row)),
    );
  }

  const ways = peerVersion('socat') === undefined ? (['plain'] as const) : (['plain', 'TLS'] as const);
  for (const way of ways)
    for (const version of VERSIONS) {
      it(`v${version}, ${way}: a backup and a restore with ndmjob's own server`, async () => {
        const { tap, port } = await tapped(peer.port, way);
        const device = tape();
        const at = ['-D', agent(port, version), '-f', device];
        await ndmjobSucceeds([...at, '-o', 'init-labels', '-m', 'TAPE01']);
        const index = join(bench.folder, 'index');
        await ndmjobOkay([...at, '-c', '-m', 'TAPE01', '-C', source, '-I', index]);
        const restored = fresh();
        await ndmjobOkay([...at, '-x', '-m', 'TAPE01', '-J', index, '-C', restored]);
        assertSame(restored);
        const names = await recorded(tap);
        assert.ok(names.some((name) => /DATA_START_BACKUP reply 0$/.test(name)));
        assert.ok(names.some((name) => /DATA_START_RECOVER reply 0$/.test(name)));
        rmSync(`${device}.lck`, { force: true });
      });

      it(`v${version}, ${way}: the conformance tests say the same, message by message`, async () => {
        for (const name of ['test-data', 'test-mover']) {
          const at = (port: number): string[] =>
            name === 'test-data' ? ['-D', agent(port, version)] : ['-T', agent(port, version), '-f', server.tapes[0]];
          const said = async (through: 'plain' | 'TLS'): Promise<{ output: string[]; messages: string[] }> => {
            const { tap, port } = await tapped(server.port, through);
            const { output, status } = await ndmjob(['-o', name, ...at(port)]);
            assert.equal(status, 0, output);
            return {
              output: output.split('\n').filter((line) => /FINAL|Passed/.test(line)),
              messages: await recorded(tap),
            };
          };
          const direct = await ndmjob(['-o', name, ...at(server.port)]);
          const through = await said(way);
          assert.deepEqual(
            through.output,
            direct.output.split('\n').filter((line) => /FINAL|Passed/.test(line)),
          );
          assert.ok(through.messages.length > 5);
          if (way === 'TLS') assert.deepEqual(talk(through.messages), talk((await said('plain')).messages));
        }
      });
    }

  for (const version of [3, 4] as const)
    it(`v${version}: a three-way backup whose data connection passes the tap`, async () => {
      const rewrite = { own: [] };
      const data = await tapped(peer.port, 'plain', { rewrite });
      const there = await tapped(server.port, 'plain', { rewrite });
      const at = ['-D', agent(data.port, version), '-T', agent(there.port, version), '-f', server.tapes[0]];
      await ndmjobSucceeds([...at.slice(2), '-o', 'init-labels', '-m', 'TAPE01']);
      const index = join(bench.folder, 'index');
      await ndmjobOkay([...at, '-c', '-m', 'TAPE01', '-C', source, '-I', index]);
      const passed = there.tap.status().connections.filter(({ kind }) => kind === 'data');
      assert.equal(passed.length, 1);
      assert.ok(passed[0].bytes.toTarget > 10_000);
      const restored = fresh();
      await ndmjobOkay([...at, '-x', '-m', 'TAPE01', '-J', index, '-C', restored]);
      assertSame(restored);
      assert.ok(existsSync(data.tap.options.recording?.path ?? ''));
    });
});
