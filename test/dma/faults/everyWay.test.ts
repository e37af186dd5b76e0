import assert from 'node:assert/strict';
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

      for (const each of [...DATA_HALTED, ...MOVER_PAUSED, ...DEVICES, ...CONNECTIONS]) check(each);
    });
});
