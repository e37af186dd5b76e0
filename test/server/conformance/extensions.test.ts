import assert from 'node:assert/strict';
import type { NdmpClient } from '../../support/ndmpClient';
import { TestServer } from '../../support/testServer';

/** Connection address extension: data connections over IPv6. */
const CAE = 0x2051;
const TCP_IPV6 = 0x20510004;
const RDWR = 1;

describe('conformance: extension lists (v4)', () => {
  let server: TestServer;
  let client: NdmpClient;
  before(async () => (server = await TestServer.start()));
  after(() => server.stop());
  beforeEach(async () => (client = await server.connect(4)));
  afterEach(() => client.close());

  const select = (selected: [classId: number, version: number][], error?: string) =>
    client.expect(
      'NDMP_CONFIG_SET_EXT_LIST',
      { selected: selected.map(([class_id, version]) => ({ class_id, version })) },
      error,
    );
  const list = async () => (await client.expect('NDMP_CONFIG_GET_EXT_LIST')).class_list;

  it('every class is listed once, with its versions', async () => {
    const classes = await list();
    assert.ok(classes.some(({ class_id, versions }) => class_id === CAE && versions.includes(1)));
    assert.equal(new Set(classes.map(({ class_id }) => class_id)).size, classes.length);
    assert.ok(classes.every(({ versions }) => versions.length > 0));
  });

  it('nothing can be selected before it was asked for', async () => {
    await select([[CAE, 1]], 'PRECONDITION');
    await list();
    await select([[CAE, 1]]);
  });

  it('what does not exist is refused, selects nothing, and may be mended', async () => {
    await list();
    await select([[0x7123, 1]], 'CLASS_NOT_SUPPORTED');
    await select([[CAE, 99]], 'VERSION_NOT_SUPPORTED');
    await select(
      [
        [CAE, 1],
        [CAE, 1],
      ],
      'EXT_DUPL_CLASSES',
    );
    const { addr_types: before } = await client.expect('NDMP_CONFIG_GET_CONNECTION_TYPE');
    assert.ok(!before.includes(TCP_IPV6));
    await select([[CAE, 1]]);
    const { addr_types: after } = await client.expect('NDMP_CONFIG_GET_CONNECTION_TYPE');
    assert.ok(after.includes(TCP_IPV6));
  });

  it('a selection is made once', async () => {
    await list();
    await select([[CAE, 1]]);
    await select([[CAE, 1]], 'EXT_DANDN_ILLEGAL');
    await select([], 'EXT_DANDN_ILLEGAL');
  });

  it('selecting nothing is a selection', async () => {
    await list();
    await select([]);
    await select([[CAE, 1]], 'EXT_DANDN_ILLEGAL');
  });

  it('an IPv6 data connection needs the extension', async () => {
    await client.expect('NDMP_DATA_LISTEN', { addr_type: TCP_IPV6 }, 'ILLEGAL_ARGS');
    await list();
    await select([[CAE, 1]]);
    const { connect_addr: address } = await client.expect('NDMP_DATA_LISTEN', { addr_type: TCP_IPV6 });
    assert.ok(address.type === TCP_IPV6 && address.tcp6_addr.length > 0);
    assert.equal(address.tcp6_addr[0].ipv6_addr.at(-1), 1, '::1');
    const mover = await server.connect(4);
    await mover.expect('NDMP_CONFIG_GET_EXT_LIST');
    await mover.expect('NDMP_CONFIG_SET_EXT_LIST', { selected: [{ class_id: CAE, version: 1 }] });
    await mover.expect('NDMP_TAPE_OPEN', { device: server.tapes[0], mode: RDWR });
    await mover.expect('NDMP_MOVER_SET_RECORD_SIZE', { len: 10240 });
    await mover.expect('NDMP_MOVER_SET_WINDOW', { offset: 0n, length: 0xffffffffffffffffn });
    await mover.expect('NDMP_MOVER_CONNECT', { mode: 0, addr: address });
    await client.expect('NDMP_DATA_START_BACKUP', {
      bu_type: 'tar',
      env: [{ name: 'FILESYSTEM', value: server.root }],
    });
    assert.equal((await client.post('NDMP_NOTIFY_DATA_HALTED')).body.reason, 1);
    assert.equal((await mover.post('NDMP_NOTIFY_MOVER_HALTED')).body.reason, 1);
    await mover.close();
  });

  it('messages of an extension that was not selected are not served', async () => {
    await list();
    await select([]);
    const { error } = await client.ask(0x20520001, Buffer.alloc(12));
    assert.ok(['NOT_SUPPORTED', 'PRECONDITION', 'CLASS_NOT_SUPPORTED'].includes(error), error);
  });

  it('the layout of older tables is understood or refused, and the connection goes on', async () => {
    await list();
    // error word, one class with one version
    const words = Buffer.alloc(20);
    [0, 1, CAE, 1, 1].forEach((word, n) => words.writeUInt32BE(word, 4 * n));
    const { error } = await client.ask(0x109, words);
    assert.ok(['NO_ERR', 'XDR_DECODE', 'ILLEGAL_ARGS', 'CLASS_NOT_SUPPORTED'].includes(error), error);
    await client.expect('NDMP_CONFIG_GET_HOST_INFO');
  });

  for (const version of [2, 3] as const) {
    it(`v${version} has no extensions`, async () => {
      const old = await server.connect(version);
      for (const code of [0x109, 0x10a, 0x20520001]) {
        const reply = await old.ask(code, Buffer.alloc(8));
        assert.deepEqual([reply.error, reply.bare], ['NOT_SUPPORTED', true]);
      }
      await old.close();
    });
  }
});

describe('conformance: what exists in which version', () => {
  let server: TestServer;
  before(async () => (server = await TestServer.start()));
  after(() => server.stop());

  const ONLY: Record<2 | 3 | 4, { has: number[]; lacks: number[] }> = {
    2: { has: [0x100, 0x101, 0x102], lacks: [0x104, 0x105, 0x106, 0x107, 0x108, 0x409, 0x40a, 0xa09] },
    3: { has: [0x102, 0x104, 0x105, 0x106, 0x107, 0x108], lacks: [0x101] },
    4: { has: [0x102, 0x104, 0x105, 0x106, 0x107, 0x108], lacks: [0x101, 0x203, 0x205] },
  };
  for (const version of [2, 3, 4] as const) {
    it(`v${version}`, async () => {
      const client = await server.connect(version);
      for (const code of ONLY[version].has) {
        const body = code === 0x101 ? Buffer.from('\0\0\0\x03tar\0', 'latin1') : Buffer.alloc(0);
        const { error, problems } = await client.ask(code, body);
        assert.deepEqual([error, problems], ['NO_ERR', []], code.toString(16));
      }
      for (const code of ONLY[version].lacks) {
        const reply = await client.ask(code, Buffer.alloc(64));
        assert.deepEqual([reply.error, reply.bare], ['NOT_SUPPORTED', true], code.toString(16));
      }
      await client.close();
    });
  }

  it('backup types are named once, with their attributes and defaults', async () => {
    const client = await server.connect(4);
    const { butype_info: types } = await client.expect('NDMP_CONFIG_GET_BUTYPE_INFO');
    assert.deepEqual(types.map(({ butype_name }) => butype_name).sort(), ['dump', 'tar']);
    for (const { attrs, default_env } of types) {
      assert.equal(attrs & ~0x3fff, 0);
      assert.ok(default_env.some(({ name }) => name === 'HIST'));
    }
    await client.close();
  });
});
