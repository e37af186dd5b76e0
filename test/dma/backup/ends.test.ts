import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tapesTellTheSame } from '../../support/afterFault';
import { DmaHand } from '../../support/dmaHand';
import { TestServer, type TestServerOptions } from '../../support/testServer';
import { compareTrees, pseudoRandomBytes } from '../../support/trees';

const OWNER = { ignoreOwner: process.getuid?.() !== 0 };
const MB = 1024 * 1024;

describe('Backups that do not go well', () => {
  let server: TestServer;
  let hand: DmaHand;

  const start = async (options: TestServerOptions = { library: { slots: 3, drives: 1 } }): Promise<void> => {
    server = await TestServer.start(options);
    hand = await DmaHand.make();
    hand.serve('filer', server.port);
    for (let n = 0; n < 8; n++) writeFileSync(join(server.root, `file${n}`), pseudoRandomBytes(MB, n + 1));
  };
  afterEach(async () => {
    await hand.remove();
    await server.stop();
  });

  /** As soon as bytes are on tape. */
  const whileWriting = (action: () => void): void => {
    hand.seen = ({ bytes }) => {
      if (bytes > 0n) action();
    };
  };

  /** The job goes well after all, behind what is on the tape, and can be restored. */
  const goesWellAfterwards = async (): Promise<void> => {
    const report = await hand.backUp({ sources: [server.root] });
    assert.equal(report.state, 'done', `${report.message}\n${hand.messages.join('\n')}`);
    const target = join(server.root, 'restored');
    await hand.restore(target);
    for (let n = 0; n < 8; n++)
      assert.deepEqual(compareTrees(join(server.root, `file${n}`), join(target, `file${n}`), OWNER), []);
    assert.deepEqual(await hand.catalogErrors(), []);
  };

  it('an abort closes what is on tape, says so in the catalog, and the next run takes the tape again', async () => {
    await start();
    const first = new AbortController();
    hand.abort = first;
    whileWriting(() => first.abort());
    const report = await hand.backUp({ sources: [server.root] });
    assert.equal(report.state, 'aborted');
    const [set] = await hand.catalog.sets();
    assert.equal(set.state, 'partial');
    const [part] = await hand.catalog.parts(set.id);
    assert.equal(part.closed, true);
    assert.equal((await hand.catalog.runs())[0].state, 'aborted');
    assert.ok(server.drives.every((drive) => drive.cartridge === undefined));
    hand.abort = new AbortController();
    hand.seen = () => undefined;
    await goesWellAfterwards();
    const sets = await hand.catalog.sets({ state: 'complete' });
    const [next] = await hand.catalog.parts(sets[0].id);
    assert.equal(next.barcode, part.barcode);
  });

  it('a control connection that breaks leaves a part that is not closed, and the next run goes on behind it', async () => {
    await start();
    const connections: { destroy(): void }[] = [];
    hand.opened = (connection, role) => {
      if (role === 'data') connections.push(connection);
    };
    whileWriting(() => connections.splice(0).forEach((connection) => connection.destroy()));
    const report = await hand.backUp({ sources: [server.root] });
    assert.equal(report.state, 'failed');
    assert.match(report.message, /filer/);
    const [set] = await hand.catalog.sets();
    assert.equal(set.state, 'partial');
    hand.seen = () => undefined;
    await goesWellAfterwards();
  });

  it('a source that is not there fails with what the server says, and takes no place in a chain', async () => {
    await start();
    const report = await hand.backUp({ sources: [join(server.root, 'missing')] });
    assert.equal(report.state, 'failed');
    assert.match(report.message, /filer|missing/);
    assert.deepEqual(await hand.catalog.sets(), []);
    await goesWellAfterwards();
  });

  it('a backup without a byte leaves nothing behind, and the next one is written in its place', async () => {
    await start();
    const good = await hand.backUp({ sources: [server.root] });
    assert.equal(good.state, 'done', good.message);
    const barcode = good.sources[0].barcodes[0];
    const before = await hand.catalog.tape(barcode);
    for (let n = 0; n < 2; n++) {
      const report = await hand.backUp({ sources: [join(server.root, 'missing')] });
      assert.equal(report.state, 'failed');
      assert.deepEqual([report.sources[0].set, report.sources[0].barcodes], [undefined, []]);
      const now = await hand.catalog.tape(barcode);
      assert.deepEqual(
        [now?.state, now?.files, now?.bytes, now?.label],
        [before?.state, before?.files, before?.bytes, before?.label],
      );
    }
    const next = await hand.backUp({ sources: [server.root] });
    assert.equal(next.state, 'done', next.message);
    const [part] = await hand.catalog.parts(next.sources[0].set ?? 0);
    assert.deepEqual([part.barcode, part.tapeFile], [barcode, (before?.files ?? 0) + 1]);
    assert.doesNotMatch(hand.messages.join(), /more than were finished/);
    await tapesTellTheSame(hand, 'filer', server.port);
    await goesWellAfterwards();
  });

  it('a tape of somebody else and a write-protected one are left alone, the next one is taken', async () => {
    await start();
    const [foreign, locked, good] = ['TEST01L8', 'TEST02L8', 'TEST03L8'];
    await hand.writeForeign('filer', foreign, server.tapes[0]);
    await server.library?.operator.protect(locked, true);
    const report = await hand.backUp({ sources: [server.root] });
    assert.equal(report.state, 'done', `${report.message}\n${hand.messages.join('\n')}`);
    assert.deepEqual(report.sources[0].barcodes, [good]);
    const text = hand.messages.join('\n');
    assert.match(text, /TEST01L8.*was not written/);
    assert.match(text, /TEST02L8.*write-protected/);
  });

  it('a drive without a changer takes what is in it, and asks when there is nothing', async () => {
    await start({ cartridges: [{ barcode: 'X' }] });
    const report = await hand.backUp({ sources: [server.root] });
    assert.equal(report.state, 'done', `${report.message}\n${hand.messages.join('\n')}`);
    assert.equal(hand.questions.length, 0);
    await server.drives[0].eject();
    const empty = await hand.backUp({ sources: [server.root] });
    assert.equal(empty.state, 'failed');
    assert.match(empty.message, /no tape/);
    assert.equal(hand.questions.length, 1);
  });

  it('a wrong tape in a drive without a changer is named, and another one asked for', async () => {
    await start({ cartridges: [{ barcode: 'X', writeProtected: true }] });
    const report = await hand.backUp({ sources: [server.root] });
    assert.equal(report.state, 'failed');
    assert.match(report.message, /write-protected/);
  });

  it('a data server that is gone leaves a closed part on the tape of the other server', async () => {
    await start({ library: { slots: 3, drives: 1 } });
    const tapes = await TestServer.start({ library: { slots: 2, drives: 1 } });
    try {
      hand.serve('tapes', tapes.port);
      whileWriting(() => void server.running.stop(0));
      const report = await hand.backUp({ sources: [server.root], target: { server: 'tapes' } });
      assert.equal(report.state, 'failed');
      assert.match(report.message, /filer/);
      const [set] = await hand.catalog.sets();
      assert.equal(set.state, 'partial');
      const [part] = await hand.catalog.parts(set.id);
      assert.equal(part.closed, true);
      assert.ok(tapes.drives.every((drive) => drive.cartridge === undefined));
    } finally {
      await tapes.stop();
    }
  });

  it('two sources at a time have a drive and a tape each', async () => {
    await start({ library: { slots: 3, drives: 2 } });
    const sources = ['one', 'two'].map((name) => join(server.root, name));
    for (const each of sources) {
      mkdirSync(each);
      writeFileSync(join(each, 'file'), pseudoRandomBytes(4 * MB));
    }
    const report = await hand.backUp({ sources, parallel: 2 });
    assert.equal(report.state, 'done', `${report.message}\n${hand.messages.join('\n')}`);
    assert.equal(new Set(report.sources.flatMap(({ barcodes }) => barcodes)).size, 2);
  });
});
