import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { NdmpClient, within } from '../../support/ndmpClient';
import { TestServer } from '../../support/testServer';

const RDWR = 1;
const INFINITE = 0xffffffffffffffffn;
const IDLE = 200;
const BUSY = 20;

describe('many connections at once', function () {
  this.timeout(60_000);
  let server: TestServer;
  before(async () => {
    server = await TestServer.start({ cartridges: Array.from({ length: BUSY }, () => ({})) });
    const folder = join(server.root, 'folder');
    mkdirSync(folder);
    for (let n = 0; n < 100; n++) writeFileSync(join(folder, `file ${n}`), Buffer.alloc(n * 500, n));
  });
  after(() => server.stop());

  /** A local backup to a tape of its own. @returns bytes that the data server says it has processed */
  async function backup(client: NdmpClient, tape: string): Promise<bigint> {
    await client.expect('NDMP_TAPE_OPEN', { device: tape, mode: RDWR });
    await client.expect('NDMP_MOVER_SET_RECORD_SIZE', { len: 65536 });
    await client.expect('NDMP_MOVER_SET_WINDOW', { offset: 0n, length: INFINITE });
    await client.expect('NDMP_MOVER_LISTEN', { mode: 0, addr_type: 0 });
    await client.expect('NDMP_DATA_CONNECT', { addr: { type: 0 } });
    const env = [
      { name: 'FILESYSTEM', value: server.root },
      { name: 'HIST', value: 'y' },
    ];
    await client.expect('NDMP_DATA_START_BACKUP', { bu_type: 'tar', env });
    assert.equal((await client.post('NDMP_NOTIFY_DATA_HALTED')).body.reason, 1);
    assert.equal((await client.post('NDMP_NOTIFY_MOVER_HALTED')).body.reason, 1);
    const { bytes_processed: bytes } = await client.expect('NDMP_DATA_GET_STATE');
    await client.expect('NDMP_DATA_STOP');
    await client.expect('NDMP_MOVER_STOP');
    await client.expect('NDMP_TAPE_CLOSE');
    return bytes;
  }

  it(`${IDLE} that are idle and ${BUSY} that back up`, async () => {
    const idle = await Promise.all(Array.from({ length: IDLE }, () => server.connect(4)));
    const busy = await Promise.all(Array.from({ length: BUSY }, () => server.connect(4)));
    const bytes = await Promise.all(busy.map((client, n) => backup(client, server.tapes[n])));
    assert.equal(new Set(bytes).size, 1, 'all of them the same');
    assert.ok(bytes[0] > 2_000_000n);
    for (const client of idle) await client.expect('NDMP_CONFIG_GET_HOST_INFO');
    assert.equal(server.running.connections, IDLE + BUSY);
    await Promise.all([...idle, ...busy].map((client) => client.close()));
    assert.ok(await server.eventually(() => server.running.connections === 0));
  });

  it('clients that die in the middle of a backup leave everything free', async () => {
    const clients = await Promise.all(Array.from({ length: 8 }, () => server.connect(4)));
    const running = clients.map((client, n) => backup(client, server.tapes[n]).catch(() => undefined));
    for (const [n, client] of clients.entries()) setTimeout(() => client.destroy(), 5 * n);
    await Promise.all(running);
    assert.ok(await server.eventually(() => server.running.connections === 0));
    const next = await server.connect(4);
    for (const tape of server.tapes.slice(0, 8)) {
      assert.ok(
        await server.eventually(
          async () => (await next.request('NDMP_TAPE_OPEN', { device: tape, mode: RDWR })).error === 'NO_ERR',
        ),
        tape,
      );
      await next.expect('NDMP_TAPE_CLOSE');
    }
    await backup(next, server.tapes[0]);
    await next.close();
  });
});

