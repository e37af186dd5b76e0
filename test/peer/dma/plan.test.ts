import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BackupPlan } from '../../../src/dma/plan/model';
import { DmaHand, type PartialJob } from '../../support/dmaHand';
import { NdmjobServer } from '../../support/ndmjob';
import { describeWithPeer } from '../../support/peers';
import { CHANGER, TestServer } from '../../support/testServer';

/** The way of the only source, or why it cannot run. */
function way({ sources, refusals }: BackupPlan): string {
  const [source] = sources;
  return source ? [source.through ?? source.path, source.addressType, source.listener].join(' ') : refusals.join(' ');
}

describeWithPeer('ndmjob', "dma plans with ndmjob's server", function () {
  this.timeout(60_000);
  for (const version of [2, 3, 4] as const)
    describe(`v${version}`, () => {
      let folder: string;
      let peer: NdmjobServer;
      let ours: TestServer;
      let hand: DmaHand;

      before(async () => {
        folder = mkdtempSync(join(tmpdir(), 'ndmjob-plan-'));
        const robot = join(folder, 'robot');
        mkdirSync(robot);
        peer = await NdmjobServer.start(folder);
        ours = await TestServer.start({ library: { slots: 4, drives: 2 } });
        hand = await DmaHand.make();
        const tapes = [join(robot, 'drive0'), join(robot, 'drive1')];
        hand.serve('filer', peer.port, version, { filesystems: [folder], tapes, changers: [robot] });
        hand.serve('ours', ours.port, version, { tapes: ['nst0', 'nst1'], changers: [CHANGER] });
      });
      after(async () => {
        await hand.remove();
        await ours.stop();
        await peer.stop();
        rmSync(folder, { recursive: true, force: true });
      });

      const plan = (job: Partial<PartialJob>) =>
        hand.plan({ sources: [job.server === 'ours' ? ours.root : folder], ...job });
      const ways: [string, Partial<PartialJob>, RegExp][] = [
        ['data and tape there', {}, /^local LOCAL mover$/],
        ['data there, tape here', { target: { server: 'ours' } }, /^three-way TCP mover$/],
        ['data here, tape there', { server: 'ours', target: { server: 'filer' } }, /^three-way TCP mover$/],
        ['through this machine', { topology: 'indirect' }, /^relay TCP this-machine$/],
        [
          'its data server cannot listen',
          { topology: 'three-way', listen: 'data' },
          /DATA_LISTEN|only the mover can listen/,
        ],
        [
          'our data server listens where both versions can',
          { server: 'ours', topology: 'three-way', listen: 'data', target: { server: 'filer' } },
          version === 2 ? /only the mover can listen/ : /^three-way TCP data$/,
        ],
      ];
      for (const [name, job, expected] of ways)
        it(name, async () => {
          assert.match(way(await plan(job)), expected);
        });

      it('finds its robot, drives and cartridges, whatever the version can tell', async () => {
        const { sources, warnings } = await plan({});
        assert.equal(sources[0].drives.length, 2);
        assert.ok(sources[0].tapes.length >= 10, 'the robot has ten cartridges');
        assert.deepEqual(warnings, []);
      });

      it('makes full backups only, since tar has no levels there', async () => {
        const { sources } = await plan({});
        assert.equal(sources[0].level, 0);
      });
    });
});
