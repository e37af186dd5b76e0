import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BodyValue, NdmpVersion } from '../../../src/protocol';
import type { NdmpClient } from '../../support/ndmpClient';
import { backUp } from '../../support/testDma';
import { TestServer, type TestServerOptions } from '../../support/testServer';
import { compareTrees, makeTree, pseudoRandomBytes } from '../../support/trees';

const INFINITE = 0xffffffffffffffffn;
const State = { IDLE: 0, ACTIVE: 1, HALTED: 2, LISTEN: 3, CONNECTED: 4 } as const;
const Halt = { SUCCESSFUL: 1, ABORTED: 2, INTERNAL_ERROR: 3, CONNECT_ERROR: 4 } as const;
const MOVER_HALTED = 4;
const asRoot = process.getuid?.() === 0;
const how = { ignoreOwner: !asRoot };

const env = (values: Record<string, string>) => Object.entries(values).map(([name, value]) => ({ name, value }));

describe('data operations of a whole server', function () {
  this.timeout(60_000);
  let server: TestServer;
  let clients: NdmpClient[];
  const at = (...names: string[]): string => join(server.root, ...names);

  async function start(options: TestServerOptions = {}): Promise<void> {
    server = await TestServer.start(options);
    clients = [];
  }

  async function connect(version: NdmpVersion = 4): Promise<NdmpClient> {
    const client = await server.connect(version);
    clients.push(client);
    return client;
  }

  afterEach(async () => {
    for (const client of clients) client.destroy();
    await server.stop();
  });

  /** A tree that takes a while: so many megabytes. */
  function makeLarge(name: string, megabytes: number): void {
    mkdirSync(at(name));
    const content = pseudoRandomBytes(1_000_000);
    for (let n = 0; n < megabytes; n++) writeFileSync(at(name, `file ${n}`), content);
  }

  /** Opens the tape and joins mover and data server of one connection. */
  async function joinLocally(client: NdmpClient, device = 'nst0'): Promise<void> {
    await client.expect('NDMP_TAPE_OPEN', { device, mode: 1 });
    await client.expect('NDMP_TAPE_MTIO', { tape_op: 4, count: 1 });
    await client.expect('NDMP_MOVER_SET_RECORD_SIZE', { len: 65_536 });
    await client.expect('NDMP_MOVER_SET_WINDOW', { offset: 0n, length: INFINITE });
    await client.expect('NDMP_MOVER_LISTEN', { mode: 0, addr_type: 0 });
    await client.expect('NDMP_DATA_CONNECT', { addr: { type: 0 } });
  }

  const halted = async (client: NdmpClient) =>
    (await client.until('NDMP_DATA_GET_STATE', ({ state }) => state === State.HALTED)).halt_reason;

  for (const [listening, connecting] of [
    [4, 4],
    [3, 3],
    [4, 3],
  ] as const)
    it(`copies a tree from data server to data server (v${connecting} to v${listening})`, async () => {
      await start();
      makeTree(at('source'));
      const destination = await connect(listening);
      const source = await connect(connecting);
      const reply = await destination.expect('NDMP_DATA_LISTEN', { addr_type: 1 });
      const address: BodyValue = { ...(listening === 4 ? reply.connect_addr : reply.data_connection_addr) };
      // v4 has a list of addresses where v3 has one
      const [first] = Object.values(address).find((value): value is BodyValue[] => Array.isArray(value)) ?? [address];
      const addr = connecting === 4 ? address : { type: 1, ip_addr: first.ip_addr, port: first.port };
      await source.expect('NDMP_DATA_CONNECT', { addr });
      const back = env({ FILESYSTEM: at('copy') });
      await destination.expect('NDMP_DATA_START_RECOVER', { bu_type: 'tar', env: back, nlist: [] });
      const { body } = await destination.post('NDMP_NOTIFY_DATA_READ');
      assert.deepEqual([body.offset, body.length], [0n, INFINITE]);
      await source.expect('NDMP_DATA_START_BACKUP', { bu_type: 'tar', env: env({ FILESYSTEM: at('source') }) });
      assert.deepEqual([await halted(source), await halted(destination)], [Halt.SUCCESSFUL, Halt.SUCCESSFUL]);
      assert.deepEqual(compareTrees(at('source'), at('copy'), how), []);
      for (const client of [source, destination]) await client.expect('NDMP_DATA_STOP');
    });

  it('aborts a backup within a moment; the connection goes on with the next', async () => {
    await start({ cartridges: [{ capacity: 2 ** 32 }] });
    makeLarge('large', 200);
    makeTree(at('source'));
    const client = await connect();
    await joinLocally(client);
    await client.expect('NDMP_DATA_START_BACKUP', { bu_type: 'tar', env: env({ FILESYSTEM: at('large') }) });
    await client.until('NDMP_DATA_GET_STATE', ({ bytes_processed }) => bytes_processed > 0n);
    const began = Date.now();
    await client.expect('NDMP_DATA_ABORT');
    assert.equal(await halted(client), Halt.ABORTED);
    assert.ok(Date.now() - began < 2000);
    await client.until('NDMP_MOVER_GET_STATE', ({ state }) => state === MOVER_HALTED);
    assert.equal((await client.post('NDMP_NOTIFY_DATA_HALTED')).body.reason, Halt.ABORTED);
    await client.expect('NDMP_DATA_STOP');
    await client.expect('NDMP_MOVER_STOP');
    await client.expect('NDMP_TAPE_CLOSE');
    const { bytes } = await backUp({ data: client, tape: client, device: 'nst0' }, 'tar', { FILESYSTEM: at('source') });
    assert.ok(bytes > 0n);
  });

  it('gives everything back when the client is gone in the middle', async () => {
    await start({ cartridges: [{ capacity: 2 ** 32 }], limits: { operations: 1 } });
    makeLarge('large', 200);
    const first = await connect();
    await joinLocally(first);
    await first.expect('NDMP_DATA_START_BACKUP', { bu_type: 'tar', env: env({ FILESYSTEM: at('large') }) });
    await first.until('NDMP_DATA_GET_STATE', ({ bytes_processed }) => bytes_processed > 0n);
    first.destroy();
    const second = await connect();
    await server.eventually(
      async () => (await second.request('NDMP_TAPE_OPEN', { device: 'nst0', mode: 0 })).error === 'NO_ERR',
    );
    await second.expect('NDMP_TAPE_CLOSE');
    makeTree(at('source'));
    const { bytes } = await backUp({ data: second, tape: second, device: 'nst0' }, 'tar', { FILESYSTEM: at('source') });
    assert.ok(bytes > 0n);
  });

  it('refuses one operation more than may run, and keeps the connection for later', async () => {
    await start({ cartridges: [{ capacity: 2 ** 32 }, { capacity: 2 ** 32 }], limits: { operations: 1 } });
    makeLarge('large', 300);
    const [first, second] = [await connect(), await connect()];
    await joinLocally(first, 'nst0');
    await joinLocally(second, 'nst1');
    const request = { bu_type: 'tar', env: env({ FILESYSTEM: at('large') }) };
    await first.expect('NDMP_DATA_START_BACKUP', request);
    await second.expect('NDMP_DATA_START_BACKUP', request, 'NO_MEM');
    assert.equal((await second.expect('NDMP_DATA_GET_STATE')).state, State.CONNECTED);
    await first.expect('NDMP_DATA_ABORT');
    assert.ok(
      await server.eventually(async () => (await second.request('NDMP_DATA_START_BACKUP', request)).error === 'NO_ERR'),
    );
    await second.expect('NDMP_DATA_ABORT');
  });

  it('waits for a client that takes no file history, without keeping it all in memory', async () => {
    await start({ limits: { waitingBytes: 65_536 } });
    mkdirSync(at('many'));
    for (let n = 0; n < 20_000; n++) writeFileSync(at('many', `a file with quite a long name of its own ${n}`), '');
    const [client, watcher] = [await connect(), await connect()];
    await joinLocally(client);
    client.posts.length = 0;
    client.socket.pause();
    const request = client.request('NDMP_DATA_START_BACKUP', {
      bu_type: 'tar',
      env: env({ FILESYSTEM: at('many'), HIST: 'f' }),
    });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.equal((await watcher.request('NDMP_TAPE_OPEN', { device: 'nst0', mode: 0 })).error, 'DEVICE_BUSY');
    client.socket.resume();
    assert.equal((await request).error, 'NO_ERR');
    assert.equal(await halted(client), Halt.SUCCESSFUL);
    const files = client.posts
      .filter(({ name }) => name === 'NDMP_FH_ADD_FILE')
      .reduce((sum, { body }) => sum + (body.files as unknown[]).length, 0);
    assert.equal(files, 20_001);
  });

  it('recovers nothing into a tree that is read-only, and nothing out of all trees', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'ndmp-read-only-'));
    try {
      await start({ host: { trees: [{ name: '/ro', directory, readOnly: true }] } });
      const [client, peer] = [await connect(), await connect()];
      const { connect_addr } = await client.expect('NDMP_DATA_LISTEN', { addr_type: 1 });
      await peer.expect('NDMP_DATA_CONNECT', { addr: { ...connect_addr } });
      const recover = (destination_path: string, error: string) =>
        client.expect(
          'NDMP_DATA_START_RECOVER',
          { bu_type: 'tar', env: [], nlist: [{ ...entry, original_path: '/a', destination_path }] },
          error,
        );
      const entry = { name: '', other_name: '', node: INFINITE, fh_info: INFINITE };
      await recover('/ro/a', 'PERMISSION');
      for (const outside of ['/etc/a', '/ro/../etc', directory, '', 'a']) await recover(outside, 'ILLEGAL_ARGS');
      assert.equal((await client.expect('NDMP_DATA_GET_STATE')).state, State.CONNECTED);
      assert.deepEqual(readdirSync(directory), []);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('goes on when the source vanishes in the middle, and says so', async () => {
    await start({ cartridges: [{ capacity: 2 ** 32 }] });
    makeLarge('large', 150);
    const client = await connect();
    await joinLocally(client);
    await client.expect('NDMP_DATA_START_BACKUP', { bu_type: 'tar', env: env({ FILESYSTEM: at('large') }) });
    await client.until('NDMP_DATA_GET_STATE', ({ bytes_processed }) => bytes_processed > 0n);
    rmSync(at('large'), { recursive: true });
    assert.equal(await halted(client), Halt.SUCCESSFUL);
    const texts = client.posts.filter(({ name }) => name === 'NDMP_LOG_MESSAGE').map(({ body }) => body.log_type);
    assert.ok(texts.includes(3) || texts.includes(2), 'a warning tells of files that were not there any more');
  });
});
