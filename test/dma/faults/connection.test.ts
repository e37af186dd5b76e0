import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { RunReport } from '../../../src/dma/run/model';
import { keptTrue } from '../../support/afterFault';
import { writeFiles } from '../../support/dma';
import { FaultyFiler } from '../../support/faultyFiler';
import type { DmaHand } from '../../support/dmaHand';
import type { FaultyProxy } from '../../support/faultyProxy';
import { type Fault } from '../../support/faultyProxy';
import type { TestServer } from '../../support/testServer';

describe('dma faults: connections', function () {
  this.timeout(60_000);
  let filer: FaultyFiler;
  let server: TestServer;
  let hand: DmaHand;
  let proxy: FaultyProxy;

  beforeEach(async () => {
    filer = await FaultyFiler.start();
    ({ server, hand, proxy } = filer);
  });
  afterEach(() => filer.stop());

  const backUp = (...faults: Fault[]): Promise<RunReport> => filer.backUp(...faults);
  /** The same job afterwards, without faults: whatever happened must not be in its way. */
  const goesOn = async (): Promise<void> => {
    proxy.faults.length = 0;
    const report = await backUp();
    assert.equal(report.state, 'done', `${report.message}\n${hand.messages.join('\n')}`);
    assert.deepEqual(
      (await hand.catalog.check()).filter(({ severity }) => severity === 'error'),
      [],
    );
  };

  const cuts: readonly Fault[] = [
    { message: 'NDMP_TAPE_OPEN', action: 'cut' },
    { message: 'NDMP_TAPE_WRITE', action: 'cut' },
    { message: 'NDMP_TAPE_WRITE', way: 'reply', action: 'cut' },
    { message: 'NDMP_MOVER_SET_RECORD_SIZE', action: 'cut' },
    { message: 'NDMP_MOVER_LISTEN', way: 'reply', action: 'cut' },
    { message: 'NDMP_DATA_CONNECT', action: 'cut' },
    { message: 'NDMP_DATA_START_BACKUP', action: 'cut' },
    { message: 'NDMP_DATA_START_BACKUP', way: 'reply', action: 'cut-after' },
    { message: 'NDMP_FH_ADD_FILE', way: 'post', action: 'cut' },
    { message: 'NDMP_NOTIFY_DATA_HALTED', way: 'post', action: 'cut' },
    { message: 'NDMP_DATA_GET_ENV', action: 'cut' },
    { message: 'NDMP_DATA_STOP', action: 'cut' },
    { message: 'NDMP_MOVER_STOP', way: 'reply', action: 'cut' },
  ];
  for (const fault of cuts)
    it(`cut at the ${fault.way ?? 'request'} ${fault.message}: said, kept true, and the next run goes on`, async () => {
      const report = await backUp(fault);
      assert.equal(report.state, 'failed');
      assert.match(report.message, /connection|server/i);
      assert.match(report.message, /filer/);
      await keptTrue(hand, report);
      await goesOn();
    });

  for (const fault of [
    { message: 'NDMP_NOTIFY_DATA_HALTED', way: 'post', action: 'drop' },
    { message: 'NDMP_NOTIFY_MOVER_HALTED', way: 'post', action: 'drop' },
    { message: 'NDMP_NOTIFY_DATA_HALTED', way: 'post', action: { delay: 1500 } },
    { message: 'NDMP_NOTIFY_MOVER_HALTED', way: 'post', action: { delay: 1500 } },
    { message: 'NDMP_NOTIFY_MOVER_HALTED', way: 'post', action: 'twice' },
    { message: 'NDMP_DATA_START_BACKUP', way: 'reply', action: { delay: 1500 } },
    { message: 'NDMP_DATA_GET_STATE', way: 'reply', times: 3, action: { delay: 400 } },
    { message: 'NDMP_LOG_MESSAGE', way: 'post', times: 100, action: 'drop' },
  ] as const satisfies readonly Fault[])
    it(`${typeof fault.action === 'string' ? fault.action : 'late'} ${fault.message}: the backup is complete all the same`, async () => {
      const report = await backUp(fault);
      assert.equal(report.state, 'done', `${report.message}\n${hand.messages.join('\n')}`);
      await keptTrue(hand, report);
    });

  it('a server that is gone before the run is named', async () => {
    proxy.vanish();
    await assert.rejects(backUp(), /filer/);
    assert.deepEqual(await hand.catalog.sets(), []);
  });

  it('a server that vanishes in the middle is named, and what is on tape is told to be partial', async () => {
    writeFiles(server.root, { more: randomBytes(40_000_000) });
    proxy.passing = (name) => {
      if (name === 'NDMP_DATA_START_BACKUP') setTimeout(() => proxy.vanish(), 30);
    };
    const report = await backUp();
    assert.equal(report.state, 'failed');
    assert.match(report.message, /filer/);
    await keptTrue(hand, report);
    assert.deepEqual(
      (await hand.catalog.sets()).map(({ state }) => state),
      ['partial'],
    );
  });
});
