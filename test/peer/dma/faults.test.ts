import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { keptTrue } from '../../support/afterFault';
import { DmaHand } from '../../support/dmaHand';
import { NdmjobServer } from '../../support/ndmjob';
import { describeWithPeer } from '../../support/peers';
import { pseudoRandomBytes } from '../../support/trees';

const FORMATTER = resolve(__dirname, '../ndmjob/formatter.sh');
const RECORD = 10_240;

/** Without a changer: its tape is a file, whose mode and whose lock are the faults. */
describeWithPeer('ndmjob', "dma faults with ndmjob's server", function () {
  this.timeout(120_000);
  for (const version of [2, 3, 4] as const)
    describe(`v${version}`, () => {
      let folder: string;
      let source: string;
      let tape: string;
      let peer: NdmjobServer;
      let hand: DmaHand;

      beforeEach(async () => {
        folder = mkdtempSync(join(tmpdir(), 'ndmjob-faults-'));
        [source, tape] = [join(folder, 'source'), join(folder, 'tape0')];
        const bin = join(folder, 'bin');
        for (const each of [source, bin]) mkdirSync(each);
        copyFileSync(FORMATTER, join(bin, 'wrap_tar'));
        writeFileSync(join(source, 'file'), pseudoRandomBytes(1_000_000, 1));
        writeFileSync(tape, '');
        peer = await NdmjobServer.start(folder, bin);
        hand = await DmaHand.make();
        hand.patience = { busy: 0.3, threading: 0.3, retry: 0.05 };
        hand.serve('filer', peer.port, version, { filesystems: [source], tapes: [tape] });
      });
      afterEach(async () => {
        await hand.remove();
        await peer.stop();
        rmSync(folder, { recursive: true, force: true });
      });

      const backUp = () => hand.backUp({ sources: [source], target: { recordSize: RECORD } });
      const goesOn = async (): Promise<void> => {
        const next = await backUp();
        assert.equal(next.state, 'done', `${next.message}\n${hand.messages.join('\n')}`);
        await keptTrue(hand, next);
      };

      it('a wrong password is said, and nothing is begun', async () => {
        hand.password = 'Sesame-4711';
        const report = await backUp();
        assert.equal(report.state, 'failed');
        assert.match(report.message, /filer.*(?:password|NOT_AUTHORIZED)/i);
        assert.doesNotMatch(report.message, /Sesame/);
        assert.deepEqual(await hand.catalog.sets(), []);
      });

      it('a tape that is write-protected is said, and taken when it is not any more', async () => {
        chmodSync(tape, 0o444);
        const report = await backUp();
        assert.equal(report.state, 'failed');
        assert.match(report.message, /write-protected/);
        await keptTrue(hand, report);
        chmodSync(tape, 0o644);
        await goesOn();
      });

      it('a drive that somebody else has is said, and taken when it is free', async () => {
        writeFileSync(`${tape}.lck`, '');
        const report = await backUp();
        assert.equal(report.state, 'failed');
        assert.match(report.message, /Drive .*tape0 of filer is in use by somebody else/);
        await keptTrue(hand, report);
        rmSync(`${tape}.lck`);
        await goesOn();
      });
    });
});
