import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BodyValue } from '../../../src/protocol';
import { CabDma, LOCAL, TCP } from '../../support/cabDma';
import { CAB, CAE, shownTo, SNAPSHOTS, TestLab } from '../../support/lab';
import type { NdmpClient } from '../../support/ndmpClient';
import { compareTrees } from '../../support/trees';

const TCP_IPV6 = 0x20510004;
const dma = new CabDma();
const filesystem = (value: string) => [{ name: 'FILESYSTEM', value }];
const prepared = (addr_type: number, volume: string): BodyValue => ({
  addr_type,
  bu_type: 'dump',
  env: filesystem(volume),
});

describe('lab: agreement on extensions', () => {
  let lab: TestLab;
  before(async () => {
    lab = await TestLab.start();
  });
  after(() => lab.remove());

  it('offers snapshots, IPv6 addresses and CAB', async () => {
    const client = await lab.connect('cluster_mgmt', 'backup');
    const { class_list } = await client.expect('NDMP_CONFIG_GET_EXT_LIST');
    assert.deepEqual(
      class_list.map(({ class_id, versions }) => [class_id, versions]),
      [
        [SNAPSHOTS, [3]],
        [CAE, [1]],
        [CAB, [1]],
      ],
    );
  });

  it('takes the three of them in one selection, as backup applications send it', async () => {
    await lab.connect('cluster_mgmt', 'backup', [SNAPSHOTS, CAE, CAB]);
  });

  it('a selection in the layout of old definition files selects nothing', async () => {
    const client = await lab.connect('cluster_mgmt', 'backup');
    await client.expect('NDMP_CONFIG_GET_EXT_LIST');
    const words = Uint32Array.of(0, 1, CAB, 1, 1);
    const body = Buffer.alloc(20);
    words.forEach((word, at) => body.writeUInt32BE(word, 4 * at));
    await client.ask(0x109, body);
    const reply = await client.request('NDMP_CAB_DATA_CONN_PREPARE', prepared(TCP, '/vs1/vol1'));
    assert.deepEqual([reply.error, reply.bare], ['NOT_SUPPORTED', true]);
    assert.ok((await shownTo(client)).volumes.length < 6, 'what is seen without CAB');
  });

  it('messages of the snapshot class are not supported, though it is offered', async () => {
    const client = await lab.connect('cluster_mgmt', 'backup', [SNAPSHOTS]);
    const reply = await client.ask(0x20500100);
    assert.deepEqual([reply.error, reply.bare], ['NOT_SUPPORTED', true]);
  });

  it('a preparation without CAB is not supported, and without a login not allowed', async () => {
    const client = await lab.connect('cluster_mgmt', 'backup', [CAE]);
    const reply = await client.request('NDMP_CAB_DATA_CONN_PREPARE', prepared(TCP, '/vs1/vol1'));
    assert.deepEqual([reply.error, reply.bare], ['NOT_SUPPORTED', true]);
    const stranger = await lab.connect('cluster_mgmt', undefined);
    assert.equal((await stranger.request('NDMP_CAB_DATA_CONN_PREPARE')).error, 'NOT_AUTHORIZED');
  });

  it('node-scoped mode has no CAB, one user, and the node at every LIF', async () => {
    const other = await TestLab.start({ scope: 'node' });
    try {
      const client = await other.connect('vs1_data2', 'root');
      const { class_list } = await client.expect('NDMP_CONFIG_GET_EXT_LIST');
      assert.ok(!class_list.some(({ class_id }) => class_id === CAB));
      const shown = await shownTo(client);
      assert.deepEqual(shown.volumes, ['/vs1/db', '/vs2/projects', '/vs2/archive']);
      assert.deepEqual(shown.drives, [1]);
    } finally {
      await other.remove();
    }
  });
});

