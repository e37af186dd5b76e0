import assert from 'node:assert/strict';
import { openConnection } from '../../../src/dma/connection/open';
import { CLUSTER_EXTENSIONS } from '../../../src/dma/connection/extensions';
import type { ServerReport } from '../../../src/dma/query/model';
import { reportOf } from '../../../src/dma/query/report';
import { plainDefinition } from '../../../src/dma/servers/definitions';
import type { ServerDefinition } from '../../../src/dma/servers/model';
import { FakeServer, refused, type FakeOptions } from '../../support/fakeServer';
import { LAB_PASSWORD, TestLab } from '../../support/lab';
import { TestServer } from '../../support/testServer';

async function reported(
  definition: ServerDefinition,
  password: string,
  extensions = CLUSTER_EXTENSIONS,
): Promise<ServerReport> {
  const connection = await openConnection({ definition, password: () => Promise.resolve(password), extensions });
  try {
    return await reportOf(connection, definition);
  } finally {
    await connection.close();
  }
}

describe('dma: the report of a server', () => {
  it('has everything that a server of version 3 or 4 tells', async () => {
    const server = await TestServer.start({ library: { slots: 2, drives: 2 } });
    try {
      for (const version of [3, 4] as const) {
        const definition = { ...plainDefinition('s', '127.0.0.1'), port: server.port, version };
        const report = await reported(definition, 'ndmp');
        assert.equal(report.version, version);
        assert.deepEqual(report.refused, []);
        assert.deepEqual(
          report.tapes.map(({ device }) => device),
          ['nst0', 'nst1'],
        );
        assert.deepEqual(
          report.changers.map(({ device }) => device),
          ['mc0'],
        );
        assert.equal(report.fileSystems[0].name, server.root);
        assert.ok((report.fileSystems[0].totalSize ?? 0n) > 0n);
        assert.ok(report.connectionTypes.includes('TCP'));
        const dump = report.backupTypes.find(({ name }) => name === 'dump');
        assert.ok(dump?.attributes.includes('BACKUP_INCREMENTAL'));
        assert.equal(dump?.defaults.find(({ name }) => name === 'LEVEL')?.value, '0');
      }
    } finally {
      await server.stop();
    }
  });

  it('asks a v2 server type by type, and completes it with what the user says', async () => {
    const server = await TestServer.start();
    try {
      const named = { filesystems: ['/vol/a'], tapes: ['nst0'], changers: ['mc0'] };
      const definition = { ...plainDefinition('s', '127.0.0.1'), port: server.port, version: 2 as const, ...named };
      const report = await reported(definition, 'ndmp');
      assert.deepEqual(
        report.backupTypes.map(({ name }) => name),
        ['dump', 'tar'],
      );
      assert.ok(report.backupTypes[1].attributes.includes('NO_RECOVER_INC_ONLY'));
      assert.deepEqual(
        [...report.fileSystems.map(({ name }) => name), ...report.tapes.map(({ device }) => device)],
        ['/vol/a', 'nst0'],
      );
      assert.deepEqual(report.authTypes, ['text', 'md5']);
    } finally {
      await server.stop();
    }
  });

  describe('of a cluster', () => {
    let lab: TestLab;
    before(async () => {
      lab = await TestLab.start();
    });
    after(() => lab.remove());

    const cluster = (): ServerDefinition => ({
      ...plainDefinition('cluster', lab.address('cluster_mgmt').host),
      port: lab.address('cluster_mgmt').port,
      user: 'backup',
    });

    it('has affinity of volumes, drives and changer with Cluster Aware Backup', async () => {
      const report = await reported(cluster(), LAB_PASSWORD);
      assert.ok(report.inForce.some((each) => each.class === 0x2052));
      assert.ok(report.extensions.some((each) => each.class === 0x2050));
      const things = [...report.fileSystems, ...report.tapes, ...report.changers];
      assert.ok(things.length > 4 && things.every(({ affinity }) => affinity !== undefined));
      assert.equal(new Set(report.fileSystems.map(({ affinity }) => affinity)).size > 1, true);
    });

    it('has none without', async () => {
      const report = await reported(cluster(), LAB_PASSWORD, []);
      assert.deepEqual(report.inForce, []);
      assert.ok(report.fileSystems.every(({ affinity }) => affinity === undefined));
    });
  });

  describe('of servers that say little, or nonsense', () => {
    async function of(answers: FakeOptions['answers']): Promise<ServerReport> {
      const server = await FakeServer.start({
        answers: { NDMP_CONFIG_GET_SERVER_INFO: () => ({ auth_type: [0] }), ...answers },
      });
      try {
        return await reported({ ...plainDefinition('s', '127.0.0.1'), port: server.port }, '', []);
      } finally {
        await server.stop();
      }
    }

    it('says what was refused', async () => {
      const report = await of({
        NDMP_CONFIG_GET_TAPE_INFO: () => ({ headerError: 'NOT_SUPPORTED' }),
        NDMP_CONFIG_GET_FS_INFO: () => refused('NOT_AUTHORIZED'),
        NDMP_CONFIG_GET_BUTYPE_INFO: () => ({ raw: new Uint8Array(3) }),
      });
      assert.deepEqual(report.refused, [
        { request: 'NDMP_CONFIG_GET_BUTYPE_INFO', error: 'XDR_DECODE' },
        { request: 'NDMP_CONFIG_GET_FS_INFO', error: 'NOT_AUTHORIZED' },
        { request: 'NDMP_CONFIG_GET_TAPE_INFO', error: 'NOT_SUPPORTED' },
      ]);
      assert.deepEqual(report.tapes, []);
    });

    it('takes a backup type that is listed twice for one, and address types that nobody knows by number', async () => {
      const report = await of({
        NDMP_CONFIG_GET_BUTYPE_INFO: () => ({
          butype_info: [
            { butype_name: 'dump', default_env: [], attrs: 0x10 },
            { butype_name: 'dump', default_env: [{ name: 'LEVEL', value: '0' }], attrs: 0xffffffff },
          ],
        }),
        NDMP_CONFIG_GET_CONNECTION_TYPE: () => ({ addr_types: [0, 1, 1, 2, 0x20510004, 77] }),
      });
      assert.equal(report.backupTypes.length, 1);
      assert.deepEqual(report.backupTypes[0].defaults, [{ name: 'LEVEL', value: '0' }]);
      assert.deepEqual(report.connectionTypes, ['LOCAL', 'TCP', 'FC', 'TCP_IPV6', 'type 0x4d']);
    });

    it('does not believe a count of a million devices', async () => {
      const count = new Uint8Array(8);
      new DataView(count.buffer).setUint32(4, 1_000_000);
      const report = await of({ NDMP_CONFIG_GET_TAPE_INFO: () => ({ raw: count }) });
      assert.deepEqual(report.tapes, []);
    });

    it('keeps device names as they came', async () => {
      const device = 'nrst0a \udcff ';
      const caplist = [{ device, attr: 0, capability: [] }];
      const report = await of({ NDMP_CONFIG_GET_TAPE_INFO: () => ({ tape_info: [{ model: '', caplist }] }) });
      assert.equal(report.tapes[0].device, device);
    });
  });
});
