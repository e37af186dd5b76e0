import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NdmpVersion } from '../../../src/protocol';
import { AddressType } from '../../../src/transport/dataAddress';
import { HaltReason } from '../../../src/server/mover/model';
import { ALL_ONES, LOCAL, pattern, READ, TCP, WRITE } from '../../support/moverBench';
import type { NdmpClient } from '../../support/ndmpClient';
import { TestServer } from '../../support/testServer';

const RECORD = 10_240;
const hasIpv6 = Object.values(networkInterfaces()).some((each) => each?.some(({ address }) => address === '::1'));
const TapeMode = { READ: 0, RDWR: 1 };
const Op = { FSF: 0, REW: 4 };
const data = pattern(25 * RECORD + 100);
const records = 26;

describe('mover of a running server', () => {
  let server: TestServer;
  const clients: NdmpClient[] = [];
  const sockets: Socket[] = [];

  before(async () => {
    server = await TestServer.start({ cartridges: [{}, {}, {}], limits: { listenSeconds: 1 } });
  });
  after(() => server.stop());
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const client of clients.splice(0)) if (!client.isClosed) await client.close();
  });

  async function start(version: NdmpVersion, tape: number, mode = TapeMode.RDWR): Promise<NdmpClient> {
    const client = await server.connect(version);
    clients.push(client);
    // the connection before may still be giving it back
    const open = async (): Promise<boolean> =>
      (await client.request('NDMP_TAPE_OPEN', { device: server.tapes[tape], mode })).error === 'NO_ERR';
    assert.ok(await server.eventually(open), 'the tape can be opened');
    await client.expect('NDMP_TAPE_MTIO', { tape_op: Op.REW, count: 1 });
    return client;
  }

  async function prepare(client: NdmpClient, length = ALL_ONES): Promise<void> {
    await client.expect('NDMP_MOVER_SET_RECORD_SIZE', { len: RECORD });
    await client.expect('NDMP_MOVER_SET_WINDOW', { offset: 0n, length });
  }

  async function listen(client: NdmpClient, mode: number): Promise<number> {
    const { mover, data_connection_addr, connect_addr } = (await client.expect('NDMP_MOVER_LISTEN', {
      mode,
      addr_type: TCP,
    })) as Record<string, unknown>;
    const address = mover ?? data_connection_addr ?? connect_addr;
    const { port, tcp_addr } = address as { port?: number; tcp_addr?: { port: number }[] };
    return port ?? tcp_addr?.[0].port ?? 0;
  }

  async function dial(port: number): Promise<Socket> {
    const socket = connect({ host: '127.0.0.1', port });
    socket.on('error', () => undefined);
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  }

  async function halted(client: NdmpClient): Promise<number> {
    const { body } = await client.post('NDMP_NOTIFY_MOVER_HALTED');
    return body.reason;
  }

  /** Writes the data to a tape by a mover, and takes the tape off the connection again. */
  async function record(version: NdmpVersion, tape: number): Promise<void> {
    const client = await start(version, tape);
    await prepare(client);
    const socket = await dial(await listen(client, READ));
    socket.end(data);
    assert.equal(await halted(client), HaltReason.CONNECT_CLOSED);
    await client.expect('NDMP_MOVER_STOP');
    await client.expect('NDMP_TAPE_CLOSE');
    await client.close();
  }

  for (const version of [2, 3, 4] as const)
    it(`writes a tape, and a file mark is behind it when the tape is closed (v${version})`, async () => {
      await record(version, 0);
      const client = await start(version, 0, TapeMode.READ);
      for (let n = 0; n < records; n++) {
        const { data_in } = await client.expect('NDMP_TAPE_READ', { count: RECORD });
        const wanted = Buffer.alloc(RECORD);
        data.copy(wanted, 0, n * RECORD);
        assert.deepEqual(Buffer.from(data_in), wanted);
      }
      await client.expect('NDMP_TAPE_READ', { count: RECORD }, 'EOF');
    });

  it('has the tape for itself while it listens and moves', async () => {
    const client = await start(4, 0);
    await prepare(client);
    const port = await listen(client, READ);
    const isBusy = async (): Promise<void> => {
      await client.expect('NDMP_TAPE_GET_STATE');
      await client.expect('NDMP_TAPE_CLOSE', {}, 'DEVICE_BUSY');
      await client.expect('NDMP_TAPE_MTIO', { tape_op: Op.REW, count: 1 }, 'DEVICE_BUSY');
      await client.expect('NDMP_TAPE_READ', { count: 10 }, 'DEVICE_BUSY');
      await client.expect('NDMP_TAPE_WRITE', { data_out: Buffer.alloc(10) }, 'DEVICE_BUSY');
    };
    await isBusy();
    const socket = await dial(port);
    socket.write(data);
    assert.equal((await client.expect('NDMP_MOVER_GET_STATE')).state, 2, 'the peer was there before the request');
    await isBusy();
    await client.expect('NDMP_MOVER_ABORT');
    assert.equal(await halted(client), HaltReason.ABORTED);
    await client.expect('NDMP_TAPE_MTIO', { tape_op: Op.REW, count: 1 });
  });

  const copies: [string, NdmpVersion, NdmpVersion, boolean][] = [
    ['v3 to v3', 3, 3, false],
    ['v4 to v4', 4, 4, false],
    ['v4 to v3', 4, 3, false],
  ];
  if (hasIpv6) copies.push(['v4 to v4 over IPv6, once the extension is selected', 4, 4, true]);
  for (const [name, from, to, isSix] of copies)
    it(`copies a tape from mover to mover: ${name}`, async () => {
      await record(from, 0);
      const source = await start(from, 0, TapeMode.READ);
      const target = await start(to, 1);
      if (isSix)
        for (const client of [source, target]) {
          const type = { addr_type: AddressType.TCP_IPV6, mode: WRITE };
          await client.expect('NDMP_MOVER_LISTEN', type, 'ILLEGAL_ARGS');
          await client.expect('NDMP_CONFIG_GET_EXT_LIST');
          await client.expect('NDMP_CONFIG_SET_EXT_LIST', { selected: [{ class_id: 0x2051, version: 1 }] });
        }
      await prepare(source);
      await prepare(target);
      const reply = (await target.expect('NDMP_MOVER_LISTEN', {
        mode: READ,
        addr_type: isSix ? AddressType.TCP_IPV6 : TCP,
      })) as Record<string, unknown>;
      let addr = (reply.connect_addr ?? reply.data_connection_addr) as Record<string, unknown>;
      // a DMA that speaks v4 here and v3 there translates the address
      if (from === 4 && to === 3) addr = { type: TCP, tcp_addr: [{ ...addr, addr_env: [] }] };
      await source.expect('NDMP_MOVER_CONNECT', { mode: WRITE, addr: addr as never });
      await source.expect('NDMP_MOVER_READ', { offset: 0n, length: ALL_ONES });
      assert.equal((await source.post('NDMP_NOTIFY_MOVER_PAUSED')).body.reason, 2, 'EOF');
      await source.expect('NDMP_MOVER_CLOSE');
      assert.equal(await halted(source), HaltReason.CONNECT_CLOSED);
      assert.equal(await halted(target), HaltReason.CONNECT_CLOSED);
      const { record_num } = await target.expect('NDMP_MOVER_GET_STATE');
      assert.equal(record_num, records);
    });

  it('serves a read that comes right behind the peer, at any time', async () => {
    await record(4, 2);
    for (let n = 0; n < 50; n++) {
      const client = await start(4, 2, TapeMode.READ);
      await prepare(client);
      const socket = await dial(await listen(client, WRITE));
      await client.expect('NDMP_MOVER_READ', { offset: 0n, length: 1000n });
      const [first] = (await once(socket, 'data')) as [Buffer];
      assert.deepEqual(first, data.subarray(0, 1000));
      socket.destroy();
      await client.close();
    }
  });

  for (const state of ['LISTEN', 'ACTIVE', 'PAUSED'] as const)
    it(`gives everything back when the control connection is lost in ${state}`, async () => {
      const client = await start(4, 0);
      await prepare(client, state === 'PAUSED' ? BigInt(RECORD) : ALL_ONES);
      const port = await listen(client, READ);
      const socket = state === 'LISTEN' ? undefined : await dial(port);
      socket?.write(data);
      if (state === 'PAUSED') await client.post('NDMP_NOTIFY_MOVER_PAUSED');
      client.socket.resetAndDestroy();
      if (socket) await new Promise((resolve) => socket.once('close', resolve));
      else {
        const isGone = (): Promise<boolean> =>
          dial(port).then(
            () => false,
            () => true,
          );
        assert.ok(await server.eventually(isGone), 'the port is closed');
      }
      const isFree = async (): Promise<boolean> => {
        const other = await server.connect(4);
        const { error } = await other.request('NDMP_TAPE_OPEN', { device: server.tapes[0], mode: TapeMode.RDWR });
        await other.close();
        return error === 'NO_ERR';
      };
      assert.ok(await server.eventually(isFree), 'the drive is free');
    });

  it('takes one peer only', async () => {
    const client = await start(4, 0);
    await prepare(client);
    const port = await listen(client, READ);
    const socket = await dial(port);
    await client.expect('NDMP_MOVER_GET_STATE');
    await assert.rejects(dial(port));
    socket.end(data);
    assert.equal(await halted(client), HaltReason.CONNECT_CLOSED);
  });

  it('halts when nobody comes in time', async () => {
    const client = await start(4, 0);
    await prepare(client);
    await listen(client, READ);
    assert.equal(await halted(client), HaltReason.CONNECT_ERROR);
    assert.equal((await client.expect('NDMP_MOVER_GET_STATE')).state, 4);
  });

  it('stays IDLE when nobody is where it shall connect to', async () => {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    listener.close();
    await once(listener, 'close');
    const client = await start(4, 0);
    await prepare(client);
    const tcp_addr = [{ ip_addr: 0x7f000001, port, addr_env: [] }];
    await client.expect('NDMP_MOVER_CONNECT', { mode: READ, addr: { type: TCP, tcp_addr } }, 'CONNECT');
    await client.expect('NDMP_MOVER_CONNECT', { mode: READ, addr: { type: TCP, tcp_addr: [] } }, 'ILLEGAL_ARGS');
    await client.expect('NDMP_MOVER_CONNECT', { mode: READ, addr: { type: LOCAL } }, 'CONNECT');
    assert.equal((await client.expect('NDMP_MOVER_GET_STATE')).state, 0);
    await listen(client, READ);
  });

  it('reports a cartridge that vanishes while it is written, and serves on', async () => {
    const client = await start(4, 1);
    await prepare(client);
    const socket = await dial(await listen(client, READ));
    socket.write(data);
    await sleep(50);
    rmSync(join(server.folder, 'tape1'), { recursive: true });
    socket.end(data);
    assert.equal(await halted(client), HaltReason.MEDIA_ERROR);
    await client.expect('NDMP_MOVER_STOP');
    await client.request('NDMP_TAPE_CLOSE');
    assert.equal((await client.expect('NDMP_MOVER_GET_STATE')).state, 0);
    await client.close();
    await record(4, 0);
  });

  it('sends no byte more than was asked for before it is closed', async () => {
    await record(4, 2);
    const client = await start(4, 2, TapeMode.READ);
    await prepare(client);
    const socket = await dial(await listen(client, WRITE));
    const all = buffer(socket);
    await client.expect('NDMP_MOVER_READ', { offset: 5000n, length: 100_000n });
    await client.until('NDMP_MOVER_GET_STATE', (state) => state.bytes_left_to_read === 0n);
    await client.expect('NDMP_MOVER_CLOSE');
    assert.equal(await halted(client), HaltReason.CONNECT_CLOSED);
    assert.deepEqual(await all, data.subarray(5000, 105_000));
  });
});
