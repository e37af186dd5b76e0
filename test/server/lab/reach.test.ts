import assert from 'node:assert/strict';
import { NdmpClient } from '../../support/ndmpClient';
import { CAB, CAE, LAB_PASSWORD, shownTo, TestLab } from '../../support/lab';

const LOCAL = 0;
const TCP = 1;
const TCP_IPV6 = 0x20510004;

/** The volumes of a lab of two nodes, as newCluster places them. */
const FIRST = ['/vs1/vol1', '/vs1/home', '/vs2/media'];
const SECOND = ['/vs1/db', '/vs2/projects', '/vs2/archive'];
const ALL = ['/vs1/vol1', '/vs1/home', '/vs1/db', '/vs2/projects', '/vs2/media', '/vs2/archive'];
const VS1 = ['/vs1/vol1', '/vs1/home', '/vs1/db'];

/** The rows of NetApp's tables ("Manage SVM-scoped NDMP mode"), for LIFs on the first node. */
const ROWS = [
  { lif: 'cluster1-01_mgmt', user: 'backup', cab: false, volumes: FIRST, drives: [0], types: [LOCAL, TCP] },
  { lif: 'cluster1-01_mgmt', user: 'backup', cab: true, volumes: FIRST, drives: [0], types: [LOCAL, TCP] },
  { lif: 'vs1_data1', user: 'vsadmin', cab: false, volumes: ['/vs1/vol1', '/vs1/home'], drives: [], types: [TCP] },
  { lif: 'vs1_data1', user: 'vsadmin', cab: true, volumes: VS1, drives: [], types: [TCP] },
  { lif: 'cluster_mgmt', user: 'admin', cab: false, volumes: FIRST, drives: [], types: [TCP] },
  { lif: 'cluster_mgmt', user: 'admin', cab: true, volumes: ALL, drives: [0, 1], types: [LOCAL, TCP] },
  { lif: 'cluster1-01_ic', user: 'backup', cab: false, volumes: FIRST, drives: [0], types: [LOCAL, TCP] },
  { lif: 'cluster1-01_ic', user: 'backup', cab: true, volumes: ALL, drives: [0, 1], types: [LOCAL, TCP] },
] as const;

