import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { RunReport } from '../../../src/dma/run/model';
import type { MessageName } from '../../../src/protocol';
import { keptTrue } from '../../support/afterFault';
import { writeFiles } from '../../support/dma';
import { FaultyFiler } from '../../support/faultyFiler';
import { DmaHand } from '../../support/dmaHand';
import type { FaultyProxy } from '../../support/faultyProxy';
import { type Fault, type FaultAction } from '../../support/faultyProxy';
import { TestServer } from '../../support/testServer';

describe('dma faults: tapes, drives, changer, data server', function () {
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
  const always = (message: MessageName, action: FaultAction): Fault => ({ message, times: 1e9, action });

  it('a drive that is busy is passed over for the next one', async () => {
    const report = await backUp({ message: 'NDMP_TAPE_OPEN', action: { error: 'DEVICE_BUSY' }, times: 2 });
    assert.equal(report.state, 'done', `${report.message}\n${hand.messages.join('\n')}`);
    await keptTrue(hand, report);
  });

  for (const [what, fault, text] of [
    ['a changer that moves nothing', always('NDMP_SCSI_EXECUTE_CDB', { error: 'IO' }), /filer.*IO|changer/i],
    ['a tape that cannot be written', always('NDMP_TAPE_WRITE', { error: 'IO' }), /IO|write/i],
    ['a backup type that is refused', always('NDMP_DATA_START_BACKUP', { error: 'ILLEGAL_ARGS' }), /ILLEGAL_ARGS/],
    ['a mover that cannot listen', always('NDMP_MOVER_LISTEN', { error: 'CONNECT' }), /CONNECT/],
    ['a data server that cannot connect', always('NDMP_DATA_CONNECT', { error: 'CONNECT' }), /CONNECT/],
    ['a state that is not told', always('NDMP_MOVER_GET_STATE', { error: 'UNDEFINED' }), /MOVER_GET_STATE/],
  ] as const satisfies readonly (readonly [string, Fault, RegExp])[])
    it(`${what}: said, kept true, and the next run goes on`, async () => {
      const report = await backUp(fault);
      const said = `${report.message}\n${hand.messages.join('\n')}`;
      assert.equal(report.state, 'failed', said);
      assert.match(said, text);
      await keptTrue(hand, report);
      proxy.faults.length = 0;
      const next = await hand.backUp({ sources: [server.root] });
      assert.equal(next.state, 'done', `${next.message}\n${hand.messages.join('\n')}`);
      await keptTrue(hand, next);
    });

  it('an abort ends the waiting for drives that stay busy', async () => {
    const { abort } = hand; // that of this test: the last of these calls may come when the next one has begun
    proxy.passing = (name) => {
      if (name === 'NDMP_TAPE_OPEN') setTimeout(() => abort.abort(), 100);
    };
    const report = await backUp(always('NDMP_TAPE_OPEN', { error: 'DEVICE_BUSY' }));
    assert.equal(report.state, 'aborted');
    await keptTrue(hand, report);
  });

  it('a mark that cannot be written behind the data is taken for the end of the tape: said, and the tape is full', async () => {
    const report = await backUp({ ...always('NDMP_TAPE_MTIO', { error: 'IO' }), after: 8 });
    assert.equal(report.state, 'done', report.message);
    assert.match(hand.messages.join(), /had no room for the closing record/);
    assert.equal((await hand.catalog.tape(report.sources[0].barcodes[0]))?.state, 'full');
    await keptTrue(hand, report);
  });

  it('an environment that is not told is a warning: the data are on tape', async () => {
    const report = await backUp(always('NDMP_DATA_GET_ENV', { error: 'ILLEGAL_STATE' }));
    assert.equal(report.state, 'done', report.message);
    assert.match(hand.messages.join(), /warning: filer answered NDMP_DATA_GET_ENV with ILLEGAL_STATE/);
    await keptTrue(hand, report);
  });

  it('a wrong password is said, and nothing is begun', async () => {
    const refusing = await TestServer.start({ host: { users: new Map([['ndmp', 'another']]) } });
    try {
      hand.serve('filer', refusing.port);
      const report = await hand.backUp({ sources: [refusing.root] });
      assert.equal(report.state, 'failed');
      assert.match(report.message, /filer/);
      assert.match(report.message, /password|log ?in|NOT_AUTHORIZED|AUTH/i);
      assert.deepEqual(await hand.catalog.sets(), []);
    } finally {
      await refusing.stop();
    }
  });

  it('a flood of file history holds the data server back instead of filling memory', async () => {
    const files: Record<string, string> = {};
    for (let n = 0; n < 6000; n++) files[`many/${'x'.repeat(100)}${n}`] = '';
    writeFiles(server.root, files);
    const before = process.memoryUsage().rss;
    const report = await backUp();
    assert.equal(report.state, 'done', report.message);
    assert.ok(report.sources[0].files >= 6000);
    assert.ok(process.memoryUsage().rss - before < 200e6);
    await keptTrue(hand, report);
  });
});

/** Tapes of a little more or less than what is written, so that the end falls anywhere: also into the last record. */
describe('dma faults: the end of the tape', function () {
  this.timeout(120_000);

  for (let record = 0; record < 6; record++)
    it(`early warning in the last records (${record})`, async () => {
      const capacity = 2_000_000 + record * 65_536;
      const server = await TestServer.start({ library: { slots: 4, drives: 1, capacity, earlyWarning: 200_000 } });
      const hand = await DmaHand.make();
      try {
        hand.serve('filer', server.port);
        writeFiles(server.root, { big: randomBytes(1_700_000) });
        const report = await hand.backUp({ sources: [server.root] });
        assert.equal(report.state, 'done', `${report.message}\n${hand.messages.join('\n')}`);
        const set = await hand.catalog.set(report.sources[0].set ?? 0);
        const parts = await hand.catalog.parts(set?.id ?? 0);
        assert.equal(
          parts.reduce((sum, { bytes }) => sum + bytes, 0n),
          set?.bytes,
        );
        await keptTrue(hand, report);
      } finally {
        await hand.remove();
        await server.stop();
      }
    });
});
