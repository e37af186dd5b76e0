import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { RestoreRequest } from '../../../src/dma/restore/model';
import { TestSurroundings } from '../../support/dmaSurroundings';
import { backUpJob, restoreWell } from '../../support/restores';
import { TestServer } from '../../support/testServer';
import { compareTrees, makeTree } from '../../support/trees';

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((each) => each?.address === '::1');

describe('dma restore over IPv6', function () {
  this.timeout(60_000);
  let filer: TestServer;
  let tapes: TestServer;
  let surroundings: TestSurroundings;
  let source: string;

  before(async function () {
    if (!hasIpv6) return this.skip();
    filer = await TestServer.start({ address: '::1', cartridges: [] });
    tapes = await TestServer.start({ address: '::1', library: { slots: 3, drives: 1 } });
    surroundings = await TestSurroundings.make([
      { name: 'filer', host: '::1', port: filer.port },
      { name: 'tapes', host: '::1', port: tapes.port },
    ]);
    source = join(filer.root, 'source');
    makeTree(source);
    const target = { pool: 'daily', server: 'tapes' };
    await backUpJob(surroundings, { server: 'filer', sources: [source], type: 'tar', target });
  });
  after(async () => {
    await surroundings?.remove();
    await filer?.stop();
    await tapes?.stop();
  });

  const ways: [string, Partial<RestoreRequest>][] = [
    ['the mover listens', {}],
    ['the data server listens', { listen: 'data' }],
    ['through this machine', { topology: 'indirect' }],
  ];
  for (const [n, [title, change]] of ways.entries())
    it(`where the control connections are: ${title}`, async () => {
      const to = join(filer.root, `target ${n}`);
      mkdirSync(to);
      const { plan } = await restoreWell(surroundings, { to, ...change });
      assert.equal(plan.addressType, 'TCP_IPV6');
      assert.deepEqual(compareTrees(source, to, { ignoreDirectoryTimes: true }), []);
    });
});