describe('lab: what each LIF shows', () => {
  let lab: TestLab;
  before(async () => {
    lab = await TestLab.start();
  });
  after(() => lab.remove());

  for (const { lif, user, cab, volumes, drives, types } of ROWS) {
    it(`${lif} ${cab ? 'with' : 'without'} CAB`, async () => {
      const client = await lab.connect(lif, user, cab ? [CAB] : undefined);
      const shown = await shownTo(client);
      assert.deepEqual([...shown.volumes].sort(), [...volumes].sort());
      assert.deepEqual(shown.drives, drives);
      // the changer is on the first node
      assert.deepEqual(shown.changers, drives.length > 0 ? ['mc0'] : []);
      assert.deepEqual(shown.types, types);
      const given = Object.values(shown.affinity.volumes).concat(shown.affinity.drives, shown.affinity.changers);
      assert.ok(
        given.every((value) => (value !== undefined) === cab),
        'affinity is for those who know CAB',
      );
    });
  }

  it('a LIF on the second node shows what is there, and no changer', async () => {
    const shown = await shownTo(await lab.connect('cluster1-02_mgmt', 'backup'));
    assert.deepEqual(shown.volumes, SECOND);
    assert.deepEqual(shown.drives, [1]);
    assert.deepEqual(shown.changers, []);
  });

  it('equal affinity is what the same node has, and nothing else', async () => {
    const { affinity } = await shownTo(await lab.connect('cluster_mgmt', 'backup', [CAB]));
    const nodes = Object.values(affinity.volumes);
    assert.equal(new Set(nodes).size, 2);
    for (const volume of FIRST) assert.equal(affinity.volumes[volume], affinity.drives[0]);
    for (const volume of SECOND) assert.equal(affinity.volumes[volume], affinity.drives[1]);
    assert.equal(affinity.changers[0], affinity.drives[0]);
  });

  it('IPv6 data connections appear with class 0x2051 alone', async () => {
    const { hasIpv6 } = { hasIpv6: lab.lab.status().lifs[0].addresses.length > 1 };
    const shown = await shownTo(await lab.connect('cluster_mgmt', 'backup', [CAE, CAB]));
    assert.deepEqual(shown.types, hasIpv6 ? [LOCAL, TCP, TCP_IPV6] : [LOCAL, TCP]);
  });

  it('devices and volumes that a LIF does not show cannot be used over it', async () => {
    const client = await lab.connect('vs1_data1', 'vsadmin');
    await client.expect('NDMP_TAPE_OPEN', { device: 'nrst0a', mode: 0 }, 'NO_DEVICE');
    await client.expect('NDMP_SCSI_OPEN', { device: 'mc0' }, 'NO_DEVICE');
    const mgmt = await lab.connect('cluster1-01_mgmt', 'backup');
    await mgmt.expect('NDMP_TAPE_OPEN', { device: 'nrst1a', mode: 0 }, 'NO_DEVICE');
  });

  it('every answer says that it is simulated', async () => {
    const client = await lab.connect('cluster_mgmt', 'backup', [CAB]);
    const server = await client.expect('NDMP_CONFIG_GET_SERVER_INFO');
    assert.match(server.product_name, /simulated/);
    assert.match(server.revision_number, /simulated by NDMP Workbench/);
    const host = await client.expect('NDMP_CONFIG_GET_HOST_INFO');
    assert.deepEqual([host.hostname, host.os_type], ['cluster1-01', 'NetApp']);
    assert.match(host.os_vers, /simulated/);
    const { tape_info } = await client.expect('NDMP_CONFIG_GET_TAPE_INFO');
    assert.match(tape_info[0].model, /simulated/);
  });

  it('a drive has a name for each rewind type and density', async () => {
    const client = await lab.connect('cluster1-01_mgmt', 'backup');
    const { tape_info } = await client.expect('NDMP_CONFIG_GET_TAPE_INFO');
    const names = tape_info[0].caplist.map(({ device, attr }) => `${device} ${attr & 3}`);
    const expected = [...'lmha'].flatMap((density) => [`rst0${density} 1`, `nrst0${density} 0`, `urst0${density} 2`]);
    assert.deepEqual([...names].sort(), expected.sort());
  });

  it('speaks version 4 alone', async () => {
    const client = await NdmpClient.connect(lab.address('cluster_mgmt'));
    await client.expect('NDMP_CONNECT_OPEN', { protocol_version: 3 }, 'ILLEGAL_ARGS');
    await client.open(4);
    client.destroy();
  });
});

describe('lab: who may log in where', () => {
  let lab: TestLab;
  before(async () => {
    lab = await TestLab.start();
  });
  after(() => lab.remove());

  const CLUSTER = ['cluster1-01_mgmt', 'cluster_mgmt', 'cluster1-02_ic'];
  const DATA = ['vs1_data1', 'vs2_data2'];
  for (const user of ['admin', 'backup', 'vsadmin', 'vsadmin-backup', 'root', '']) {
    it(`${JSON.stringify(user)}`, async () => {
      for (const lif of [...CLUSTER, ...DATA]) {
        const isCluster = CLUSTER.includes(lif);
        const may = user.startsWith('vs') ? !isCluster : isCluster && (user === 'admin' || user === 'backup');
        const client = await lab.connect(lif, undefined);
        const auth_data = await client.authData(user, LAB_PASSWORD, 'md5');
        await client.expect('NDMP_CONNECT_CLIENT_AUTH', { auth_data }, may ? 'NO_ERR' : 'NOT_AUTHORIZED');
      }
    });
  }

  it('plain text is taken only where it was allowed', async () => {
    const client = await lab.connect('cluster_mgmt', undefined);
    const auth_data = await client.authData('backup', LAB_PASSWORD, 'text');
    assert.notEqual((await client.request('NDMP_CONNECT_CLIENT_AUTH', { auth_data })).error, 'NO_ERR');
    await lab.stop();
    await lab.startAgain({ plaintext: true });
    const again = await lab.connect('cluster_mgmt', undefined);
    await again.login('backup', LAB_PASSWORD, 'text');
  });
});
