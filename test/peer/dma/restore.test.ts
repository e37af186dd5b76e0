import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { RestoreFrom } from '../../../src/dma/restore/model';
import { TestSurroundings } from '../../support/dmaSurroundings';
import { NdmjobServer } from '../../support/ndmjob';
import { describeWithPeer } from '../../support/peers';
import { backUpJob, restoreWell } from '../../support/restores';
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

      it('data here, tape there: everything, and chosen files by direct access in whole records', async () => {
        const from = await backUp('ours', 'peer', peerTape);
        const tape = tapeAt('peer', peerTape);
        await restoreWell(surroundings, { from, to: target, tape });
        same();
        surroundings.patience = { oddRead: 1 };
        const to = join(target, 'chosen');
        const wanted = ['/dir/size 100000', '/one byte', '/dir/size 513'];
        const { plan, report } = await restoreWell(surroundings, { from, to, tape, wanted });
        // in v2 no server says what it is: it shows
        assert.deepEqual([plan.path, plan.aligned], version > 2 ? ['indirect', true] : ['three-way', false]);
        assert.equal(report.sets[0].direct, true);
        assert.deepEqual(report.sets[0].counts, { restored: 3, failed: 0, untold: 0 });
        for (const path of wanted) assert.deepEqual(readFileSync(to + path), readFileSync(source + path), path);
        assert.equal(existsSync(join(to, 'dir/inner')), false);
        if (version === 2) assert.ok(surroundings.messages.some((text) => /begun again, in whole records/.test(text)));
      });

      it('data here, tape there: a file with several names, whose data come first', async () => {
        const from = await backUp('ours', 'peer', peerTape);
        await restoreWell(surroundings, { from, to: target, tape: tapeAt('peer', peerTape), direct: false });
        same();
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
