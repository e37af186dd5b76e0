import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { DmaFailure } from '../../../src/dma/connection/failures';
import { runScan } from '../../../src/dma/media/scan/run';
import { keptTrue } from '../../support/afterFault';
import { writeFiles } from '../../support/dma';
import { DmaHand } from '../../support/dmaHand';
import { TestServer } from '../../support/testServer';

const FULL = 'The catalog cannot be written: the disk is full.';

describe('dma faults: a catalog that takes nothing more', function () {
  this.timeout(60_000);
  let server: TestServer;
  let hand: DmaHand;

  beforeEach(async () => {
    server = await TestServer.start({ library: { slots: 4, drives: 1 } });
    hand = await DmaHand.make();
    hand.serve('filer', server.port);
    writeFiles(server.root, { 'a.txt': 'one', 'dir/big': randomBytes(2_000_000) });
  });
  afterEach(async () => {
    await hand.remove();
    await server.stop();
  });

  it('file history that finds no room does not spoil the backup: it is said, and the data are on tape', async () => {
    const { catalog } = hand;
    const fileHistory = catalog.fileHistory.bind(catalog);
    catalog.fileHistory = async (set) => {
      const sink = await fileHistory(set);
      sink.post = () => Promise.reject(new DmaFailure(FULL));
      return sink;
    };
    const report = await hand.backUp({ sources: [server.root] });
    assert.equal(report.state, 'done-with-errors', report.message);
    assert.match(report.message, /the disk is full/);
    await keptTrue(hand, report);
    const [{ id }] = await catalog.sets({ state: 'complete' });
    assert.match((await catalog.set(id))?.withoutFiles ?? '', /the disk is full/);
    await runScan({ server: 'filer', changer: undefined, barcodes: [] }, hand.surroundings);
    assert.equal((await catalog.set(id))?.withoutFiles, FULL, 'the catalog takes nothing still');
    catalog.fileHistory = fileHistory;
    await runScan({ server: 'filer', changer: undefined, barcodes: [] }, hand.surroundings);
    assert.equal((await catalog.set(id))?.withoutFiles, undefined);
    assert.deepEqual(
      (await catalog.list(id, '/')).entries.map(({ name }) => name),
      ['a.txt', 'dir'],
    );
    const next = await hand.backUp({ sources: [server.root] });
    assert.equal(next.state, 'done', next.message);
    await keptTrue(hand, next, report);
  });

  it('parts that cannot be noted end the run, and no set is told to be complete', async () => {
    const { catalog } = hand;
    const putPart = catalog.putPart.bind(catalog);
    let count = 0;
    catalog.putPart = (part) => (++count === 1 ? putPart(part) : Promise.reject(new DmaFailure(FULL)));
    const report = await hand.backUp({ sources: [server.root] });
    assert.equal(report.state, 'failed');
    assert.match(report.message, /the disk is full/);
    assert.deepEqual(await catalog.sets({ state: 'complete' }), []);
    catalog.putPart = putPart;
    const next = await hand.backUp({ sources: [server.root] });
    assert.equal(next.state, 'done', next.message);
    await keptTrue(hand, next);
  });
});
