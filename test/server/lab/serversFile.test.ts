import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LAB_PASSWORD, TestLab } from '../../support/lab';
import { NdmpClient } from '../../support/ndmpClient';

interface Listed {
  host: string;
  port: number;
  user: string;
  dataNetworks: string[];
}

describe('server: lab: its list of servers', () => {
  const listed = (lab: TestLab): Record<string, Listed> => {
    const text = readFileSync(join(lab.folder, 'lab/ndmp-servers.json'), 'utf8');
    assert.ok(!text.includes(LAB_PASSWORD));
    return (JSON.parse(text) as { servers: Record<string, Listed> }).servers;
  };

  it('names the cluster, its nodes and its SVMs, and each can be logged in at', async () => {
    const lab = await TestLab.start({ nodes: 3 });
    try {
      const servers = listed(lab);
      assert.deepEqual(Object.keys(servers), ['cluster1', 'cluster1-01', 'cluster1-02', 'cluster1-03', 'vs1', 'vs2']);
      for (const { host, port, user, dataNetworks } of Object.values(servers)) {
        const client = await NdmpClient.connect({ host, port, version: 4, login: { user, password: LAB_PASSWORD } });
        await client.close();
        assert.ok(dataNetworks.includes(`${host}/32`));
      }
    } finally {
      await lab.remove();
    }
  });

  it('names the nodes alone where there are no SVMs to log in at', async () => {
    const lab = await TestLab.start({ scope: 'node' });
    try {
      assert.deepEqual(
        Object.entries(listed(lab)).map(([name, { user }]) => [name, user]),
        [
          ['cluster1-01', 'root'],
          ['cluster1-02', 'root'],
        ],
      );
    } finally {
      await lab.remove();
    }
  });
});