describe('lab: CAB_DATA_CONN_PREPARE', () => {
  let lab: TestLab;
  let client: NdmpClient;
  beforeEach(async () => {
    lab ??= await TestLab.start();
    client = await lab.connect('cluster_mgmt', 'backup', [CAB]);
  });
  after(() => lab.remove());

  const logged = async (text: string): Promise<void> => {
    const { body } = await client.post('NDMP_LOG_MESSAGE');
    assert.deepEqual([body.log_type, body.entry], [2, text]);
  };

  it('has to come before DATA_LISTEN', async () => {
    await client.expect('NDMP_DATA_LISTEN', { addr_type: TCP }, 'PRECONDITION');
    await logged('DATA LISTEN: CAB data connection prepare precondition error');
  });

  it('binds DATA_LISTEN to its address type', async () => {
    await client.expect('NDMP_CAB_DATA_CONN_PREPARE', prepared(LOCAL, '/vs1/vol1'));
    await client.expect('NDMP_DATA_LISTEN', { addr_type: TCP }, 'PRECONDITION');
    await logged('DATA LISTEN: CAB data connection prepare precondition error');
    await client.expect('NDMP_DATA_LISTEN', { addr_type: LOCAL });
  });

  it('binds DATA_CONNECT to its address type, and may be sent again', async () => {
    await client.expect('NDMP_TAPE_OPEN', { device: 'nrst0a', mode: 2 });
    await dma.setUpMover(client);
    await client.expect('NDMP_CAB_DATA_CONN_PREPARE', prepared(TCP, '/vs1/vol1'));
    await client.expect('NDMP_MOVER_LISTEN', { mode: 0, addr_type: LOCAL });
    await client.expect('NDMP_DATA_CONNECT', { addr: { type: LOCAL } }, 'PRECONDITION');
    await logged('DATA CONNECT: CAB data connection prepare precondition error');
    await client.expect('NDMP_CAB_DATA_CONN_PREPARE', prepared(LOCAL, '/vs1/vol1'));
    await client.expect('NDMP_DATA_CONNECT', { addr: { type: LOCAL } });
    client.destroy();
  });

  it('a volume that is not there, not seen here, or not named is refused', async () => {
    await client.expect('NDMP_CAB_DATA_CONN_PREPARE', prepared(TCP, '/vs1/none'), 'ILLEGAL_ARGS');
    await client.expect('NDMP_CAB_DATA_CONN_PREPARE', { addr_type: TCP, bu_type: 'dump' }, 'ILLEGAL_ARGS');
    const data = await lab.connect('vs1_data1', 'vsadmin', [CAB]);
    await data.expect('NDMP_CAB_DATA_CONN_PREPARE', prepared(TCP, '/vs2/projects'), 'ILLEGAL_ARGS');
  });

  it('an address type that the LIF does not offer is refused', async () => {
    await client.expect('NDMP_CAB_DATA_CONN_PREPARE', prepared(TCP_IPV6, '/vs1/vol1'), 'ILLEGAL_ARGS');
    const data = await lab.connect('vs1_data1', 'vsadmin', [CAB]);
    await data.expect('NDMP_CAB_DATA_CONN_PREPARE', prepared(LOCAL, '/vs1/vol1'), 'ILLEGAL_ARGS');
  });

  it('another volume than the prepared one cannot be backed up', async () => {
    await client.expect('NDMP_TAPE_OPEN', { device: 'nrst0a', mode: 2 });
    await dma.setUpMover(client);
    await client.expect('NDMP_CAB_DATA_CONN_PREPARE', prepared(LOCAL, '/vs1/vol1'));
    await client.expect('NDMP_MOVER_LISTEN', { mode: 0, addr_type: LOCAL });
    await client.expect('NDMP_DATA_CONNECT', { addr: { type: LOCAL } });
    await client.expect('NDMP_DATA_START_BACKUP', { bu_type: 'dump', env: filesystem('/vs1/home') }, 'PRECONDITION');
    client.destroy();
  });

  it('the data connection is made on the node that owns the volume, by an intercluster LIF', async () => {
    for (const [volume, lif] of [
      ['/vs1/vol1', 'cluster1-01_ic'],
      ['/vs1/db', 'cluster1-02_ic'],
    ]) {
      const own = await lab.connect('cluster_mgmt', 'backup', [CAB]);
      await own.expect('NDMP_CAB_DATA_CONN_PREPARE', prepared(TCP, volume));
      const { connect_addr } = await own.expect('NDMP_DATA_LISTEN', { addr_type: TCP });
      assert.ok(connect_addr.type === TCP);
      assert.equal(dotted(connect_addr.tcp_addr[0].ip_addr), lab.address(lif).host);
    }
  });

  it('without CAB it is the LIF of the control connection', async () => {
    const own = await lab.connect('cluster1-02_mgmt', 'backup');
    const { connect_addr } = await own.expect('NDMP_DATA_LISTEN', { addr_type: TCP });
    assert.ok(connect_addr.type === TCP);
    assert.equal(dotted(connect_addr.tcp_addr[0].ip_addr), lab.address('cluster1-02_mgmt').host);
  });
});

