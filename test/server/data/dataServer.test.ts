import assert from 'node:assert/strict';
import type { BodyValue, MessageName } from '../../../src/protocol';
import { connectTcp, listenTcp } from '../../../src/server/dataConnection/tcp';
import { connectLocally, environment, Halt, makeRig, readAll, State, type Rig } from './rig';

const ALL_ONES = 0xffffffffffffffffn;
const env = environment({ FILESYSTEM: '/vol1', FRUIT: 'kiwi' });

describe('data server', () => {
  let rig: Rig;
  afterEach(() => rig.close());

  const halts = () => rig.session.posted('NDMP_NOTIFY_DATA_HALTED').map(({ reason }) => reason);

  const texts = (name: MessageName, field: string) => rig.session.posted(name).map((body) => body[field] as string);

  it('answers every request in IDLE as the table says, and its state is empty', async () => {
    rig = makeRig();
    const { unsupported, data_connection_addr, ...state } = await rig.reply('NDMP_DATA_GET_STATE');
    assert.deepEqual(data_connection_addr, { type: 0 });
    assert.deepEqual([unsupported, state.state, state.halt_reason, state.operation], [0, 0, 0, 0]);
    assert.deepEqual([state.bytes_processed, state.est_bytes_remain, state.read_length], [0n, 0n, 0n]);
    for (const name of ['ABORT', 'STOP', 'GET_ENV'] as const)
      assert.equal(await rig.ask(`NDMP_DATA_${name}`), 'ILLEGAL_STATE', name);
    assert.equal(await rig.ask('NDMP_DATA_START_BACKUP', { bu_type: 'tar', env }), 'ILLEGAL_STATE');
  });

  it('listens LOCAL and TCP, is aborted, stopped, and listens again', async () => {
    rig = makeRig();
    for (const addr_type of [0, 1, 0]) {
      const { connect_addr } = await rig.reply('NDMP_DATA_LISTEN', { addr_type });
      assert.equal((connect_addr as BodyValue).type, addr_type);
      assert.equal((await rig.state()).state, State.LISTEN);
      assert.deepEqual((await rig.reply('NDMP_DATA_GET_STATE')).data_connection_addr, connect_addr);
      assert.equal(await rig.ask('NDMP_DATA_LISTEN', { addr_type }), 'ILLEGAL_STATE');
      assert.equal(await rig.ask('NDMP_DATA_STOP'), 'ILLEGAL_STATE');
      assert.equal(await rig.ask('NDMP_DATA_ABORT'), '');
      assert.deepEqual(await rig.state(), { state: State.HALTED, halt: Halt.ABORTED, operation: 0, bytes: 0n });
      assert.equal(await rig.ask('NDMP_DATA_ABORT'), '', 'a second abort changes nothing');
      assert.equal(await rig.ask('NDMP_DATA_STOP'), '');
      assert.deepEqual(await rig.state(), { state: State.IDLE, halt: Halt.NA, operation: 0, bytes: 0n });
    }
    assert.deepEqual(halts(), [Halt.ABORTED, Halt.ABORTED, Halt.ABORTED]);
  });

  it('takes variables of any name, also such as all objects have', async () => {
    rig = makeRig();
    await connectLocally(rig);
    const odd = environment({ FILESYSTEM: '/vol1', constructor: 'a', toString: 'b', hasOwnProperty: 'c' });
    assert.equal(await rig.ask('NDMP_DATA_START_BACKUP', { bu_type: 'dump', env: odd }), '');
  });

  it('refuses address types that are not offered, and peers that are not there', async () => {
    rig = makeRig();
    for (const addr_type of [2, 3, 77, 0x20510004])
      assert.equal(await rig.ask('NDMP_DATA_LISTEN', { addr_type }), 'ILLEGAL_ARGS');
    const { connect_addr } = await rig.reply('NDMP_DATA_LISTEN', { addr_type: 1 });
    await rig.ask('NDMP_DATA_ABORT');
    await rig.ask('NDMP_DATA_STOP');
    assert.equal(await rig.ask('NDMP_DATA_CONNECT', { addr: connect_addr }), 'CONNECT');
    assert.equal(await rig.ask('NDMP_DATA_CONNECT', { addr: { type: 0 } }), 'CONNECT');
    assert.equal((await rig.state()).state, State.IDLE);
  });

  it('halts with CONNECT_ERROR when the peer is lost before an operation', async () => {
    rig = makeRig();
    const peer = await connectLocally(rig);
    peer.destroy();
    await rig.until(async () => (await rig.state()).state === State.HALTED);
    assert.deepEqual(halts(), [Halt.CONNECT_ERROR]);
  });

  it('backs up: stream, posts, messages, environment, state', async () => {
    rig = makeRig();
    const peer = await connectLocally(rig);
    assert.equal(await rig.ask('NDMP_DATA_START_BACKUP', { bu_type: 'tar', env }), '');
    assert.equal((await rig.state()).operation, 1);
    const stream = await readAll(peer);
    await rig.until(async () => (await rig.state()).state === State.HALTED);
    assert.equal(stream.length, 3000);
    assert.deepEqual([stream[0], stream[1000], stream[2999]], [1, 2, 3]);
    assert.deepEqual(halts(), [Halt.SUCCESSFUL]);
    const body = await rig.reply('NDMP_DATA_GET_STATE');
    assert.deepEqual([body.bytes_processed, body.est_bytes_remain, body.unsupported], [3000n, 0n, 0]);
    assert.deepEqual(
      ((await rig.reply('NDMP_DATA_GET_ENV')).env as BodyValue[]).map(({ name, value }) => [name, value]),
      [
        ['FILESYSTEM', '/vol1'],
        ['FRUIT', 'kiwi'],
        ['PATHNAME_SEPARATOR', '/'],
        ['DUMP_DATE', '42'],
      ],
    );
    assert.equal(rig.session.posts.filter(({ name }) => name === '0x703').length, 3);
    assert.ok(texts('NDMP_LOG_MESSAGE', 'entry').includes('a\\x0afile cannot be read'));
    assert.equal(rig.session.posts.at(-1)?.name, 'NDMP_NOTIFY_DATA_HALTED', 'the halt is told last');
    assert.equal(await rig.ask('NDMP_DATA_STOP'), '');
    assert.deepEqual([rig.engine.backups[0].committed, rig.engine.backups[0].closed], [1, 1]);
    assert.deepEqual(await rig.state(), { state: State.IDLE, halt: Halt.NA, operation: 0, bytes: 0n });
  });

  it('holds a backup back when nobody reads, and aborts it', async () => {
    rig = makeRig();
    const peer = await connectLocally(rig);
    const large = environment({ FILESYSTEM: '/vol1', PIECES: 1000, BYTES: 1_000_000 });
    assert.equal(await rig.ask('NDMP_DATA_START_BACKUP', { bu_type: 'tar', env: large }), '');
    await rig.until(() => rig.engine.backups[0]?.made >= 6);
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.ok(rig.engine.backups[0].made < 15, `${rig.engine.backups[0].made} pieces were made for nobody`);
    assert.equal(await rig.ask('NDMP_DATA_ABORT'), '');
    await rig.until(() => rig.engine.backups[0].closed === 1);
    await assert.rejects(readAll(peer));
    assert.deepEqual(halts(), [Halt.ABORTED]);
    assert.equal(rig.engine.backups[0].committed, 0);
  });

  it('holds a backup back when the DMA takes no posts', async () => {
    rig = makeRig();
    let go: () => void = () => undefined;
    rig.session.caughtUp = () => new Promise((resolve) => (go = resolve));
    const peer = await connectLocally(rig);
    const large = environment({ FILESYSTEM: '/vol1', PIECES: 100 });
    await rig.ask('NDMP_DATA_START_BACKUP', { bu_type: 'tar', env: large });
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal((await rig.state()).bytes, 0n);
    rig.session.caughtUp = () => Promise.resolve();
    go();
    assert.equal((await readAll(peer)).length, 100_000);
  });

  it('halts with INTERNAL_ERROR when the backup cannot go on, and says why', async () => {
    rig = makeRig();
    await connectLocally(rig);
    await rig.ask('NDMP_DATA_START_BACKUP', { bu_type: 'tar', env: environment({ FILESYSTEM: '/vol1', FAIL_AT: 1 }) });
    await rig.until(async () => (await rig.state()).state === State.HALTED);
    assert.deepEqual(halts(), [Halt.INTERNAL_ERROR]);
    assert.match(texts('NDMP_LOG_MESSAGE', 'entry').at(-1) ?? '', /the disk is on fire/);
  });

  it('halts with CONNECT_ERROR when the reader goes away, also in order', async () => {
    for (const way of ['destroy', 'end'] as const) {
      rig = makeRig();
      const peer = await connectLocally(rig);
      const large = environment({ FILESYSTEM: '/vol1', PIECES: 1000, BYTES: 1_000_000 });
      await rig.ask('NDMP_DATA_START_BACKUP', { bu_type: 'tar', env: large });
      await rig.until(() => rig.engine.backups[0]?.made >= 4);
      await peer[way]();
      await rig.until(async () => (await rig.state()).state === State.HALTED);
      assert.deepEqual(halts(), [Halt.CONNECT_ERROR]);
      if (way === 'destroy') await rig.close();
    }
  });

  it('refuses a backup of what is not served, no directory, or without a root', async () => {
    rig = makeRig();
    await connectLocally(rig);
    const start = (values: Record<string, string>, bu_type = 'tar') =>
      rig.ask('NDMP_DATA_START_BACKUP', { bu_type, env: environment(values) });
    assert.equal(await start({ FILESYSTEM: '/vol1' }, 'cpio'), 'ILLEGAL_ARGS');
    assert.equal(await start({}), 'ILLEGAL_ARGS');
    for (const FILESYSTEM of ['/etc', '/vol1/../..', '/vol1/nothing', 'vol2'])
      assert.equal(await start({ FILESYSTEM }), 'ILLEGAL_ARGS', FILESYSTEM);
    for (const LEVEL of ['10', 'x', '-1'])
      assert.equal(await start({ FILESYSTEM: '/vol1', LEVEL }, 'dump'), 'ILLEGAL_ARGS', LEVEL);
    assert.equal(await start({ FILESYSTEM: '/vol1', BASE_DATE: 'soon' }, 'dump'), 'ILLEGAL_ARGS');
    assert.equal((await rig.state()).state, State.CONNECTED);
    assert.equal(await start({ PREFIX: '/vol1/sub', LEVEL: '31', BASE_DATE: '' }, 'tar'), '', 'tar has no levels');
    await rig.until(() => rig.engine.backups.length === 1);
    assert.deepEqual(
      rig.engine.backups[0].order.environment.map(({ name }) => name),
      ['PREFIX', 'BASE_DATE'],
    );
  });

  it('recovers over TCP: asks for the stream by posts, reports each file, ends in order', async () => {
    rig = makeRig();
    const { connect_addr } = await rig.reply('NDMP_DATA_LISTEN', { addr_type: 1 });
    const [{ port }] = Object.values(connect_addr as BodyValue).find(Array.isArray) as { port: number }[];
    const peer = await connectTcp({ to: [{ address: '127.0.0.1', port }] });
    await rig.until(async () => (await rig.state()).state === State.CONNECTED);
    const entry = { destination_path: '/vol1/new', name: '', other_name: '', node: ALL_ONES, fh_info: 512n };
    const nlist = [
      { ...entry, original_path: '/a' },
      { ...entry, original_path: 'b', destination_path: '/vol1', name: 'b2' },
    ];
    const request = { bu_type: 'tar', env: environment({ PREFIX: '/vol1', BYTES: 700_000, WANT: 350_000 }), nlist };
    assert.equal(await rig.ask('NDMP_DATA_START_RECOVER', request), '');
    const reads = () => rig.session.posted('NDMP_NOTIFY_DATA_READ');
    await rig.until(() => reads().length === 1);
    assert.deepEqual(reads()[0], { offset: 0n, length: 350_000n });
    await peer.write(new Uint8Array(350_000));
    await rig.until(() => reads().length === 2);
    assert.deepEqual(reads()[1].offset, 350_000n);
    const state = await rig.reply('NDMP_DATA_GET_STATE');
    assert.deepEqual([state.operation, state.read_offset, state.read_length], [2, 350_000n, 350_000n]);
    await peer.write(new Uint8Array(350_000));
    assert.equal(await peer.read(), undefined, 'the connection is closed in order');
    await rig.until(async () => (await rig.state()).state === State.HALTED);
    assert.deepEqual(halts(), [Halt.SUCCESSFUL]);
    assert.deepEqual(
      rig.session.posted('NDMP_LOG_FILE').map(({ name, recovery_status }) => [name, recovery_status]),
      [
        ['/a', 0],
        ['b', 0],
      ],
    );
    const [{ order }] = rig.engine.recoveries;
    assert.deepEqual(
      order.names.map(({ path, target, position }) => [path, target, position]),
      [
        ['/a', 'new', undefined],
        ['/b', 'b2', undefined],
      ],
    );
    await peer.end();
  });

  it('keeps positions when the DMA asks for direct access', async () => {
    rig = makeRig();
    const peer = await connectLocally(rig);
    rig.session.services.local.reader = { requestRead: () => undefined };
    const nlist = [
      { original_path: '/a', destination_path: '/vol1/a', name: '', other_name: '', node: 5n, fh_info: 0n },
    ];
    await rig.ask('NDMP_DATA_START_RECOVER', { bu_type: 'tar', env: environment({ DIRECT: 'Y', BYTES: 9 }), nlist });
    await rig.until(() => rig.engine.recoveries.length === 1);
    assert.deepEqual(rig.engine.recoveries[0].order.names[0].position, 0n);
    await peer.end();
  });

  it('tells how much of a stream is still to come, when the backup said how long it is', async () => {
    rig = makeRig();
    const peer = await connectLocally(rig);
    rig.session.services.local.reader = { requestRead: () => undefined };
    const env = environment({ FILESYSTEM: '/vol1', BYTES: 1000, NDMPWB_STREAM_BYTES: 1000 });
    await rig.ask('NDMP_DATA_START_RECOVER', { bu_type: 'tar', env, nlist: [] });
    assert.equal((await rig.reply('NDMP_DATA_GET_STATE')).unsupported, 3, 'nothing is known before the first byte');
    await peer.write(new Uint8Array(400));
    await rig.until(async () => (await rig.state()).bytes === 400n);
    const body = await rig.reply('NDMP_DATA_GET_STATE');
    assert.deepEqual([body.est_bytes_remain, body.unsupported], [600n, 2]);
    await peer.end();
  });

  it('recovers LOCAL: asks the mover itself; everything when the list is empty', async () => {
    rig = makeRig();
    const asked: [bigint, bigint][] = [];
    const peer = await connectLocally(rig);
    rig.session.services.local.reader = { requestRead: (offset, length) => void asked.push([offset, length]) };
    const env = environment({ FILESYSTEM: '/vol1/elsewhere', BYTES: 10 });
    assert.equal(await rig.ask('NDMP_DATA_START_RECOVER', { bu_type: 'dump', env, nlist: [] }), '');
    await rig.until(() => asked.length === 1);
    assert.deepEqual(asked, [[0n, ALL_ONES]]);
    await peer.write(new Uint8Array(10_240)); // the stream and the padding of its last record
    await rig.until(async () => (await rig.state()).state === State.HALTED);
    assert.deepEqual(halts(), [Halt.SUCCESSFUL]);
    assert.deepEqual(rig.engine.recoveries[0].order.names[0].target, 'elsewhere');
    assert.deepEqual(texts('NDMP_LOG_FILE', 'name'), ['/']);
    assert.deepEqual(rig.session.posted('NDMP_NOTIFY_DATA_READ'), []);
  });

  it('halts with CONNECT_ERROR when the stream is cut, after what could be done', async () => {
    for (const way of ['destroy', 'end'] as const) {
      rig = makeRig();
      const peer = await connectLocally(rig);
      rig.session.services.local.reader = { requestRead: () => undefined };
      const nlist = [
        { original_path: '/a', destination_path: '/vol1/a', name: '', other_name: '', node: 5n, fh_info: 0n },
      ];
      await rig.ask('NDMP_DATA_START_RECOVER', { bu_type: 'tar', env: environment({ BYTES: 1000 }), nlist });
      await peer.write(new Uint8Array(100));
      await rig.until(() => rig.engine.recoveries[0]?.taken === 100);
      await peer[way]();
      await rig.until(async () => (await rig.state()).state === State.HALTED);
      assert.deepEqual(halts(), [Halt.CONNECT_ERROR]);
      await rig.until(() => rig.engine.recoveries[0].closed === 1);
      assert.equal(rig.engine.recoveries[0].ended, way === 'end');
      if (way === 'destroy') await rig.close();
    }
  });

  it('recovers the file history without any destination', async () => {
    rig = makeRig();
    const peer = await connectLocally(rig);
    rig.session.services.local.reader = { requestRead: () => undefined };
    const name: MessageName = 'NDMP_DATA_START_RECOVER_FILEHIST';
    assert.equal(await rig.ask(name, { bu_type: 'dump', env: environment({ BYTES: 5, HIST: 'y' }), nlist: [] }), '');
    await rig.until(() => rig.engine.recoveries.length === 1);
    assert.equal((await rig.state()).operation, 3);
    const { operation, history } = rig.engine.recoveries[0].order;
    assert.deepEqual([operation, history], ['recover-history', 'node']);
    await peer.write(new Uint8Array(5));
    await rig.until(() => halts().length === 1);
    assert.deepEqual(halts(), [Halt.SUCCESSFUL]);
  });

  it('v2: the start request connects, and a mover that is not there halts what has begun', async () => {
    rig = makeRig({ version: 2 });
    const listener = await listenTcp({ address: '127.0.0.1', seconds: 5 });
    assert.ok(listener.address.kind === 'tcp');
    const mover = { type: 1, ip_addr: 0x7f000001, port: listener.address.addresses[0].port };
    assert.equal(await rig.ask('NDMP_DATA_START_BACKUP', { mover, bu_type: 'tar', env }), '');
    assert.equal((await rig.state()).state, State.ACTIVE);
    assert.equal((await readAll(await listener.accepted)).length, 3000);
    await rig.until(() => halts().length === 1);
    assert.equal(await rig.ask('NDMP_DATA_STOP'), '');
    assert.equal(await rig.ask('NDMP_DATA_START_BACKUP', { mover, bu_type: 'tar', env }), '');
    await rig.until(() => halts().length === 2);
    assert.deepEqual(halts(), [Halt.SUCCESSFUL, Halt.CONNECT_ERROR]);
    assert.match(texts('NDMP_NOTIFY_DATA_HALTED', 'text_reason')[1], /./);
    assert.equal(await rig.ask('NDMP_DATA_STOP'), '');
    const local = { mover: { type: 0 }, bu_type: 'tar', env };
    assert.equal(await rig.ask('NDMP_DATA_START_BACKUP', local), 'ILLEGAL_STATE');
    assert.equal((await rig.state()).state, State.IDLE);
    assert.match(texts('NDMP_LOG_LOG', 'entry')[0], /^Backup of \/vol1/);
  });

  it('copies a tree from one data server to another', async () => {
    rig = makeRig();
    const other = makeRig();
    try {
      const { connect_addr } = await rig.reply('NDMP_DATA_LISTEN', { addr_type: 1 });
      assert.equal(await other.ask('NDMP_DATA_CONNECT', { addr: connect_addr }), '');
      await rig.until(async () => (await rig.state()).state === State.CONNECTED);
      const copy = environment({ FILESYSTEM: '/vol1', PIECES: 50, BYTES: 100_000 });
      await other.ask('NDMP_DATA_START_BACKUP', { bu_type: 'tar', env: copy });
      const back = environment({ FILESYSTEM: '/vol1', BYTES: 5_000_000 });
      assert.equal(await rig.ask('NDMP_DATA_START_RECOVER', { bu_type: 'tar', env: back, nlist: [] }), '');
      await rig.until(async () => (await rig.state()).state === State.HALTED);
      await other.until(async () => (await other.state()).state === State.HALTED);
      assert.deepEqual([(await rig.state()).halt, (await other.state()).halt], [1, 1]);
      assert.deepEqual(rig.session.posted('NDMP_NOTIFY_DATA_READ'), [{ offset: 0n, length: ALL_ONES }]);
    } finally {
      await other.close();
    }
  });

  it('lets go of everything when the control connection is lost, in every state', async () => {
    for (const what of ['LISTEN', 'CONNECTED', 'ACTIVE'] as const) {
      rig = makeRig();
      if (what === 'LISTEN') await rig.ask('NDMP_DATA_LISTEN', { addr_type: 1 });
      else {
        const peer = await connectLocally(rig);
        const large = environment({ FILESYSTEM: '/vol1', PIECES: 1000, BYTES: 1_000_000 });
        if (what === 'ACTIVE') await rig.ask('NDMP_DATA_START_BACKUP', { bu_type: 'tar', env: large });
        await rig.session.services.data.dispose();
        await assert.rejects(readAll(peer));
      }
      await rig.close();
      assert.equal(rig.session.services.data.busy, false);
      assert.deepEqual(halts(), []);
      assert.equal(
        rig.engine.backups.every((backup) => backup.closed === 1),
        true,
      );
    }
    rig = makeRig();
  });
});
