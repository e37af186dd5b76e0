import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import type { NdmpClient } from '../../support/ndmpClient';
import { within } from '../../support/ndmpClient';
import { TestServer } from '../../support/testServer';

const INFINITE = 0xffffffffffffffffn;
const READ_ONLY = 0;
const RDWR = 1;
const TO_TAPE = 0;
const FROM_TAPE = 1;
const LOCAL = 0;
const TCP = 1;
const REWIND = { tape_op: 4, count: 1 };
const EOF_MARK = { tape_op: 5, count: 1 };
/** Mover states and reasons (v4). */
const LISTEN = 1;
const ACTIVE = 2;
const PAUSED = 3;
const HALTED = 4;
const PAUSE = { EOM: 1, EOF: 2, SEEK: 3, EOW: 5 };
const RECORD = 10240;

/** A port of loopback as the wire has it. */
const at = (port: number) => ({ type: TCP, tcp_addr: [{ ip_addr: 0x7f000001, port, addr_env: [] }] });

describe('conformance: mover (v4)', function () {
  this.timeout(30_000);
  let server: TestServer;
  let client: NdmpClient;
  const sockets: Socket[] = [];
  before(async () => {
    server = await TestServer.start({ cartridges: [{}, { capacity: 600_000, earlyWarning: 200_000 }] });
  });
  after(() => server.stop());
  beforeEach(async () => (client = await server.connect(4)));
  afterEach(async () => {
    sockets.splice(0).forEach((socket) => socket.destroy());
    await client.close();
  });

  const ask = (name: Parameters<NdmpClient['expect']>[0], body = {}, error = 'NO_ERR') =>
    client.expect(name, body, error);
  const window = (offset: bigint, length: bigint, error?: string) =>
    client.expect('NDMP_MOVER_SET_WINDOW', { offset, length }, error);
  const state = async () => {
    const { state: now, pause_reason: pause, halt_reason: halt } = await client.expect('NDMP_MOVER_GET_STATE');
    return { now, pause, halt };
  };

  async function tape(mode = RDWR, drive = 0): Promise<void> {
    await client.expect('NDMP_TAPE_OPEN', { device: server.tapes[drive], mode });
    await client.expect('NDMP_TAPE_MTIO', REWIND);
  }

  /** A mover that listens over TCP, and a peer of ours that has connected to it. */
  async function connected(mode: number, length = INFINITE): Promise<Socket> {
    await client.expect('NDMP_MOVER_SET_RECORD_SIZE', { len: RECORD });
    await window(0n, length);
    const { connect_addr: address } = await client.expect('NDMP_MOVER_LISTEN', { mode, addr_type: TCP });
    assert.ok(address.type === TCP);
    assert.equal((await state()).now, LISTEN);
    const socket = connect({ port: address.tcp_addr[0].port, host: '127.0.0.1' });
    sockets.push(socket);
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.once('connect', resolve));
    await client.until('NDMP_MOVER_GET_STATE', (body) => body.state === ACTIVE);
    return socket;
  }

  describe('what is wrong first decides', () => {
    it('the state before the arguments', async () => {
      await ask('NDMP_MOVER_STOP', {}, 'ILLEGAL_STATE');
      await ask('NDMP_MOVER_ABORT', {}, 'ILLEGAL_STATE');
      await ask('NDMP_MOVER_CONTINUE', {}, 'ILLEGAL_STATE');
      await ask('NDMP_MOVER_CLOSE', {}, 'ILLEGAL_STATE');
      await ask('NDMP_MOVER_READ', { offset: 0n, length: 0n }, 'ILLEGAL_STATE');
    });

    it('LISTEN and CONNECT: arguments, tape, permission, record size, window', async () => {
      for (const name of ['NDMP_MOVER_LISTEN', 'NDMP_MOVER_CONNECT'] as const) {
        const body = name === 'NDMP_MOVER_LISTEN' ? { addr_type: TCP } : { addr: at(1) };
        await ask(name, { ...body, mode: 2 }, 'ILLEGAL_ARGS');
        await ask(name, { ...body, mode: 77 }, 'ILLEGAL_ARGS');
        await ask(name, { ...body, mode: TO_TAPE }, 'DEV_NOT_OPEN');
      }
      await tape(READ_ONLY);
      await ask('NDMP_MOVER_LISTEN', { mode: TO_TAPE, addr_type: TCP }, 'PERMISSION');
      await ask('NDMP_MOVER_LISTEN', { mode: FROM_TAPE, addr_type: TCP }, 'PRECONDITION');
      await ask('NDMP_MOVER_SET_RECORD_SIZE', { len: RECORD });
      await ask('NDMP_MOVER_LISTEN', { mode: FROM_TAPE, addr_type: TCP }, 'PRECONDITION');
      await window(0n, INFINITE);
      await ask('NDMP_MOVER_LISTEN', { mode: FROM_TAPE, addr_type: 3 }, 'ILLEGAL_ARGS');
      await ask('NDMP_MOVER_LISTEN', { mode: FROM_TAPE, addr_type: 99 }, 'ILLEGAL_ARGS');
    });

    it('a peer that cannot be reached is CONNECT, and the mover stays IDLE', async () => {
      await tape();
      await ask('NDMP_MOVER_SET_RECORD_SIZE', { len: RECORD });
      await window(0n, INFINITE);
      await ask('NDMP_MOVER_CONNECT', { mode: TO_TAPE, addr: at(1) }, 'CONNECT');
      assert.equal((await state()).now, 0);
      const { error } = await client.request('NDMP_MOVER_CONNECT', {
        mode: TO_TAPE,
        addr: { type: TCP, tcp_addr: [] },
      });
      assert.ok(['ILLEGAL_ARGS', 'CONNECT'].includes(error), error);
    });

    it('record sizes and windows that cannot be', async () => {
      await ask('NDMP_MOVER_SET_RECORD_SIZE', { len: 0 }, 'ILLEGAL_ARGS');
      await ask('NDMP_MOVER_SET_RECORD_SIZE', { len: 0xffffffff }, 'ILLEGAL_ARGS');
      await window(0n, 100n, 'PRECONDITION');
      await ask('NDMP_MOVER_SET_RECORD_SIZE', { len: RECORD });
      await window(BigInt(RECORD), 0n, 'ILLEGAL_ARGS');
      await window(INFINITE - 5n, 100n, 'ILLEGAL_ARGS');
      await window(BigInt(RECORD), INFINITE - BigInt(RECORD));
    });
  });

  it('while the mover listens or works the tape is its own', async () => {
    await tape();
    const socket = await connected(TO_TAPE);
    for (const name of ['NDMP_TAPE_CLOSE', 'NDMP_TAPE_WRITE', 'NDMP_TAPE_READ'] as const)
      await ask(name, {}, 'DEVICE_BUSY');
    await ask('NDMP_TAPE_MTIO', REWIND, 'DEVICE_BUSY');
    await ask('NDMP_TAPE_GET_STATE');
    await ask('NDMP_TAPE_OPEN', { device: server.tapes[1], mode: RDWR }, 'DEVICE_OPENED');
    socket.destroy();
    await client.post('NDMP_NOTIFY_MOVER_HALTED');
    await ask('NDMP_TAPE_MTIO', REWIND);
    await ask('NDMP_MOVER_STOP');
  });

  it('the first who connects is the peer; nobody else gets in', async () => {
    await tape();
    const socket = await connected(TO_TAPE);
    const { data_connection_addr: address } = await client.expect('NDMP_MOVER_GET_STATE');
    assert.ok(address.type === TCP && address.tcp_addr.length === 1);
    const second = connect({ port: address.tcp_addr[0].port, host: '127.0.0.1' });
    sockets.push(second);
    const refused = await within(
      new Promise<boolean>((resolve) => {
        second.once('error', () => resolve(true));
        second.once('close', () => resolve(true));
        second.once('connect', () => setTimeout(() => resolve(false), 500));
      }),
      'a refusal',
    );
    assert.ok(refused);
    socket.end();
    await client.post('NDMP_NOTIFY_MOVER_HALTED');
    await ask('NDMP_MOVER_STOP');
  });

  it('what is left when the peer closes becomes one last record, padded with zeros', async () => {
    await tape();
    const socket = await connected(TO_TAPE);
    socket.end(Buffer.alloc(RECORD * 2 + 100, 'p'));
    assert.equal((await client.post('NDMP_NOTIFY_MOVER_HALTED')).body.reason, 1, 'CONNECT_CLOSED');
    const { bytes_moved: moved } = await client.expect('NDMP_MOVER_GET_STATE');
    assert.equal(moved, BigInt(RECORD * 2 + 100), 'padding is not counted');
    await ask('NDMP_MOVER_STOP');
    await ask('NDMP_TAPE_MTIO', EOF_MARK);
    await ask('NDMP_TAPE_MTIO', REWIND);
    for (const expected of [RECORD, RECORD, 100]) {
      const { data_in: record } = await client.expect('NDMP_TAPE_READ', { count: 2 * RECORD });
      const wanted = Buffer.alloc(RECORD);
      wanted.fill('p', 0, expected);
      assert.deepEqual(Buffer.from(record), wanted);
    }
    await ask('NDMP_TAPE_READ', { count: RECORD }, 'EOF');
  });

  it('writing beyond the window pauses with EOW, once, and goes on with the next window', async () => {
    await tape();
    const socket = await connected(TO_TAPE, BigInt(3 * RECORD));
    socket.write(Buffer.alloc(3 * RECORD, 'w'));
    await client.until('NDMP_MOVER_GET_STATE', (body) => body.bytes_moved === BigInt(3 * RECORD));
    assert.equal((await state()).now, ACTIVE, 'reaching the end of the window is not going beyond it');
    socket.end(Buffer.alloc(RECORD, 'x'));
    assert.equal((await client.post('NDMP_NOTIFY_MOVER_PAUSED')).body.reason, PAUSE.EOW);
    assert.deepEqual([(await state()).now, (await state()).pause], [PAUSED, PAUSE.EOW]);
    await ask('NDMP_MOVER_CONTINUE', {}, 'PRECONDITION');
    await window(BigInt(3 * RECORD), 100n, 'ILLEGAL_ARGS');
    await ask('NDMP_TAPE_MTIO', EOF_MARK);
    await window(BigInt(3 * RECORD), INFINITE - BigInt(3 * RECORD));
    await ask('NDMP_MOVER_CONTINUE');
    await client.post('NDMP_NOTIFY_MOVER_HALTED');
    assert.equal(client.posts.filter(({ name }) => name === 'NDMP_NOTIFY_MOVER_PAUSED').length, 0, 'told once');
    await ask('NDMP_MOVER_STOP');
    await ask('NDMP_TAPE_MTIO', REWIND);
    const { resid_count: left } = await client.expect('NDMP_TAPE_MTIO', { tape_op: 2, count: 10 });
    assert.equal(left, 7, 'three records before the mark');
  });

  it('early warning pauses with EOM, and the record that did not fit is first on the next tape', async () => {
    await tape(RDWR, 1);
    const socket = await connected(TO_TAPE);
    const stream = Buffer.alloc(60 * RECORD);
    for (let n = 0; n < stream.length; n += 4) stream.writeUInt32BE(n, n);
    socket.end(stream);
    assert.equal((await client.post('NDMP_NOTIFY_MOVER_PAUSED')).body.reason, PAUSE.EOM);
    const { bytes_moved: first } = await client.expect('NDMP_MOVER_GET_STATE');
    assert.ok(first > 0n && first < 600_000n && first % BigInt(RECORD) === 0n);
    await ask('NDMP_TAPE_MTIO', EOF_MARK);
    await ask('NDMP_TAPE_CLOSE');
    await tape(RDWR, 0);
    await window(first, INFINITE - first);
    await ask('NDMP_MOVER_CONTINUE');
    assert.equal((await client.post('NDMP_NOTIFY_MOVER_HALTED')).body.reason, 1);
    const { bytes_moved: all } = await client.expect('NDMP_MOVER_GET_STATE');
    assert.equal(all, BigInt(stream.length));
    await ask('NDMP_MOVER_STOP');
    await ask('NDMP_TAPE_MTIO', REWIND);
    const { data_in: record } = await client.expect('NDMP_TAPE_READ', { count: RECORD });
    assert.deepEqual(Buffer.from(record), stream.subarray(Number(first), Number(first) + RECORD));
  });

  it('reads: parts of the stream, one at a time; beyond the window it pauses with SEEK and goes on with the same read', async () => {
    await tape();
    const stream = Buffer.alloc(10 * RECORD);
    for (let n = 0; n < stream.length; n += 4) stream.writeUInt32BE(n, n);
    const writer = await connected(TO_TAPE);
    writer.end(stream);
    await client.post('NDMP_NOTIFY_MOVER_HALTED');
    await ask('NDMP_MOVER_STOP');
    await ask('NDMP_TAPE_MTIO', EOF_MARK);
    await ask('NDMP_TAPE_MTIO', REWIND);

    const reader = await connected(FROM_TAPE, BigInt(5 * RECORD));
    const got: Buffer[] = [];
    reader.on('data', (bytes: Buffer) => got.push(bytes));
    const arrived = async (length: number) => {
      assert.ok(await server.eventually(() => Buffer.concat(got).length >= length), `${length} bytes`);
      const bytes = Buffer.concat(got.splice(0));
      assert.equal(bytes.length, length);
      return bytes;
    };
    const read = (offset: number, length: number | bigint, error?: string) =>
      client.expect('NDMP_MOVER_READ', { offset: BigInt(offset), length: BigInt(length) }, error);
    await read(0, 0, 'ILLEGAL_ARGS');
    await read(12_345, 3000);
    assert.deepEqual(await arrived(3000), stream.subarray(12_345, 15_345));
    const { bytes_left_to_read: left, seek_position: position } = await client.expect('NDMP_MOVER_GET_STATE');
    assert.deepEqual([left, position], [0n, 12_345n]);
    await read(7, 1);
    assert.deepEqual(await arrived(1), stream.subarray(7, 8), 'backwards');

    await read(4 * RECORD, 3 * RECORD);
    const { body } = await client.post('NDMP_NOTIFY_MOVER_PAUSED');
    assert.deepEqual([body.reason, body.seek_position], [PAUSE.SEEK, BigInt(5 * RECORD)]);
    assert.deepEqual(await arrived(RECORD), stream.subarray(4 * RECORD, 5 * RECORD));
    await window(BigInt(5 * RECORD), BigInt(5 * RECORD));
    await ask('NDMP_MOVER_CONTINUE');
    assert.deepEqual(await arrived(2 * RECORD), stream.subarray(5 * RECORD, 7 * RECORD));

    await read(6 * RECORD, INFINITE);
    assert.deepEqual(await arrived(4 * RECORD), stream.subarray(6 * RECORD));
    const end = await client.post('NDMP_NOTIFY_MOVER_PAUSED');
    assert.ok([PAUSE.SEEK, PAUSE.EOF, PAUSE.EOM].includes(end.body.reason));
    await ask('NDMP_MOVER_READ', { offset: 0n, length: 1n }, 'ILLEGAL_STATE');
    await ask('NDMP_MOVER_CLOSE');
    assert.equal((await client.post('NDMP_NOTIFY_MOVER_HALTED')).body.reason, 1);
    assert.equal((await state()).now, HALTED);
    await ask('NDMP_MOVER_STOP');
  });

  it('a second read before the first is done is READ_IN_PROGRESS', async () => {
    await tape();
    const writer = await connected(TO_TAPE);
    writer.end(Buffer.alloc(4000 * RECORD));
    await client.post('NDMP_NOTIFY_MOVER_HALTED');
    await ask('NDMP_MOVER_STOP');
    await ask('NDMP_TAPE_MTIO', REWIND);
    const reader = await connected(FROM_TAPE);
    reader.pause();
    await ask('NDMP_MOVER_READ', { offset: 0n, length: BigInt(4000 * RECORD) });
    await ask('NDMP_MOVER_READ', { offset: 0n, length: 1n }, 'READ_IN_PROGRESS');
    await ask('NDMP_MOVER_ABORT');
    assert.equal((await client.post('NDMP_NOTIFY_MOVER_HALTED')).body.reason, 2, 'ABORTED');
    await ask('NDMP_MOVER_STOP');
  });

  it('a connection that breaks is CONNECT_ERROR', async () => {
    await tape();
    const socket = await connected(TO_TAPE);
    socket.write(Buffer.alloc(100));
    // a reset that overtakes unread bytes is taken for an orderly end by Node; resetAndDestroy() would begin with one
    await new Promise((resolve) => setTimeout(resolve, 100));
    Object.assign(socket, { resetAndClosing: true });
    socket.destroy();
    assert.equal((await client.post('NDMP_NOTIFY_MOVER_HALTED')).body.reason, 4);
    await ask('NDMP_MOVER_STOP');
  });

  it('an abort while listening lets go of the port', async () => {
    await tape();
    await ask('NDMP_MOVER_SET_RECORD_SIZE', { len: RECORD });
    await window(0n, INFINITE);
    const { connect_addr: address } = await client.expect('NDMP_MOVER_LISTEN', { mode: TO_TAPE, addr_type: TCP });
    assert.ok(address.type === TCP);
    await ask('NDMP_MOVER_ABORT');
    await client.post('NDMP_NOTIFY_MOVER_HALTED');
    const late = connect({ port: address.tcp_addr[0].port, host: '127.0.0.1' });
    await assert.rejects(new Promise((resolve, reject) => late.once('connect', resolve).once('error', reject)));
    await ask('NDMP_MOVER_STOP');
    const local = await client.expect('NDMP_MOVER_GET_STATE');
    assert.deepEqual([local.state, local.record_size, local.data_connection_addr.type], [0, RECORD, LOCAL]);
  });
});
