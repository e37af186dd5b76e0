import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  encodeMessage,
  findCode,
  type BodyValue,
  type MessageKind,
  type MessageName,
  type NdmpVersion,
} from '../../src/protocol';
import { addressIn, withAddresses } from '../../src/tap/rewrite/addresses';
import { toWireAddress, type DataAddress } from '../../src/transport/dataAddress';
import { readAll } from '../support/sockets';
import { TapBench, until } from '../support/taps';
import { NdmpClient } from '../support/ndmpClient';
import { PASSWORD, TestServer, USER } from '../support/testServer';

const four: DataAddress = { kind: 'tcp', family: 4, addresses: [{ address: '192.0.2.7', port: 5000 }] };
const two: DataAddress = {
  kind: 'tcp',
  family: 4,
  addresses: [...four.addresses, { address: '192.0.2.8', port: 5001 }],
};
const six: DataAddress = { kind: 'tcp', family: 6, addresses: [{ address: '2001:db8::7', port: 5000 }] };

function message(name: MessageName, kind: MessageKind, version: NdmpVersion, body: BodyValue): Uint8Array {
  const code = findCode(name) ?? 0;
  const header = { sequence: 5, timeStamp: 9, messageType: kind === 'reply' ? 1 : 0, code, replySequence: 4, error: 0 };
  return encodeMessage(header, body, { code, kind, version, headerError: 0 });
}

describe('addresses of data connections', () => {
  const cases: [MessageName, MessageKind, NdmpVersion, string, DataAddress, BodyValue][] = [
    ['NDMP_MOVER_LISTEN', 'reply', 2, 'mover', four, { error: 0 }],
    ['NDMP_MOVER_LISTEN', 'reply', 3, 'data_connection_addr', four, { error: 0 }],
    ['NDMP_MOVER_LISTEN', 'reply', 4, 'connect_addr', four, { error: 0 }],
    ['NDMP_MOVER_LISTEN', 'reply', 4, 'connect_addr', two, { error: 0 }],
    ['NDMP_MOVER_LISTEN', 'reply', 4, 'connect_addr', six, { error: 0 }],
    ['NDMP_DATA_LISTEN', 'reply', 3, 'data_connection_addr', four, { error: 0 }],
    ['NDMP_DATA_LISTEN', 'reply', 4, 'connect_addr', six, { error: 0 }],
    ['NDMP_DATA_CONNECT', 'request', 3, 'addr', four, {}],
    ['NDMP_DATA_CONNECT', 'request', 4, 'addr', two, {}],
    ['NDMP_MOVER_CONNECT', 'request', 3, 'addr', four, { mode: 0 }],
    ['NDMP_MOVER_CONNECT', 'request', 4, 'addr', six, { mode: 1 }],
    ['NDMP_DATA_START_BACKUP', 'request', 2, 'mover', four, { bu_type: 'tar', env: [{ name: 'A', value: 'b' }] }],
  ];
  for (const [name, kind, version, field, address, rest] of cases)
    it(`are found and exchanged in ${name} ${kind} of v${version}, ${address.kind === 'tcp' ? `${address.addresses.length} × IPv${address.family}` : ''}`, () => {
      const body = { ...rest, [field]: toWireAddress(address, version) };
      const found = addressIn(message(name, kind, version, body), version);
      assert.ok(found);
      assert.deepEqual(found.address, address);
      const mine = found.address.addresses.map((_, i) => ({
        address: found.address.family === 4 ? '127.0.0.1' : '::1',
        port: 7000 + i,
      }));
      const changed = withAddresses(found, mine);
      const wanted = { ...rest, [field]: toWireAddress({ ...found.address, addresses: mine }, version) };
      assert.deepEqual(changed, message(name, kind, version, wanted));
    });

  it('keep what a server says beside them', () => {
    const wire = toWireAddress(four, 4);
    const list = (wire.tcp_addr as BodyValue[]).map((each) => ({ ...each, addr_env: [{ name: 'NODE', value: 'a' }] }));
    const found = addressIn(
      message('NDMP_MOVER_LISTEN', 'reply', 4, { error: 0, connect_addr: { ...wire, tcp_addr: list } }),
      4,
    );
    assert.ok(found);
    const again = addressIn(withAddresses(found, [{ address: '127.0.0.1', port: 1 }]), 4);
    const [first] = (again?.body.connect_addr as { tcp_addr: BodyValue[] }).tcp_addr;
    assert.deepEqual(first.addr_env, [{ name: 'NODE', value: 'a' }]);
    assert.equal(first.port, 1);
  });

  it('are not looked for in failed replies, local connections and other messages', () => {
    const failed = message('NDMP_MOVER_LISTEN', 'reply', 4, { error: 9, connect_addr: toWireAddress(four, 4) });
    assert.equal(addressIn(failed, 4), undefined);
    const local = message('NDMP_DATA_CONNECT', 'request', 4, { addr: toWireAddress({ kind: 'local' }, 4) });
    assert.equal(addressIn(local, 4), undefined);
    assert.equal(addressIn(message('NDMP_CONNECT_OPEN', 'request', 4, { protocol_version: 4 }), 4), undefined);
    assert.equal(addressIn(failed.subarray(0, 30), 4), undefined);
  });
});

