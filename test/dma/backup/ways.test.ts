import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DmaHand, type PartialJob } from '../../support/dmaHand';
import { TestServer } from '../../support/testServer';
import { compareTrees, makeTree } from '../../support/trees';

const OWNER = { ignoreOwner: process.getuid?.() !== 0 };
const VERSIONS = [2, 3, 4] as const;

/** Every way between two servers, with the side that listens. */
const WAYS: readonly { title: string; job: Partial<PartialJob>; path: string; since: number }[] = [
  { title: 'three-way, the mover listens', job: { listen: 'mover' }, path: 'three-way', since: 2 },
  { title: 'three-way, the data server listens', job: { listen: 'data' }, path: 'three-way', since: 3 },
  { title: 'through this machine', job: { topology: 'indirect' }, path: 'indirect', since: 2 },
];

describe('Backup from one server to the drive of another', () => {
  let filer: TestServer;
  let tapes: TestServer;
  let hand: DmaHand;

  beforeEach(async () => {
    [filer, tapes] = await Promise.all([
      TestServer.start({ cartridges: [] }),
      TestServer.start({ library: { slots: 3, drives: 1 } }),
    ]);
    hand = await DmaHand.make();
    makeTree(join(filer.root, 'tree'));
  });
  afterEach(async () => {
    await hand.remove();
    await Promise.all([filer.stop(), tapes.stop()]);
  });

  for (const { title, job, path, since } of WAYS)
    for (const data of VERSIONS)
      for (const mover of VERSIONS)
        if (data >= since && mover >= since)
          it(`${title}: data server v${data}, tape server v${mover}`, async () => {
            hand.serve('filer', filer.port, data, { filesystems: [filer.root] });
            hand.serve('tapes', tapes.port, mover, { tapes: tapes.tapes, changers: ['mc0'] });
            const whole: PartialJob = { sources: [filer.root], target: { server: 'tapes' }, ...job };
            const plan = await hand.plan(whole);
            assert.deepEqual(plan.refusals, []);
            assert.equal(plan.sources[0].path, path);
            const report = await hand.backUp(whole);
            assert.equal(report.state, 'done', `${report.message}\n${hand.messages.join('\n')}`);
            const set = await hand.catalog.set(report.sources[0].set ?? 0);
            assert.equal(set?.topology, path);
            assert.equal(set.digest !== undefined, path === 'indirect');
            const target = join(filer.folder, 'export', 'restored');
            await hand.restore(target);
            assert.deepEqual(compareTrees(join(filer.root, 'tree'), join(target, 'tree'), OWNER), []);
          });
});
