import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { TestSurroundings } from '../../support/dmaSurroundings';
import { backUpJob, restore, restoreWell } from '../../support/restores';
import { TestServer } from '../../support/testServer';
import { compareTrees, makeTree } from '../../support/trees';

for (const version of [2, 3, 4] as const)
  describe(`dma restore from a library, v${version}`, function () {
    this.timeout(60_000);
    let server: TestServer;
    let surroundings: TestSurroundings;
    let source: string;
    let target: string;

    before(async () => {
      server = await TestServer.start({ library: { slots: 4, drives: 2 } });
      source = join(server.root, 'source');
      makeTree(source);
      const lists = { filesystems: [server.root], tapes: server.tapes, changers: ['mc0'] };
      surroundings = await TestSurroundings.make([{ name: 'filer', port: server.port, version, ...lists }]);
      await backUpJob(surroundings, { server: 'filer', sources: [source], type: 'tar', target: { pool: 'daily' } });
    });
    after(async () => {
      await surroundings.remove();
      await server.stop();
    });
    beforeEach(() => {
      target = join(server.root, 'target');
      mkdirSync(target);
    });
    afterEach(() => rmSync(target, { recursive: true, force: true }));

    it('gives everything back, elsewhere', async () => {
      const { plan, report } = await restoreWell(surroundings, { to: target });
      assert.equal(plan.path, 'local');
      assert.deepEqual(compareTrees(source, target, { ignoreDirectoryTimes: true }), []);
      assert.deepEqual(report.sets[0].counts, { restored: 1, failed: 0, untold: 0 });
      assert.equal(surroundings.left, 0);
    });

    it('gives chosen files back by direct access, one of them renamed', async () => {
      const wanted = ['/dir/inner/big', 'size 5*', '/odd names/back\\slash "quoted" \'single\''];
      const renames = [{ from: '/dir/inner/big', to: '/elsewhere/large' }];
      const { plan, report } = await restoreWell(surroundings, { to: target, wanted, renames });
      assert.equal(report.sets[0].direct, true);
      assert.equal(report.sets[0].counts.restored, 5);
      assert.deepEqual(readFileSync(join(target, 'elsewhere/large')), readFileSync(join(source, 'dir/inner/big')));
      for (const size of [511, 512, 513]) assert.deepEqual(readFileSync(join(target, `dir/size ${size}`)).length, size);
      assert.equal(existsSync(join(target, 'dir/size 10240')), false);
      assert.deepEqual(plan.barcodes, report.sets[0].barcodes);
    });

    it('gives a directory back with all below it, also without direct access', async () => {
      for (const direct of [true, false]) {
        const to = join(target, String(direct));
        const { report } = await restoreWell(surroundings, { to, wanted: ['/dir'], direct });
        assert.equal(report.sets[0].direct, direct);
        assert.deepEqual(compareTrees(join(source, 'dir'), join(to, 'dir')), []);
      }
    });

    it('says which file could not be restored, and restores the others', async () => {
      mkdirSync(join(target, 'one byte/in the way'), { recursive: true });
      const { report } = await restore(surroundings, { to: target, wanted: ['/one byte', '/dir/size 512'] });
      assert.equal(report.state, 'failed');
      assert.deepEqual(report.sets[0].counts, { restored: 1, failed: 1, untold: 0 });
      assert.match(report.message, /1 of 2 could not be restored, the rest was\. First: \/one byte: /);
      assert.equal(existsSync(join(target, 'dir/size 512')), true);
    });
  });
