import assert from 'node:assert/strict';
import { DmaHand } from '../../support/dmaHand';
import { writeFiles } from '../../support/dma';
import { TestServer } from '../../support/testServer';

describe('Backup to a drive of the same server', () => {
  let server: TestServer;
  let hand: DmaHand;

  beforeEach(async () => {
    server = await TestServer.start({ library: { slots: 4, drives: 2 } });
    hand = await DmaHand.make();
    writeFiles(server.root, { 'a.txt': 'one', 'dir/b.txt': 'two', 'dir/big': Buffer.alloc(300_000, 7) });
  });
  afterEach(async () => {
    await hand.remove();
    await server.stop();
  });

  for (const version of [2, 3, 4] as const)
    it(`v${version}: the set is complete, its files are in the catalog, the tape is back in its slot`, async () => {
      const names = { filesystems: [server.root], tapes: server.tapes, changers: ['mc0'] };
      hand.serve('filer', server.port, version, version === 2 ? names : {});
      const report = await hand.backUp({ sources: [server.root] });
      assert.equal(report.state, 'done', `${report.message}\n${hand.messages.join('\n')}`);
      const [source] = report.sources;
      const set = await hand.catalog.set(source.set ?? 0);
      assert.equal(set?.state, 'complete');
      assert.ok(set.bytes > 300_000n);
      assert.equal(set.bytes, source.bytes);
      const [part] = await hand.catalog.parts(set.id);
      assert.equal(part.closed, true);
      assert.equal(part.bytes, set.bytes);
      assert.ok(set.environment.some(({ name }) => name === 'FILESYSTEM'));
      const { entries } = await hand.catalog.list(set.id, '/dir');
      assert.deepEqual(entries.map(({ name }) => name).sort(), ['b.txt', 'big']);
      const [run] = await hand.catalog.runs();
      assert.equal(run.state, 'done');
      assert.equal((await hand.catalog.tape(source.barcodes[0]))?.files, 4);
      assert.ok(server.drives.every((drive) => drive.cartridge === undefined));
    });
});
