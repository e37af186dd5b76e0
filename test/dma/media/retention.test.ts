import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { forgetSets } from '../../../src/dma/media/expireTapes';
import { writeFiles } from '../../support/dma';
import { tapesTellTheSame } from '../../support/afterFault';
import { DmaHand } from '../../support/dmaHand';
import { TestServer } from '../../support/testServer';

describe('dma media: tapes with backups that failed', () => {
  let server: TestServer;
  let hand: DmaHand;

  beforeEach(async () => {
    server = await TestServer.start({ library: { slots: 3, drives: 1 } });
    hand = await DmaHand.make();
    hand.serve('filer', server.port);
    writeFiles(server.root, { big: randomBytes(12_000_000) });
  });
  afterEach(async () => {
    await hand.remove();
    await server.stop();
  });

  const backUp = async () => {
    const report = await hand.backUp({ sources: [server.root] });
    assert.equal(report.state, 'done', `${report.message}\n${hand.messages.join('\n')}`);
    return report.sources[0];
  };
  /** Ends it as soon as something of it is on tape. */
  const breakOff = async () => {
    hand.seen = ({ bytes }) => bytes > 0n && hand.abort.abort();
    const report = await hand.backUp({ sources: [server.root] });
    hand.seen = () => undefined;
    hand.abort = new AbortController();
    assert.equal(report.state, 'aborted', report.message);
    return report.sources[0];
  };

  it('a tape with nothing else is written from its beginning by the next run', async () => {
    const failed = await breakOff();
    const tape = await hand.catalog.tape('TEST01L8');
    assert.deepEqual([failed.barcodes, tape?.state, tape?.expires], [['TEST01L8'], 'active', 0]);
    const good = await backUp();
    const [part] = await hand.catalog.parts(good.set ?? 0);
    assert.deepEqual([part.barcode, part.tapeFile], ['TEST01L8', 2]);
    assert.deepEqual(await hand.catalog.parts(failed.set ?? 0), []);
    const now = await hand.catalog.tape('TEST01L8');
    assert.deepEqual([now?.expires, now?.label === tape?.label], [undefined, false]);
    assert.deepEqual(await hand.catalogErrors(), []);
    await tapesTellTheSame(hand, 'filer', server.port);
  });

  it('a tape with a backup that is kept is kept, and goes on behind both', async () => {
    const kept = await backUp();
    await breakOff();
    assert.equal((await hand.catalog.tape('TEST01L8'))?.expires, undefined);
    const next = await backUp();
    const places = await Promise.all([kept, next].map(({ set }) => hand.catalog.parts(set ?? 0)));
    assert.deepEqual(
      places.map(([{ barcode, tapeFile }]) => [barcode, tapeFile]),
      [
        ['TEST01L8', 2],
        ['TEST01L8', 8],
      ],
    );
    await tapesTellTheSame(hand, 'filer', server.port);
  });

  it('an expired tape is taken last, and one whose backup is forgotten before its time is protected', async () => {
    const kept = await backUp();
    await hand.catalog.updateSet(kept.set ?? 0, { expires: Date.now() - 1 });
    const again = await hand.backUp({ sources: [server.root], target: { append: false } }, { full: true });
    assert.equal(again.state, 'done', again.message);
    // expired ones are the last to be taken: those that are empty go before
    assert.deepEqual(again.sources[0].barcodes, ['TEST02L8']);
    const sets = await hand.catalog.sets();
    assert.deepEqual(await forgetSets(hand.catalog, sets, Date.now()), ['TEST02L8']);
    const last = await hand.backUp({ sources: [server.root] });
    assert.equal(last.state, 'done', last.message);
    assert.equal(last.sources[0].barcodes.includes('TEST02L8'), false);
    const tape = await hand.catalog.tape('TEST02L8');
    assert.deepEqual([tape?.protected, tape?.expires], [true, 0]);
  });
});
