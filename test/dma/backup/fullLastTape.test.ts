import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCatalog } from '../../../src/dma/catalog/open';
import { runScan } from '../../../src/dma/media/scan/run';
import { runCopy } from '../../../src/dma/copy/copy';
import { runVerify } from '../../../src/dma/verify/verify';
import { DmaHand } from '../../support/dmaHand';
import { TestServer } from '../../support/testServer';
import { compareTrees, pseudoRandomBytes } from '../../support/trees';

const ANYWHERE = { from: undefined, to: undefined, fromDrive: undefined, toDrive: undefined };
const OWNER = { ignoreOwner: process.getuid?.() !== 0 };
const FILES = 1500;
const RECORD = 16_384;

/** The stream of so many small files is 2.3 MB; of its tape 40 KB are left then, and the list of the files takes more. */
const TAPE = { capacity: 2_400_000, earlyWarning: 16_384 };

describe('A backup whose last tape has no room for what closes it', () => {
  let server: TestServer;
  let hand: DmaHand;
  let source: string;

  const start = async (slots: number): Promise<void> => {
    server = await TestServer.start({ library: { slots, drives: 2, ...TAPE } });
    hand = await DmaHand.make();
    hand.serve('filer', server.port);
    source = join(server.root, 'source');
    mkdirSync(source);
    for (let n = 0; n < FILES; n++) writeFileSync(join(source, pseudoRandomBytes(40, n + 1).toString('hex')), '');
  };
  afterEach(async () => {
    await hand.remove();
    await server.stop();
  });
  const backUp = () => hand.backUp({ sources: [source], target: { pool: 'daily', recordSize: RECORD } });

  it('has it on the next one, which restores, verifications and copies do not ask for', async () => {
    await start(4);
    const report = await backUp();
    assert.equal(report.state, 'done', `${report.message}\n${hand.messages.join('\n')}`);
    const [{ set: id = 0, barcodes }] = report.sources;
    assert.match(
      hand.messages.join('\n'),
      /"TEST01L8" had no room for the closing record .*: it is on tape "TEST02L8"/,
    );
    assert.deepEqual(barcodes, ['TEST01L8', 'TEST02L8']);
    const set = await hand.catalog.set(id);
    assert.deepEqual(
      (await hand.catalog.parts(id)).map(({ number, offset, bytes, closed }) => [number, offset, bytes, closed]),
      [
        [1, 0n, set?.bytes, true],
        [2, set?.bytes, 0n, true],
      ],
    );
    assert.deepEqual(await hand.catalogErrors(), []);
    const restored = await hand.restore(join(server.root, 'restored'));
    assert.deepEqual(restored.sets[0].barcodes, ['TEST01L8']);
    const tape = { server: undefined, changer: undefined, drives: [] };
    const verified = await runVerify({ sets: [id], copy: undefined, once: true, tape }, hand.surroundings);
    assert.deepEqual([verified.state, verified.sets[0].barcodes], ['done', ['TEST01L8']], verified.message);
  });

  for (const order of [
    ['TEST01L8', 'TEST02L8'],
    ['TEST02L8', 'TEST01L8'],
  ])
    it(`is found by a scan with all its files, ${order.join(' before ')}`, async () => {
      await start(4);
      const [{ set: id = 0 }] = (await backUp()).sources;
      const old = hand.catalog;
      const before = await old.set(id);
      hand.catalog = await openCatalog(join(hand.folder, 'new.db'));
      const report = await runScan({ server: 'filer', barcodes: order }, hand.surroundings);
      assert.equal(report.state, 'done', report.message);
      const [found] = await hand.catalog.sets();
      assert.deepEqual(
        [found.state, found.bytes, found.files, found.environment],
        ['complete', before?.bytes, before?.files, before?.environment],
      );
      assert.equal((await hand.catalog.list(found.id, '/', { limit: 10_000 })).entries.length, FILES);
      assert.equal((await hand.catalog.tape('TEST01L8'))?.state, 'full');
      assert.deepEqual(await hand.catalogErrors(), []);
      await old.close();
    });

  it('is a backup all the same when there is no other tape, and nobody is asked for one', async () => {
    await start(1);
    const report = await backUp();
    assert.equal(report.state, 'done', report.message);
    assert.deepEqual(hand.questions, []);
    assert.match(hand.messages.join('\n'), /warning: .*no room for the closing record.*would know less/);
    const target = join(server.root, 'restored');
    await hand.restore(target);
    assert.deepEqual(compareTrees(source, target, { ...OWNER, ignoreDirectoryTimes: true }).slice(0, 3), []);
  });

  it('is copied as one', async () => {
    await start(6);
    const [{ set: id = 0 }] = (await backUp()).sources;
    const report = await runCopy(
      { sets: [id], pool: 'second', append: true, way: 'auto', again: false, ...ANYWHERE },
      hand.surroundings,
    );
    assert.equal(report.state, 'done', `${report.message}\n${hand.messages.join('\n')}`);
    const copies = (await hand.catalog.parts(id)).filter(({ copy }) => copy === 2);
    assert.deepEqual(
      copies.map(({ number, closed }) => [number, closed]),
      [
        [1, true],
        [2, true],
      ],
    );
  });
});