describe('lab: backups by affinity', function () {
  this.timeout(60_000);
  let lab: TestLab;
  before(async () => {
    lab = await TestLab.start();
    const robot = await lab.connect('cluster_mgmt', 'backup', [CAB]);
    await dma.move(robot, 1024, 128);
    await dma.move(robot, 1025, 129);
    robot.destroy();
  });
  after(() => lab.remove());

  it('equal affinity: local, and what comes back is the same', async () => {
    const client = await lab.connect('cluster_mgmt', 'backup', [CAB]);
    const job = { volume: '/vs1/vol1', device: 'nrst0a', files: 0, cab: true };
    assert.ok((await dma.localBackup(client, job)) > 800_000n);
    const again = await lab.connect('cluster_mgmt', 'backup', [CAB]);
    await dma.localRestore(again, job, '/vs2/media/restored');
    const { volumes } = lab.lab.status();
    const directory = (path: string): string => volumes.find((each) => each.path === path)?.directory ?? '';
    const restored = join(directory('/vs2/media'), 'restored');
    assert.deepEqual(compareTrees(directory('/vs1/vol1'), restored, { ignoreOwner: process.getuid?.() !== 0 }), []);
  });

  it('different affinity: a LOCAL connection is refused, three-way goes from node to node', async () => {
    const data = await lab.connect('cluster_mgmt', 'backup', [CAB]);
    const job = { volume: '/vs1/db', device: 'nrst0a', files: 1, cab: true };
    await assert.rejects(dma.localBackup(data, job), /CONNECT/);
    data.destroy();
    const again = await lab.connect('cluster_mgmt', 'backup', [CAB]);
    const tape = await lab.connect('cluster1-01_mgmt', 'backup');
    assert.ok((await dma.threeWayBackup(again, tape, job)) > 2_000_000n);
  });

  it('three-way over IPv6 for those who selected it', async function () {
    const data = await lab.connect('cluster_mgmt', 'backup', [CAE, CAB]);
    if (!(await shownTo(data)).types.includes(TCP_IPV6)) return this.skip();
    const tape = await lab.connect('cluster1-01_mgmt', 'backup', [CAE]);
    const job = { volume: '/vs1/db', device: 'nrst0a', files: 2, cab: true, addressType: TCP_IPV6 };
    assert.ok((await dma.threeWayBackup(data, tape, job)) > 2_000_000n);
  });

  it('after a move the affinity is that of the other node, and increments go on with CAB alone', async () => {
    const first = await shownTo(await lab.connect('cluster_mgmt', 'backup', [CAB]));
    await lab.command('move-volume', '/vs1/vol1', 'cluster1-02', '0');
    const client = await lab.connect('cluster_mgmt', 'backup', [CAB]);
    const shown = await shownTo(client);
    assert.notEqual(first.affinity.volumes['/vs1/vol1'], shown.affinity.volumes['/vs1/vol1']);
    assert.equal(shown.affinity.volumes['/vs1/vol1'], shown.affinity.drives[1]);
    const directory = lab.lab.status().volumes.find(({ path }) => path === '/vs1/vol1')?.directory ?? '';
    writeFileSync(join(directory, 'new.txt'), 'new since the move\n');
    const job = { volume: '/vs1/vol1', level: 1, device: 'nrst1a', files: 0 };
    assert.ok((await dma.localBackup(client, { ...job, cab: true })) < 100_000n, 'an increment');
    const without = await lab.connect('cluster1-02_mgmt', 'backup');
    assert.ok((await dma.localBackup(without, { ...job, cab: false, files: 1 })) > 800_000n, 'all of it anew');
  });

  it('during the cutover nothing begins on the volume', async () => {
    await lab.command('move-volume', '/vs1/home', 'cluster1-02', '30');
    const client = await lab.connect('cluster_mgmt', 'backup', [CAB]);
    await client.expect('NDMP_CAB_DATA_CONN_PREPARE', prepared(TCP, '/vs1/home'), 'BAD_FILE');
    const { body } = await client.post('NDMP_LOG_MESSAGE');
    assert.equal(body.entry, 'Volume is temporarily in a transitional state');
  });
});

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join('.');
}