describe('limits of connections', () => {
  it('more than are allowed are turned away, and there is room again when one goes', async () => {
    const server = await TestServer.start({ limits: { connections: 5 } });
    try {
      const clients = [];
      for (let n = 0; n < 5; n++) clients.push(await server.connect(4));
      await assert.rejects(server.connect(4));
      await clients[0].close();
      assert.ok(
        await server.eventually(async () => {
          const client = await server.connect(4).catch(() => undefined);
          client?.destroy();
          return client !== undefined;
        }),
      );
      for (const client of clients.slice(1)) await client.expect('NDMP_CONFIG_GET_HOST_INFO');
    } finally {
      await server.stop();
    }
  });

  it('they are counted over all addresses that the server listens on', async () => {
    const server = await TestServer.start({ limits: { connections: 2 }, tls: true });
    try {
      const secure = { port: server.tlsPort, tls: { rejectUnauthorized: false } };
      await server.connect(4);
      await server.connect(4, secure);
      await assert.rejects(server.connect(4));
      await assert.rejects(server.connect(4, secure));
      assert.equal(server.running.connections, 2);
    } finally {
      await server.stop();
    }
  });

  it('one address may have only so many', async () => {
    const server = await TestServer.start({ limits: { connectionsPerAddress: 2 } });
    try {
      await server.connect(4);
      await server.connect(4);
      await assert.rejects(server.connect(4));
      await server.connect(4, { from: '127.0.0.7' });
    } finally {
      await server.stop();
    }
  });

  it('a server that stops says so to everyone', async () => {
    const server = await TestServer.start();
    const clients = await Promise.all([2, 3, 4].map((version) => server.connect(version as 2 | 3 | 4)));
    const stopped = server.stop();
    for (const client of clients) {
      const { body } = await client.post('NDMP_NOTIFY_CONNECTION_STATUS');
      assert.equal(body.reason, 1);
      await within(client.closed, 'the end');
    }
    await stopped;
  });
});

describe('TLS', function () {
  this.timeout(30_000);
  let server: TestServer;
  before(async () => (server = await TestServer.start({ tls: true })));
  after(() => server.stop());
  const tls = { rejectUnauthorized: false };

  for (const version of [2, 3, 4] as const) {
    it(`v${version} over TLS`, async () => {
      const client = await server.connect(version, { port: server.tlsPort, tls });
      await client.expect('NDMP_TAPE_OPEN', { device: server.tapes[0], mode: RDWR });
      await client.expect('NDMP_TAPE_WRITE', { data_out: Buffer.alloc(200_000, 7) });
      await client.expect('NDMP_TAPE_MTIO', { tape_op: 4, count: 1 });
      const { data_in } = await client.expect('NDMP_TAPE_READ', { count: 200_000 });
      assert.equal(data_in.length, 200_000);
      await client.close();
    });
  }

  it('its certificate is for the address that it listens on', async () => {
    const socket = connectTls({ port: server.tlsPort, host: '127.0.0.1', ...tls });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    assert.match(socket.getPeerCertificate().subjectaltname ?? '', /127\.0\.0\.1/);
    socket.destroy();
  });

  it('old versions of TLS are refused', async () => {
    await assert.rejects(
      server.connect(4, { port: server.tlsPort, tls: { ...tls, maxVersion: 'TLSv1.1', minVersion: 'TLSv1' } }),
    );
  });

  for (const [name, bytes] of [
    ['NDMP without TLS', Buffer.from('8000001c00000001660000000000000000000900', 'hex')],
    ['HTTP', Buffer.from('GET / HTTP/1.0\r\n\r\n')],
    ['a broken hello', Buffer.concat([Buffer.from('1603010200010001fc0303', 'hex'), Buffer.alloc(506, 0xaa)])],
    ['noise', Buffer.from(Array.from({ length: 5000 }, (_, n) => (n * 7919) % 251))],
  ] as const) {
    it(`${name} on the TLS port is closed, and others are served`, async () => {
      const socket = connect({ port: server.tlsPort, host: '127.0.0.1' });
      socket.on('error', () => undefined).resume();
      socket.write(bytes);
      await within(new Promise((resolve) => socket.on('close', resolve)), 'the end', 25_000);
      const client = await server.connect(4, { port: server.tlsPort, tls });
      await client.close();
    });
  }

  it('TLS on the plain port is no NDMP', async () => {
    const failed = NdmpClient.dial({ port: server.port, tls });
    await assert.rejects(within(failed, 'a handshake', 10_000));
    const client = await server.connect(4);
    await client.close();
  });
});
