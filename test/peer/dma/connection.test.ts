import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLUSTER_EXTENSIONS } from '../../../src/dma/connection/extensions';
import { openConnection, type OpenOrder } from '../../../src/dma/connection/open';
import { reportOf } from '../../../src/dma/query/report';
import { plainDefinition } from '../../../src/dma/servers/definitions';
import { NdmjobServer } from '../../support/ndmjob';
import { describeWithPeer } from '../../support/peers';

describeWithPeer('ndmjob', 'dma: connections to ndmjob', () => {
  let folder: string;
  let server: NdmjobServer;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ndmp-ndmjob-'));
    server = await NdmjobServer.start(folder);
  });
  after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  function order(version: 2 | 3 | 4, auth: 'auto' | 'text' | 'none' = 'auto', password = 'ndmp'): OpenOrder {
    const definition = { ...plainDefinition('ndmjob', '127.0.0.1'), port: server.port, version, auth };
    return { definition, password: () => Promise.resolve(password), extensions: CLUSTER_EXTENSIONS };
  }

  for (const version of [2, 3, 4] as const) {
    it(`opens v${version}, logs in by the strongest kind, and learns what it tells`, async () => {
      const wanted = order(version);
      const began = Date.now();
      const connection = await openConnection(wanted);
      try {
        assert.equal(connection.version, version);
        assert.equal(connection.introduction?.auth, 'md5');
        const definition = { ...wanted.definition, tapes: [join(folder, 'tape0')], filesystems: ['/srv'] };
        const report = await reportOf(connection, definition);
        // it passes GET_EXT_LIST over in silence: nobody waits ten seconds for it
        assert.ok(Date.now() - began < 8000);
        assert.ok(report.connectionTypes.includes('TCP'));
        assert.ok(report.tapes.some(({ device }) => device === join(folder, 'tape0')));
        assert.ok(report.fileSystems.some(({ name }) => name === '/srv'));
        assert.deepEqual(report.inForce, []);
        if (version > 2) {
          const tar = report.backupTypes.find(({ name }) => name === 'tar');
          assert.ok(tar?.attributes.includes('BACKUP_DIRECT'));
          assert.notEqual(report.product, '');
        }
        if (version === 4) assert.ok(report.refused.some(({ request }) => request === 'NDMP_CONFIG_GET_EXT_LIST'));
      } finally {
        await connection.close();
      }
      assert.equal(await connection.closed, undefined);
    });

    it(`logs in by text in v${version}`, async () => {
      const connection = await openConnection(order(version, 'text'));
      await connection.close();
    });

    it(`says that a password is wrong in v${version}`, async () => {
      await assert.rejects(openConnection(order(version, 'auto', 'wrong')), /user or the password is wrong/);
    });
  }

  it('goes on after a request that it refuses in the header', async () => {
    const connection = await openConnection(order(4));
    try {
      const { error } = await connection.ask('NDMP_DATA_LISTEN', { addr_type: 1 });
      assert.equal(error, 'NOT_SUPPORTED');
      await connection.request('NDMP_DATA_GET_STATE');
    } finally {
      await connection.close();
    }
  });
});