describe('data connections through the tap', () => {
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

  const login = { user: USER, password: PASSWORD };

  /** A mover that listens, as the DMA is told of it. */
  async function listening(port: number): Promise<{ client: NdmpClient; address: { port: number } }> {
    const client = await NdmpClient.connect({ port, version: 3, login });
    await client.expect('NDMP_TAPE_OPEN', { device: server.tapes[0], mode: 1 });
    const reply = await client.expect('NDMP_MOVER_LISTEN', { mode: 0, addr_type: 1 });
    return { client, address: reply.data_connection_addr as unknown as { port: number } };
  }

  it('come by a port of the tap, for one connection, and pass', async () => {
    const tap = await bench.tap(server.port, { rewrite: { own: [] }, recording: bench.recording() });
    const { client, address } = await listening(tap.addresses[0].port);
    const data = await bench.dial(address.port);
    await until(() => tap.status().connections.some(({ kind }) => kind === 'data'), 'the data connection is there');
    const refusedLater = bench.dial(address.port).then(
      (socket) => readAll(socket).then(({ broke }) => broke),
      () => true,
    );
    assert.equal(await refusedLater, true);
    data.end(Buffer.alloc(20_000));
    await client.until('NDMP_MOVER_GET_STATE', ({ state }) => state !== 2);
    const passed = tap.status().connections.find(({ kind }) => kind === 'data');
    assert.equal(passed?.bytes.toTarget, 20_000);
    assert.equal(tap.status().rewriting, true);
    await client.close();
  });

  it('are not awaited when the control connection is gone', async () => {
    const tap = await bench.tap(server.port, { rewrite: { own: [] } });
    const { client, address } = await listening(tap.addresses[0].port);
    await client.close();
    await until(() => tap.status().connections[0].closed !== undefined, 'the control connection is gone');
    const socket = await bench.dial(address.port).catch(() => undefined);
    if (socket) assert.equal((await readAll(socket)).broke, true);
  });

  it('go to the address of a request by way of the tap', async () => {
    const tap = await bench.tap(server.port, { rewrite: { own: ['127.0.0.1'] } });
    const got: Promise<unknown>[] = [];
    const port = await bench.server((socket) => void got.push(once(socket, 'close')));
    const client = await NdmpClient.connect({ port: tap.addresses[0].port, version: 4, login });
    const addr = toWireAddress({ kind: 'tcp', family: 4, addresses: [{ address: '127.0.0.1', port }] }, 4);
    await client.expect('NDMP_DATA_CONNECT', { addr });
    await until(() => got.length === 1, 'it came');
    const data = tap.status().connections.find(({ kind }) => kind === 'data');
    assert.equal(data?.target, `127.0.0.1:${port}`);
    await client.close();
  });
});
