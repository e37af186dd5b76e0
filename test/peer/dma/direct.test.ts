import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { RestoreFrom, RestoreRequest } from '../../../src/dma/restore/model';
import { TestSurroundings } from '../../support/dmaSurroundings';
import { NdmjobServer } from '../../support/ndmjob';
import { describeWithPeer } from '../../support/peers';
import { backUpJob, restoreWell } from '../../support/restores';
import { TestServer } from '../../support/testServer';
import { pseudoRandomBytes } from '../../support/trees';

const FORMATTER = resolve(__dirname, 'directFormatter.mjs');
const RECORD = 10_240;
const FILES: Readonly<Record<string, number>> = {
  '/empty': 0,
  '/one': 1,
  '/dir/block': 512,
  '/dir/a record': RECORD,
  '/dir/deep/large': 300_001,
  '/dir/deep/odd': 12_345,
  '/last': 70_000,
};

describeWithPeer('ndmjob', "dma restore of chosen files by ndmjob's data server", function () {
  this.timeout(60_000);
  for (const version of [2, 3, 4] as const)
    describe(`v${version}`, () => {
      let server: TestServer;
      let peer: NdmjobServer;
      let surroundings: TestSurroundings;
      let source: string;
      let target: string;
      let peerTape: string;
      let pools = 0;

      before(async () => {
        server = await TestServer.start({ cartridges: [{ barcode: 'OURS01L8' }] });
        source = join(server.root, 'source');
        for (const [index, [path, size]] of Object.entries(FILES).entries()) {
          mkdirSync(join(source, path, '..'), { recursive: true });
          writeFileSync(source + path, pseudoRandomBytes(size, index + 1));
        }
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
        surroundings.answer = () => (surroundings.questions.length < 100 ? 'go-on' : 'give-up');
      });
      after(async () => {
        await surroundings.remove();
        await peer.stop();
        await server.stop();
      });
      beforeEach(() => {
        writeFileSync(peerTape, '');
        for (const left of ['.pos', '.lck']) rmSync(peerTape + left, { force: true });
        target = join(server.root, 'target');
        mkdirSync(target);
      });
      afterEach(() => rmSync(target, { recursive: true, force: true }));

      const backUp = async (tape: string, drive: string): Promise<RestoreFrom> => {
        const into = { pool: `pool${++pools}`, server: tape, drives: [drive], recordSize: RECORD };
        const job = { server: 'peer', sources: [source], type: 'tar', target: into };
        const { sources } = await backUpJob(surroundings, job, { full: true });
        return { kind: 'set', set: sources[0].set ?? 0 };
      };

      const comesBack = async (wanted: string[], request: Partial<RestoreRequest>): Promise<void> => {
        const to = join(target, 'chosen');
        const { report } = await restoreWell(surroundings, { to, wanted, ...request });
        assert.equal(report.sets[0].direct, true);
        for (const path of Object.keys(FILES))
          if (wanted.includes(path)) assert.deepEqual(readFileSync(to + path), readFileSync(source + path), path);
          else assert.equal(existsSync(to + path), false, path);
      };

      it('byte for byte, from our tape', async () => {
        const drive = server.tapes[0];
        const from = await backUp('ours', drive);
        const request = { from, tape: { server: 'ours', changer: '', drives: [drive] } };
        await comesBack(['/dir/deep/odd', '/one', '/empty', '/dir/deep/large', '/last'], request);
      });
    });
});
