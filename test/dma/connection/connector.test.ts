import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Catalog } from '../../../src/dma/catalog/model';
import { openCatalog } from '../../../src/dma/catalog/open';
import { CLUSTER_EXTENSIONS } from '../../../src/dma/connection/extensions';
import { Connector } from '../../../src/dma/connection/connector';
import { serverBook } from '../../../src/dma/servers/book';
import { plainDefinition } from '../../../src/dma/servers/definitions';
import { Identities } from '../../../src/dma/servers/identities';
import type { ServerDefinition } from '../../../src/dma/servers/model';
import { filePins } from '../../../src/dma/servers/pins';
import { FakeServer } from '../../support/fakeServer';
import { LAB_PASSWORD, TestLab } from '../../support/lab';

describe('dma: connections by name', () => {
  let folder: string;
  let catalog: Catalog;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ndmp-connector-'));
    catalog = await openCatalog(join(folder, 'catalog.db'));
  });
  afterEach(async () => {
    await catalog.close();
    rmSync(folder, { recursive: true });
  });

  const connector = (servers: readonly ServerDefinition[]): Connector =>
    new Connector({
      book: serverBook(servers, 'the test'),
      passwords: () => Promise.resolve(LAB_PASSWORD),
      pins: filePins(join(folder, 'pins.json')),
      identities: new Identities(join(folder, 'identities.json'), catalog),
    });

  async function identityAt(servers: readonly ServerDefinition[], extensions = CLUSTER_EXTENSIONS): Promise<string> {
    const used = connector(servers);
    try {
      const connection = await used.connect('server', { role: 'test', extensions });
      return connection.introduction?.identity ?? '';
    } finally {
      await used.close();
    }
  }

  describe('in a cluster', () => {
    let lab: TestLab;
    beforeEach(async () => {
      lab = await TestLab.start();
    });
    afterEach(() => lab.remove());

    const at = (lif: string, user: string, ...others: string[]): ServerDefinition => ({
      ...plainDefinition('server', lab.address(lif).host),
      port: lab.address(lif).port,
      user,
      addresses: others.map((each) => `${lab.address(each).host}:${lab.address(each).port}`),
    });

    for (const extensions of [CLUSTER_EXTENSIONS, []])
      it(`know it again after its LIF has moved to another node (${extensions.length} extensions wanted)`, async () => {
        const servers = [at('cluster_mgmt', 'backup')];
        const before = await identityAt(servers, extensions);
        assert.match(before, /@cluster1-01$/);
        await lab.command('migrate-lif', 'cluster_mgmt', 'cluster1-02');
        assert.equal(await identityAt(servers, extensions), before);
        assert.equal(await catalog.serverIdentity('server'), before);
      });

    it('go on at another address when a node is down', async () => {
      const servers = [at('cluster1-01_ic', 'backup', 'cluster1-02_ic')];
      const before = await identityAt(servers);
      await lab.command('node-down', 'cluster1-01');
      const used = connector(servers);
      const connection = await used.connect('server', { role: 'test', extensions: CLUSTER_EXTENSIONS });
      assert.equal(connection.address, lab.address('cluster1-02_ic').host);
      assert.equal(connection.introduction?.identity, before);
      await used.close();
      assert.equal(connection.isOpen, false);
    });

    it('refuse another server at the address', async () => {
      const before = await identityAt([at('cluster_mgmt', 'backup')]);
      const stranger = await FakeServer.start({
        answers: {
          NDMP_CONFIG_GET_SERVER_INFO: () => ({ auth_type: [0] }),
          NDMP_CONFIG_GET_HOST_INFO: () => ({ hostname: 'else', hostid: '12345678' }),
        },
      });
      try {
        const servers = [{ ...plainDefinition('server', '127.0.0.1'), port: stranger.port }];
        await assert.rejects(identityAt(servers), /Another server answers for server .*12345678@else.*known as/);
        assert.equal(await catalog.serverIdentity('server'), before);
        assert.ok(!stranger.requests.includes('NDMP_TAPE_OPEN'));
      } finally {
        await stranger.stop();
      }
    });
  });

  it('ask a server for extensions once when it passes the question over', async () => {
    const silent = await FakeServer.start({
      answers: {
        NDMP_CONFIG_GET_SERVER_INFO: () => ({ auth_type: [0] }),
        NDMP_CONFIG_GET_EXT_LIST: () => 'silence',
      },
    });
    const used = connector([{ ...plainDefinition('server', '127.0.0.1'), port: silent.port }]);
    try {
      for (let n = 0; n < 3; n++) await used.connect('server', { role: 'test', extensions: CLUSTER_EXTENSIONS });
      assert.equal(silent.requests.filter((name) => name === 'NDMP_CONFIG_GET_EXT_LIST').length, 1);
      await assert.rejects(
        used.connect('nobody', { role: 'test' }),
        /no server named nobody\. In the test there are: server/,
      );
    } finally {
      await used.close();
      await silent.stop();
    }
    assert.equal(silent.requests.filter((name) => name === 'NDMP_CONNECT_CLOSE').length, 3);
  });
});
