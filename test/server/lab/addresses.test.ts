import assert from 'node:assert/strict';
import { addressLifs } from '../../../src/server/lab/addresses';
import { newCluster } from '../../../src/server/lab/newCluster';

describe('lab: addresses of LIFs', () => {
  const state = newCluster({ nodes: 2, drives: 1, scope: 'svm' });

  it('are loopback addresses of their own with one port', async () => {
    const addresses = await addressLifs(state, 10_000, () => Promise.resolve(true));
    assert.deepEqual(
      [...addresses].map(([name, { host, port }]) => `${name} ${host}:${port}`),
      [
        'cluster_mgmt 127.77.0.10:10000',
        'cluster1-01_mgmt 127.77.0.11:10000',
        'cluster1-02_mgmt 127.77.0.12:10000',
        'cluster1-01_ic 127.77.0.21:10000',
        'cluster1-02_ic 127.77.0.22:10000',
        'vs1_data1 127.77.1.1:10000',
        'vs1_data2 127.77.1.2:10000',
        'vs2_data1 127.77.2.1:10000',
        'vs2_data2 127.77.2.2:10000',
      ],
    );
  });

  it('are ports of the one loopback address where there are no more', async () => {
    const addresses = await addressLifs(state, 10_000, () => Promise.resolve(false));
    assert.deepEqual([...new Set([...addresses.values()].map(({ host }) => host))], ['127.0.0.1']);
    const ports = [...addresses.values()].map(({ port }) => port);
    assert.deepEqual(
      ports,
      ports.map((_port, at) => 10_000 + at),
    );
    const free = await addressLifs(state, 0, () => Promise.resolve(false));
    assert.ok([...free.values()].every(({ port }) => port === 0));
  });
});
