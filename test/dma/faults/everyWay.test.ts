import assert from 'node:assert/strict';
import type { Answer } from '../../../src/dma/run/model';
import { CONNECTIONS, DATA_HALTED, DEVICES, MOVER_PAUSED, type Case } from '../../support/faultCases';
import { FaultySite, WAYS } from '../../support/faultySite';

describe('dma faults on every way of the data: real servers with faults in them', function () {
  this.timeout(120_000);
  for (const way of WAYS)
    describe(way, () => {
      let site: FaultySite;
      beforeEach(async () => (site = await FaultySite.start(way)));
      afterEach(() => site.stop());

      const check = ({ what, faults, says, state = 'failed' }: Case): Mocha.Test =>
        it(`${what}: said, catalog and tapes true, and the next run goes on`, async () => {
          const report = await site.backUp(() => faults(site));
          assert.equal(report.state, state, site.said(report));
          for (const each of says) assert.match(site.said(report), each);
          await site.mend();
          await site.isTrue();
          await site.goesOn();
        });

      it('no tape left: asked for, waited for, and gone on with the one that is brought', async () => {
        const small = await FaultySite.start(way, { slots: 2, drives: 1, capacity: 2_600_000, earlyWarning: 300_000 });
        try {
          const operator = small.tapes.library?.operator ?? assert.fail();
          await operator.openDoor();
          await operator.takeOut('TEST02L8');
          await operator.closeDoor();
          small.hand.answer = async (): Promise<Answer> => {
            await operator.putIn('TEST02L8');
            return 'go-on';
          };
          const report = await small.backUp();
          assert.equal(report.state, 'done', small.said(report));
          assert.deepEqual(report.sources[0].barcodes, ['TEST01L8', 'TEST02L8']);
          const [{ text }] = small.hand.questions;
          assert.match(
            text,
            /No tape of pool "daily" that can be written is in the library\..*Put a blank tape.* into/,
          );
          await small.isTrue();
        } finally {
          await small.stop();
        }
      });

      for (const each of [...DATA_HALTED, ...MOVER_PAUSED, ...DEVICES, ...CONNECTIONS]) check(each);
    });
});
