import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { BodyValue, MessageName, NdmpVersion } from '../../../src/protocol';
import { ALL_ONES, LOCAL, READ, TCP, WRITE } from '../../support/moverBench';
import type { NdmpClient } from '../../support/ndmpClient';
import { TestServer } from '../../support/testServer';

const State = { IDLE: 0, LISTEN: 1, ACTIVE: 2, PAUSED: 3, HALTED: 4 } as const;
type StateName = keyof typeof State;
const Tape = { READ: 0, RDWR: 1 } as const;
const Halt = { CONNECT_CLOSED: 1, ABORTED: 2 } as const;
const RECORD = 1024;
const PROTECTED = 1;

/** Requests that may be made in a state; the specification answers ILLEGAL_STATE to all others. */
const ALLOWED: Record<StateName, readonly string[]> = {
  IDLE: ['SET_RECORD_SIZE', 'SET_WINDOW', 'LISTEN', 'CONNECT'],
  LISTEN: ['ABORT'],
  ACTIVE: ['READ', 'ABORT'],
  PAUSED: ['SET_WINDOW', 'CONTINUE', 'CLOSE', 'ABORT'],
  HALTED: ['STOP'],
};
/** What this server takes beside, as others do. */
const TAKEN: Record<StateName, readonly string[]> = {
  IDLE: [],
  LISTEN: [],
  ACTIVE: ['CLOSE'],
  PAUSED: ['SET_RECORD_SIZE'],
  HALTED: ['ABORT'],
};
const BODIES: Record<string, BodyValue> = {
  SET_RECORD_SIZE: { len: RECORD },
  SET_WINDOW: { offset: 0n, length: ALL_ONES },
  LISTEN: { mode: READ, addr_type: LOCAL },
  CONNECT: { mode: READ, addr: { type: LOCAL } },
  READ: { offset: 0n, length: ALL_ONES },
  CONTINUE: {},
  CLOSE: {},
  ABORT: {},
  STOP: {},
};

