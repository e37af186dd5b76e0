import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DmaHand } from '../../support/dmaHand';
import { NdmjobServer } from '../../support/ndmjob';
import { describeWithPeer } from '../../support/peers';
import { TestServer } from '../../support/testServer';
import { compareTrees, pseudoRandomBytes } from '../../support/trees';

const FORMATTER = resolve(__dirname, '../ndmjob/formatter.sh');
const MB = 1024 * 1024;
const RECORD = 10_240;
/** The formatter's archives know no parts of a second. */
const WHOLE_SECONDS = 1_700_000_000;

describeWithPeer('ndmjob', "dma backup with ndmjob's server", function () {
  this.timeout(120_000);
  for (const version of [2, 3, 4] as const)
    describe(`v${version}`, () => {
      let folder: string;
      let source: string;
      let bin: string;
      let peer: NdmjobServer;
      let hand: DmaHand;

      beforeEach(async () => {
        folder = mkdtempSync(join(tmpdir(), 'ndmjob-backup-'));
        [source, bin] = [join(folder, 'source'), join(folder, 'bin')];
        const robot = join(folder, 'robot');
        for (const each of [source, bin, robot]) mkdirSync(each);
        copyFileSync(FORMATTER, join(bin, 'wrap_tar'));
        for (let n = 0; n < 5; n++) {
          writeFileSync(join(source, `file${n}`), pseudoRandomBytes(MB, n + 1));
          utimesSync(join(source, `file${n}`), WHOLE_SECONDS, WHOLE_SECONDS);
        }
        peer = await NdmjobServer.start(folder, bin, ['-o', `tape-limit=${2 * MB}`]);
        hand = await DmaHand.make();
        const tapes = [join(robot, 'drive0'), join(robot, 'drive1')];
        hand.serve('filer', peer.port, version, { filesystems: [source], tapes, changers: [robot] });
      });
      afterEach(async () => {
        await hand.remove();
        await peer.stop();
        rmSync(folder, { recursive: true, force: true });
      });

      it('goes on with further tapes of its robot, and is restored from all of them', async () => {
        const report = await hand.backUp({ sources: [source], target: { recordSize: RECORD } });
        assert.equal(report.state, 'done', `${report.message}\n${hand.messages.join('\n')}`);
        assert.ok(report.sources[0].barcodes.length >= 3, report.sources[0].barcodes.join());
        const target = join(folder, 'target');
        mkdirSync(target);
        await hand.restore(target);
        assert.deepEqual(compareTrees(source, target, { ignoreDirectoryTimes: true }), []);
      });

      it('a formatter that fails is no backup, although its data server says SUCCESSFUL', async () => {
        writeFileSync(join(bin, 'wrap_tar'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
        const report = await hand.backUp({ sources: [source], target: { recordSize: RECORD } });
        assert.equal(report.state, 'failed');
        assert.match(report.message, /the stream has no bytes/);
        assert.deepEqual(await hand.catalog.sets(), []);
      });

      it('its data go to the drive of another server', async () => {
        const tapes = await TestServer.start({ library: { slots: 2, drives: 1 } });
        try {
          hand.serve('tapes', tapes.port, version, { tapes: tapes.tapes, changers: ['mc0'] });
          const report = await hand.backUp({ sources: [source], target: { server: 'tapes' } });
          assert.equal(report.state, 'done', `${report.message}\n${hand.messages.join('\n')}`);
          const target = join(folder, 'target');
          mkdirSync(target);
          await hand.restore(target);
          assert.deepEqual(compareTrees(source, target, { ignoreDirectoryTimes: true }), []);
        } finally {
          await tapes.stop();
        }
      });
    });
});
