import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { TestSurroundings } from '../../support/dmaSurroundings';
import { backUpJob, restoreWell } from '../../support/restores';
import { TestServer } from '../../support/testServer';
import { compareTrees, makeTree } from '../../support/trees';

for (const version of [2, 3, 4] as const)
  describe(`dma restore from a library, v${version}`, () => {
    let server: TestServer;
    let surroundings: TestSurroundings;
    let source: string;
    let target: string;

    beforeEach(async () => {
      server = await TestServer.start({ library: { slots: 4, drives: 2 } });
      source = join(server.root, 'source');
      target = join(server.root, 'target');
      mkdirSync(target);
      makeTree(source);
      surroundings = await TestSurroundings.make([
        {
          name: 'filer',
          port: server.port,
          version,
          ...(version === 2 ? { filesystems: [server.root], tapes: server.tapes, changers: ['mc0'] } : {}),
        },
      ]);
    });
    afterEach(async () => {
      await surroundings.remove();
      await server.stop();
    });

    it('gives everything back, elsewhere', async () => {
      await backUpJob(surroundings, { server: 'filer', sources: [source], type: 'tar', target: { pool: 'daily' } });
      const { plan, report } = await restoreWell(surroundings, { to: target });
      assert.equal(plan.path, 'local');
      assert.deepEqual(compareTrees(source, target, { ignoreDirectoryTimes: true }), []);
      assert.deepEqual(report.sets[0].counts, { restored: 1, failed: 0, untold: 0 });
      assert.equal(surroundings.left, 0);
    });
  });