describe('conformance: mover, state by state', () => {
  let server: TestServer;
  const clients: NdmpClient[] = [];
  const sockets: Socket[] = [];

  before(async () => {
    server = await TestServer.start({ cartridges: [{}, { writeProtected: true }] });
  });
  after(() => server.stop());
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const client of clients.splice(0)) if (!client.isClosed) await client.close();
  });

  async function start(version: NdmpVersion): Promise<NdmpClient> {
    const client = await server.connect(version);
    clients.push(client);
    return client;
  }

  async function openTape(client: NdmpClient, mode: number = Tape.RDWR, tape = 0): Promise<void> {
    const open = async (): Promise<boolean> =>
      (await client.request('NDMP_TAPE_OPEN', { device: server.tapes[tape], mode })).error === 'NO_ERR';
    assert.ok(await server.eventually(open));
    await client.expect('NDMP_TAPE_MTIO', { tape_op: 4, count: 1 });
  }

  const ask = (client: NdmpClient, name: string, body: BodyValue = BODIES[name] ?? {}, error?: string) =>
    client.expect(`NDMP_MOVER_${name}` as MessageName, body, error) as Promise<BodyValue>;

  const stateOf = async (client: NdmpClient): Promise<unknown> => (await ask(client, 'GET_STATE')).state;

  async function prepare(client: NdmpClient, length = ALL_ONES): Promise<void> {
    await ask(client, 'SET_RECORD_SIZE');
    await ask(client, 'SET_WINDOW', { offset: 0n, length });
  }

  /** Listens over TCP and connects. */
  async function join(client: NdmpClient, mode: number): Promise<Socket> {
    const reply = await ask(client, 'LISTEN', { mode, addr_type: TCP });
    const address = (reply.mover ?? reply.data_connection_addr ?? reply.connect_addr) as {
      port?: number;
      tcp_addr?: { port: number }[];
    };
    const socket = connect({ host: '127.0.0.1', port: address.port ?? address.tcp_addr?.[0].port ?? 0 });
    socket.on('error', () => undefined);
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  }

  /** Leads a fresh mover to a state; for ACTIVE and PAUSED in the mode that reads the tape. */
  async function lead(client: NdmpClient, state: StateName): Promise<void> {
    await openTape(client);
    await prepare(client, BigInt(RECORD));
    if (state === 'IDLE') return;
    if (state === 'LISTEN') return void (await ask(client, 'LISTEN', { mode: READ, addr_type: TCP }));
    await join(client, WRITE);
    if (state === 'ACTIVE') return;
    if (state === 'PAUSED') {
      await ask(client, 'READ', { offset: BigInt(RECORD), length: 1n });
      await client.post('NDMP_NOTIFY_MOVER_PAUSED');
      return;
    }
    await ask(client, 'ABORT');
    await client.post('NDMP_NOTIFY_MOVER_HALTED');
  }

  for (const version of [2, 3, 4] as const)
    describe(`v${version}`, () => {
      for (const state of Object.keys(ALLOWED) as StateName[])
        it(`${state} allows ${ALLOWED[state].join(', ')}`, async () => {
          for (const name of Object.keys(BODIES)) {
            if (version === 2 && name === 'CONNECT') continue;
            const client = await start(version);
            await lead(client, state);
            const reply = await client.request(`NDMP_MOVER_${name}` as MessageName, BODIES[name]);
            // below v4 the window follows MOVER_LISTEN
            const isLate = version < 4 && name === 'SET_WINDOW' && state === 'LISTEN';
            const isAllowed = isLate || [...ALLOWED[state], ...TAKEN[state]].includes(name);
            assert.equal(reply.error === 'ILLEGAL_STATE', !isAllowed, `${name} in ${state}: ${reply.error}`);
            assert.equal(reply.bare, false, 'refused in the body');
            if (!isAllowed) assert.equal(await stateOf(client), State[state]);
            await client.close();
          }
        });

      it('GET_STATE of a fresh mover', async () => {
        const client = await start(version);
        const state = await ask(client, 'GET_STATE');
        assert.equal(state.state, State.IDLE);
        for (const zero of ['pause_reason', 'halt_reason', 'record_num']) assert.equal(state[zero], 0, zero);
        for (const zero of ['seek_position', 'bytes_left_to_read', 'window_offset', 'window_length'])
          assert.equal(state[zero], 0n, zero);
        assert.equal(state[version === 4 ? 'bytes_moved' : 'data_written'], 0n);
        if (version === 4) assert.deepEqual([state.mode, state.record_size], [2, 0]);
        if (version > 2) assert.deepEqual(state.data_connection_addr, { type: LOCAL });
      });

      it('arguments: modes, address types, the tape', async () => {
        const client = await start(version);
        await prepare(client);
        const modes = version === 4 ? [2, 77] : [77];
        for (const mode of modes) await ask(client, 'LISTEN', { mode, addr_type: LOCAL }, 'ILLEGAL_ARGS');
        for (const addr_type of [2, 3, 999]) await ask(client, 'LISTEN', { mode: READ, addr_type }, 'ILLEGAL_ARGS');
        await ask(client, 'LISTEN', { mode: READ, addr_type: LOCAL }, 'DEV_NOT_OPEN');
        await ask(client, 'LISTEN', { mode: WRITE, addr_type: TCP }, 'DEV_NOT_OPEN');
        await openTape(client, Tape.READ, PROTECTED);
        await ask(client, 'LISTEN', { mode: READ, addr_type: LOCAL }, 'PERMISSION');
        await ask(client, 'LISTEN', { mode: WRITE, addr_type: LOCAL });
        await ask(client, 'ABORT');
      });

      it('arguments: record size and reads', async () => {
        const client = await start(version);
        await ask(client, 'SET_RECORD_SIZE', { len: 0 }, 'ILLEGAL_ARGS');
        await ask(client, 'SET_RECORD_SIZE', { len: 0xffffffff }, 'ILLEGAL_ARGS');
        await openTape(client);
        await client.expect('NDMP_TAPE_MTIO', { tape_op: 5, count: 1 });
        await client.expect('NDMP_TAPE_MTIO', { tape_op: 4, count: 1 });
        await prepare(client);
        await join(client, WRITE);
        await ask(client, 'READ', { offset: 0n, length: 0n }, 'ILLEGAL_ARGS');
        if (version === 4) await ask(client, 'READ', { offset: 10n, length: ALL_ONES - 5n }, 'ILLEGAL_ARGS');
        await ask(client, 'READ', { offset: 0n, length: BigInt(RECORD) });
        const { body } = await client.post('NDMP_NOTIFY_MOVER_PAUSED');
        assert.deepEqual([body.reason, body.seek_position], [2, 0n], 'EOF: a file mark is the first thing on the tape');
      });

      it('ABORT in LISTEN, in ACTIVE and in PAUSED halts with ABORTED and posts once', async () => {
        for (const state of ['LISTEN', 'ACTIVE', 'PAUSED'] as const) {
          const client = await start(version);
          await lead(client, state);
          await ask(client, 'ABORT');
          const { body, problems } = await client.post('NDMP_NOTIFY_MOVER_HALTED');
          assert.deepEqual(problems, []);
          assert.equal(body.reason, Halt.ABORTED);
          if (version < 4) assert.ok(body.text_reason.length > 0);
          const report = await ask(client, 'GET_STATE');
          assert.deepEqual([report.state, report.halt_reason, report.pause_reason], [State.HALTED, Halt.ABORTED, 0]);
          await ask(client, 'ABORT');
          await ask(client, 'STOP');
          assert.equal(await stateOf(client), State.IDLE);
          assert.deepEqual(
            client.posts.filter(({ header }) => header.code === 0x503),
            [],
          );
          await client.close();
        }
      });

      it('CLOSE in PAUSED halts with CONNECT_CLOSED', async () => {
        const client = await start(version);
        await lead(client, 'PAUSED');
        await ask(client, 'CLOSE');
        assert.equal((await client.post('NDMP_NOTIFY_MOVER_HALTED')).body.reason, Halt.CONNECT_CLOSED);
      });

      it('shows in ACTIVE what it does', async () => {
        const client = await start(version);
        await openTape(client);
        await prepare(client);
        const socket = await join(client, READ);
        socket.write(Buffer.alloc(3 * RECORD + 10));
        const moved = version === 4 ? 'bytes_moved' : 'data_written';
        const isMoved = (body: object): boolean => (body as BodyValue)[moved] === BigInt(3 * RECORD);
        const state = (await client.until('NDMP_MOVER_GET_STATE', isMoved)) as BodyValue;
        assert.deepEqual([state.state, state.record_num, state.record_size], [State.ACTIVE, 3, RECORD]);
        assert.deepEqual([state.window_offset, state.window_length], [0n, ALL_ONES]);
        if (version === 4) assert.equal(state.mode, READ);
        if (version > 2) assert.equal((state.data_connection_addr as BodyValue).type, TCP);
        socket.end();
        await client.post('NDMP_NOTIFY_MOVER_HALTED');
        const after = await ask(client, 'GET_STATE');
        assert.equal(after[moved], BigInt(3 * RECORD + 10), 'the padding does not count');
        assert.equal(after.record_num, 4);
      });
    });

  describe('v4: what has to be prepared', () => {
    let client: NdmpClient;
    beforeEach(async () => {
      client = await start(4);
      await openTape(client);
    });

    it('the record size before the window, both before LISTEN and CONNECT', async () => {
      await ask(client, 'SET_WINDOW', { offset: 0n, length: ALL_ONES }, 'PRECONDITION');
      await ask(client, 'LISTEN', { mode: READ, addr_type: LOCAL }, 'PRECONDITION');
      await ask(client, 'SET_RECORD_SIZE');
      await ask(client, 'LISTEN', { mode: READ, addr_type: LOCAL }, 'PRECONDITION');
      await ask(client, 'CONNECT', { mode: READ, addr: { type: LOCAL } }, 'PRECONDITION');
      await ask(client, 'SET_WINDOW');
      await ask(client, 'SET_RECORD_SIZE'); // takes the window away
      await ask(client, 'LISTEN', { mode: READ, addr_type: LOCAL }, 'PRECONDITION');
    });

    it('the window again after STOP, the record size not', async () => {
      await prepare(client);
      await ask(client, 'LISTEN', { mode: READ, addr_type: LOCAL });
      await ask(client, 'ABORT');
      await ask(client, 'STOP');
      const state = await ask(client, 'GET_STATE');
      assert.deepEqual([state.record_size, state.window_length], [RECORD, 0n]);
      await ask(client, 'LISTEN', { mode: READ, addr_type: LOCAL }, 'PRECONDITION');
    });

    it('windows that cannot be', async () => {
      await ask(client, 'SET_RECORD_SIZE');
      await ask(client, 'SET_WINDOW', { offset: 10n, length: 0n }, 'ILLEGAL_ARGS');
      await ask(client, 'SET_WINDOW', { offset: ALL_ONES, length: 2n }, 'ILLEGAL_ARGS');
      await ask(client, 'SET_WINDOW', { offset: 1024n, length: ALL_ONES - 1024n });
      await ask(client, 'SET_WINDOW', { offset: 0n, length: 100n });
      await ask(client, 'LISTEN', { mode: READ, addr_type: LOCAL }, 'PRECONDITION');
      await ask(client, 'SET_WINDOW', { offset: 100n, length: 1024n });
      await ask(client, 'LISTEN', { mode: WRITE, addr_type: LOCAL }, 'PRECONDITION');
    });

    it('a window while it is PAUSED, before CONTINUE', async () => {
      await prepare(client, BigInt(RECORD));
      const socket = await join(client, READ);
      socket.end(Buffer.alloc(5 * RECORD));
      const { body } = await client.post('NDMP_NOTIFY_MOVER_PAUSED');
      assert.equal(body.reason, 5, 'EOW');
      await ask(client, 'CONTINUE', {}, 'PRECONDITION');
      await ask(client, 'SET_WINDOW', { offset: 0n, length: 100n }, 'ILLEGAL_ARGS');
      await ask(client, 'SET_WINDOW', { offset: 0n, length: 0n }, 'ILLEGAL_ARGS');
      await ask(client, 'SET_WINDOW', { offset: BigInt(RECORD), length: BigInt(4 * RECORD) });
      await ask(client, 'CONTINUE');
      assert.equal((await client.post('NDMP_NOTIFY_MOVER_HALTED')).body.reason, Halt.CONNECT_CLOSED);
    });
  });
});
