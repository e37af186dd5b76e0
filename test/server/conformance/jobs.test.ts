import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BodyValue } from '../../../src/protocol';
import { ndmpCheck } from '../../support/ndmpCheck';
import type { NdmpClient } from '../../support/ndmpClient';
import { TestServer } from '../../support/testServer';
import { compareTrees } from '../../support/trees';

const INFINITE = 0xffffffffffffffffn;
const READ = 0;
const RDWR = 1;
const REWIND = { tape_op: 4, count: 1 };
const LOCAL = 0;
const TCP = 1;
/** The mover's modes. */
const TO_TAPE = 0;
const FROM_TAPE = 1;
const SUCCESSFUL = 1;
const CONNECT_CLOSED = 1;
const ABORTED = 2;

type Version = 2 | 3 | 4;
/** How data server and mover find each other. */
interface Route {
  addressType: number;
  listener: 'mover' | 'data';
}

interface Pair {
  version: Version;
  data: NdmpClient;
  mover: NdmpClient;
  route: Route;
}

describe('conformance: whole jobs, message by message', function () {
  this.timeout(60_000);
  let server: TestServer;
  let source: string;
  let restored = 0;
  const pairs: Pair[] = [];

  before(async () => {
    server = await TestServer.start({ record: true });
    source = join(server.root, 'source');
    mkdirSync(join(source, 'folder'), { recursive: true });
    for (let n = 0; n < 30; n++) writeFileSync(join(source, 'folder', `file ${n}`), Buffer.alloc(n * 1500, 65 + n));
    writeFileSync(join(server.folder, 'secret'), 'outside of what is exported');
    symlinkSync(server.folder, join(server.root, 'way out'));
  });
  afterEach(async () => {
    for (const { data, mover } of pairs.splice(0)) {
      if (mover !== data) await mover.close();
      await data.close();
    }
  });
  after(() => server.stop());

  async function pair(version: Version, route: Route): Promise<Pair> {
    const data = await server.connect(version);
    const made = { version, data, mover: route.addressType === LOCAL ? data : await server.connect(version), route };
    pairs.push(made);
    return made;
  }

  const env = (values: Record<string, string>) => Object.entries(values).map(([name, value]) => ({ name, value }));
  const target = (): string => {
    const folder = join(server.root, `restored ${++restored}`);
    mkdirSync(folder);
    return folder;
  };

  async function openTape({ mover }: Pair, mode: number): Promise<void> {
    await mover.expect('NDMP_TAPE_OPEN', { device: server.tapes[0], mode });
    await mover.expect('NDMP_TAPE_MTIO', REWIND);
    await mover.expect('NDMP_MOVER_SET_RECORD_SIZE', { len: 20480 });
  }

  /** The data connection, in the order of the version. @returns what v2 puts into the start of an operation */
  async function joined({ version, data, mover, route }: Pair, mode: number): Promise<BodyValue> {
    const window = () => mover.expect('NDMP_MOVER_SET_WINDOW', { offset: 0n, length: INFINITE });
    if (version === 4) await window();
    if (route.listener === 'mover') {
      const reply = await mover.expect('NDMP_MOVER_LISTEN', { mode, addr_type: route.addressType });
      const address = version === 4 ? reply.connect_addr : version === 3 ? reply.data_connection_addr : reply.mover;
      assert.equal(address.type, route.addressType);
      if (version < 4) await window();
      if (version === 2) return { mover: address };
      await data.expect('NDMP_DATA_CONNECT', { addr: address });
    } else {
      const reply = await data.expect('NDMP_DATA_LISTEN', { addr_type: route.addressType });
      const address = version === 4 ? reply.connect_addr : reply.data_connection_addr;
      if (version < 4) await window();
      await mover.expect('NDMP_MOVER_CONNECT', { mode, addr: address });
    }
    assert.equal((await data.expect('NDMP_DATA_GET_STATE')).state, 4, 'CONNECTED');
    assert.equal((await mover.expect('NDMP_MOVER_GET_STATE')).state, 2, 'ACTIVE');
    return {};
  }

  async function stop({ data, mover }: Pair): Promise<void> {
    await data.expect('NDMP_DATA_STOP');
    await mover.expect('NDMP_MOVER_STOP');
    await mover.expect('NDMP_TAPE_CLOSE');
    const { state, bytes_processed: bytes, halt_reason: reason } = await data.expect('NDMP_DATA_GET_STATE');
    assert.deepEqual([state, bytes, reason], [0, 0n, 0]);
  }

  async function backup(order: Pair, more: Record<string, string> = {}, type = 'tar'): Promise<BodyValue[]> {
    const { data, mover } = order;
    await openTape(order, RDWR);
    const where = await joined(order, TO_TAPE);
    const asked = { FILESYSTEM: source, HIST: 'y', ...more };
    await data.expect('NDMP_DATA_START_BACKUP', { ...where, bu_type: type, env: env(asked) });
    assert.equal((await data.post('NDMP_NOTIFY_DATA_HALTED')).body.reason, SUCCESSFUL);
    assert.equal((await mover.post('NDMP_NOTIFY_MOVER_HALTED')).body.reason, CONNECT_CLOSED);
    const { env: result } = await data.expect('NDMP_DATA_GET_ENV');
    const state = await mover.expect('NDMP_MOVER_GET_STATE');
    const { bytes_processed: processed } = await data.expect('NDMP_DATA_GET_STATE');
    assert.ok(processed > 600_000n);
    const moved = order.version === 4 ? state.bytes_moved : state.data_written;
    assert.ok(moved >= processed && moved < processed + 20480n, `${moved} bytes moved of ${processed}`);
    await stop(order);
    return result;
  }

  async function recover(order: Pair, names: BodyValue[], environment: BodyValue[]): Promise<void> {
    const { data, mover } = order;
    await openTape(order, READ);
    const where = await joined(order, FROM_TAPE);
    await data.expect('NDMP_DATA_START_RECOVER', { ...where, env: environment, nlist: names, bu_type: 'tar' });
    if (order.route.addressType !== LOCAL) {
      const { body } = await data.post('NDMP_NOTIFY_DATA_READ');
      await mover.expect('NDMP_MOVER_READ', { ...body });
      assert.equal((await data.expect('NDMP_DATA_GET_STATE')).read_length, body.length);
    }
    const paused = () => mover.posts.some(({ name: post }) => post === 'NDMP_NOTIFY_MOVER_PAUSED');
    let closed = false;
    await data.until('NDMP_DATA_GET_STATE', ({ state }) => {
      // the end of the tape file: the data server learns by the end of the stream that there is no more
      if (paused() && !closed) void mover.request('NDMP_MOVER_CLOSE');
      closed ||= paused();
      return state === 2;
    });
    assert.equal((await data.post('NDMP_NOTIFY_DATA_HALTED')).body.reason, SUCCESSFUL);
    const { state } = await mover.expect('NDMP_MOVER_GET_STATE');
    if (state === 2) await mover.request('NDMP_MOVER_CLOSE');
    assert.equal((await mover.post('NDMP_NOTIFY_MOVER_HALTED')).body.reason, CONNECT_CLOSED);
    await stop(order);
  }

  /** One entry of the list of files in the version's layout. */
  const name = (version: Version, original: string, destination: string): BodyValue =>
    version === 2
      ? { name: original, dest: destination, ssid: 0, fh_info: INFINITE }
      : version === 3
        ? {
            original_path: original,
            destination_dir: destination,
            new_name: '',
            other_name: '',
            node: INFINITE,
            fh_info: INFINITE,
          }
        : {
            original_path: original,
            destination_path: destination,
            name: '',
            other_name: '',
            node: INFINITE,
            fh_info: INFINITE,
          };

  const ROUTES: [string, Route][] = [
    ['local', { addressType: LOCAL, listener: 'mover' }],
    ['TCP, the mover listens', { addressType: TCP, listener: 'mover' }],
    ['local, the data server listens', { addressType: LOCAL, listener: 'data' }],
    ['TCP, the data server listens', { addressType: TCP, listener: 'data' }],
  ];
  for (const version of [2, 3, 4] as const) {
    for (const [title, route] of ROUTES) {
      if (version === 2 && route.listener === 'data') continue;
      it(`v${version}, ${title}: backup and recovery`, async () => {
        const order = await pair(version, route);
        const result = await backup(order, { UNKNOWN_VARIABLE: 'kept', PATHNAME_SEPARATOR: '/' });
        assert.ok(result.some((each) => each.name === 'UNKNOWN_VARIABLE' && each.value === 'kept'));
        const history = order.data.posts.filter(({ name: post }) => /FH_ADD/.test(post));
        assert.ok(history.length > 0, 'file history');
        assert.deepEqual(
          order.data.received.flatMap(({ problems }) => problems),
          [],
        );
        const folder = target();
        await recover(order, [name(version, version === 2 ? '/' : '', folder)], result);
        assert.deepEqual(compareTrees(source, folder), []);
        const results = order.data.posts.filter(({ name: post }) => post === 'NDMP_LOG_FILE');
        assert.equal(results.length, 1, 'a result for each name');
        assert.equal(results[0].body.recovery_status ?? results[0].body.error, 0);
      });
    }

    it(`v${version}: paths lead nowhere outside of what is exported`, async () => {
      const order = await pair(version, ROUTES[0][1]);
      const { data, mover } = order;
      await openTape(order, RDWR);
      const where = await joined(order, TO_TAPE);
      for (const path of [
        server.folder,
        '/',
        '/etc',
        `${server.root}/..`,
        `${server.root}/source/../../..`,
        `${server.root}x`,
        `${server.root}\0/source`,
        'relative',
        '',
      ]) {
        const { error } = await data.request('NDMP_DATA_START_BACKUP', {
          ...where,
          bu_type: 'tar',
          env: env({ FILESYSTEM: path }),
        });
        assert.ok(['ILLEGAL_ARGS', 'PERMISSION', 'NO_DEVICE'].includes(error), `${path}: ${error}`);
      }
      await data.expect(
        'NDMP_DATA_START_BACKUP',
        { ...where, bu_type: 'bogus', env: env({ FILESYSTEM: source }) },
        'ILLEGAL_ARGS',
      );
      const { error } = await data.request('NDMP_DATA_START_BACKUP', {
        ...where,
        bu_type: 'tar',
        env: env({ FILESYSTEM: `${server.root}/way out` }),
      });
      if (error === 'NO_ERR') {
        await data.post('NDMP_NOTIFY_DATA_HALTED');
        const { bytes_processed: bytes } = await data.expect('NDMP_DATA_GET_STATE');
        assert.ok(bytes < 50_000n, 'nothing behind the link');
      }
      await mover.request('NDMP_MOVER_ABORT');
    });

    it(`v${version}: recovery writes nothing outside of what is exported`, async () => {
      const order = await pair(version, ROUTES[0][1]);
      const result = await backup(order);
      const before = readdirSync(server.folder).sort();
      for (const destination of [
        `${server.root}/way out/in`,
        `${server.folder}/in`,
        `${server.root}/../in`,
        '/../in',
      ]) {
        const { data, mover } = order;
        await openTape(order, READ);
        const where = await joined(order, FROM_TAPE);
        const { error } = await data.request('NDMP_DATA_START_RECOVER', {
          ...where,
          env: result,
          nlist: [name(version, '/folder/file 3', destination)],
          bu_type: 'tar',
        });
        if (error === 'NO_ERR') {
          await data.post('NDMP_NOTIFY_DATA_HALTED');
          await data.expect('NDMP_DATA_STOP');
        } else if (version > 2) {
          await data.expect('NDMP_DATA_ABORT');
          await data.expect('NDMP_DATA_STOP');
        }
        const { state } = await mover.expect('NDMP_MOVER_GET_STATE');
        if (state !== 4) await mover.request('NDMP_MOVER_ABORT');
        await mover.until('NDMP_MOVER_GET_STATE', (body) => body.state === 4);
        await mover.expect('NDMP_MOVER_STOP');
        await mover.expect('NDMP_TAPE_CLOSE');
        mover.posts.length = 0;
      }
      assert.deepEqual(readdirSync(server.folder).sort(), before);
      assert.ok(!existsSync('/in'));
      assert.equal(readFileSync(join(server.folder, 'secret'), 'utf8'), 'outside of what is exported');
    });
  }

  it('v4: names that are not in the backup are reported as not found, the others are recovered', async () => {
    const order = await pair(4, ROUTES[1][1]);
    const result = await backup(order);
    const folder = target();
    const names = ['/folder/file 5', '/no such file', '/folder/file 29'];
    await recover(
      order,
      names.map((each) => name(4, each, join(folder, each.slice(1).replace('/', '_')))),
      result,
    );
    const results = order.data.posts.filter(({ name: post }) => post === 'NDMP_LOG_FILE');
    assert.deepEqual(
      results.map(({ body }) => [body.name, body.recovery_status]).sort(),
      [
        ['/folder/file 5', 0],
        ['/folder/file 29', 0],
        ['/no such file', 2],
      ].sort(),
    );
    assert.equal(readFileSync(join(folder, 'folder_file 5')).length, 7500);
  });

  it('v4: aborts on both sides, at once and in order', async () => {
    for (const [, route] of ROUTES.slice(0, 2)) {
      const order = await pair(4, route);
      await openTape(order, RDWR);
      await joined(order, TO_TAPE);
      await order.data.expect('NDMP_DATA_START_BACKUP', { bu_type: 'tar', env: env({ FILESYSTEM: source }) });
      await order.mover.expect('NDMP_MOVER_ABORT');
      assert.equal((await order.mover.post('NDMP_NOTIFY_MOVER_HALTED')).body.reason, ABORTED);
      const { body } = await order.data.post('NDMP_NOTIFY_DATA_HALTED');
      assert.ok(body.reason === 4 || body.reason === SUCCESSFUL, `CONNECT_ERROR, or done before: ${body.reason}`);
      await order.data.expect('NDMP_DATA_STOP');
      await order.mover.expect('NDMP_MOVER_STOP');
      await order.mover.expect('NDMP_TAPE_CLOSE');
    }
  });

  it('ndmp check finds nothing in the recording of all that but the refusals and aborts that were asked for', async () => {
    const findings = await ndmpCheck(server.recording);
    const provoked = ['operation-refused', 'job-failed', 'files-not-recovered'];
    assert.deepEqual(
      findings.filter(({ severity, rule }) => severity === 'error' && !provoked.includes(rule)),
      [],
    );
  });
});
