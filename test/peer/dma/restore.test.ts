import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { RestoreFrom } from '../../../src/dma/restore/model';
import { TestSurroundings } from '../../support/dmaSurroundings';
import { NdmjobServer } from '../../support/ndmjob';
import { describeWithPeer } from '../../support/peers';
import { backUpJob, restore, restoreWell } from '../../support/restores';
import { TestServer } from '../../support/testServer';
import { compareTrees, makeTree } from '../../support/trees';

const FORMATTER = resolve(__dirname, '../ndmjob/formatter.sh');
const RECORD = 10_240;

describeWithPeer('ndmjob', "dma restore with ndmjob's server", function () {
  this.timeout(40_000);
  for (const version of [2, 3, 4] as const)
    describe(`v${version}`, () => {
      let server: TestServer;
      let peer: NdmjobServer;
      let surroundings: TestSurroundings;
      let source: string;
      let target: string;
      let peerTape: string;
      /** Each backup has a pool of its own, for its tape is a fresh one. */
      let pools = 0;

      before(async () => {
        server = await TestServer.start({ cartridges: [{ barcode: 'OURS01L8' }] });
        source = join(server.root, 'source');
        makeTree(source);
        const bin = join(server.folder, 'bin');
        mkdirSync(bin);
        copyFileSync(FORMATTER, join(bin, 'wrap_tar'));
        peerTape = join(server.folder, 'peer-tape');
        peer = await NdmjobServer.start(server.folder, bin);
        const filesystems = [server.root];
        surroundings = await TestSurroundings.make([
          { name: 'ours', port: server.port, version, filesystems, tapes: server.tapes },
          { name: 'peer', port: peer.port, version, filesystems, tapes: [peerTape] },
        ]);
        // the only tape is in the drive
        surroundings.answer = () => (surroundings.questions.length < 100 ? 'go-on' : 'give-up');
      });
      after(async () => {
        await surroundings.remove();
        await peer.stop();
        await server.stop();
      });
      beforeEach(() => {
        writeFileSync(peerTape, '');
        rmSync(`${peerTape}.pos`, { force: true });
        rmSync(`${peerTape}.lck`, { force: true });
        target = join(server.root, 'target');
        mkdirSync(target);
      });
      afterEach(() => rmSync(target, { recursive: true, force: true }));

      /** @returns the set, to restore from */
      const backUp = async (data: string, tape: string, drive: string): Promise<RestoreFrom> => {
        const target = { pool: `pool${++pools}`, server: tape, drives: [drive], recordSize: RECORD };
        const job = { server: data, sources: [source], type: 'tar', target };
        const { sources } = await backUpJob(surroundings, job, { full: true });
        return { kind: 'set', set: sources[0].set ?? 0 };
      };
      const tapeAt = (server: string, drive: string) => ({ server, changer: '', drives: [drive] });
      const same = () => assert.deepEqual(compareTrees(source, target, { ignoreDirectoryTimes: true }), []);
      /** GNU tar keeps seconds only. */
      const sameWithTar = () =>
        assert.deepEqual(compareTrees(source, target, { ignoreDirectoryTimes: true, timeStepNs: 1_000_000_000n }), []);

      it('data and tape there', async () => {
        const from = await backUp('peer', 'peer', peerTape);
        const { plan } = await restoreWell(surroundings, { from, to: target, tape: tapeAt('peer', peerTape) });
        assert.equal(plan.path, 'local');
        sameWithTar();
      });

      it('data here, tape there: everything, and chosen files without direct access', async () => {
        const from = await backUp('ours', 'peer', peerTape);
        const tape = tapeAt('peer', peerTape);
        await restoreWell(surroundings, { from, to: target, tape });
        same();
        const to = join(target, 'chosen');
        // in v2 no server says what it is
        const chosen = { from, to, tape, wanted: ['/dir/size 100000'], direct: version > 2 };
        const { plan, report } = await restoreWell(surroundings, chosen);
        assert.equal(report.sets[0].direct, false);
        assert.match(plan.steps[0].why, version > 2 ? /the mover of peer sends whole records only/ : /asked for/);
        assert.deepEqual(readFileSync(join(to, 'dir/size 100000')), readFileSync(join(source, 'dir/size 100000')));
        assert.equal(existsSync(join(to, 'one byte')), false);
      });

      if (version > 2)
        it('says at once what its mover can not do', async () => {
          const from = await backUp('ours', 'peer', peerTape);
          const tape = tapeAt('peer', peerTape);
          const { report } = await restore(surroundings, { from, to: target, tape, wanted: ['/dir/inner/big'] });
          assert.equal(report.state, 'failed');
          assert.match(report.message, /sends whole records of 10240 bytes only/);
        });

      it('data here, tape there, through this machine', async () => {
        const from = await backUp('ours', 'peer', peerTape);
        const tape = tapeAt('peer', peerTape);
        const { plan } = await restoreWell(surroundings, { from, to: target, tape, topology: 'indirect' });
        assert.equal(plan.path, 'indirect');
        same();
      });

      it('data there, tape here', async () => {
        const from = await backUp('peer', 'ours', server.tapes[0]);
        await restoreWell(surroundings, { from, to: target, tape: tapeAt('ours', server.tapes[0]) });
        sameWithTar();
      });
    });
});
