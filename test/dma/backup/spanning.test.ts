import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer } from '../../../src/dma/run/model';
import { DmaHand } from '../../support/dmaHand';
import { TestServer } from '../../support/testServer';
import { compareTrees, pseudoRandomBytes } from '../../support/trees';

const OWNER = { ignoreOwner: process.getuid?.() !== 0 };
const MB = 1024 * 1024;

describe('A backup that is longer than a tape', () => {
  let server: TestServer;
  let hand: DmaHand;

  const start = async (slots: number): Promise<void> => {
    server = await TestServer.start({
      library: { slots, drives: 1, capacity: 2 * MB, earlyWarning: 256 * 1024 },
    });
    hand = await DmaHand.make();
    for (let n = 0; n < 5; n++) writeFileSync(join(server.root, `file${n}`), pseudoRandomBytes(MB, n + 1));
  };
  afterEach(async () => {
    await hand.remove();
    await server.stop();
  });
  const serve = (version: 2 | 3 | 4): void =>
    hand.serve('filer', server.port, version, {
      filesystems: [server.root],
      tapes: server.tapes,
      changers: ['mc0'],
    });

  for (const version of [2, 3, 4] as const)
    it(`v${version}: goes on with the next tape of the pool, and is restored from all of them`, async () => {
      await start(5);
      serve(version);
      const report = await hand.backUp({ sources: [server.root] });
      assert.equal(report.state, 'done', `${report.message}\n${hand.messages.join('\n')}`);
      const [{ set: id = 0, barcodes }] = report.sources;
      assert.ok(barcodes.length >= 3, barcodes.join());
      assert.equal(new Set(barcodes).size, barcodes.length);
      const set = await hand.catalog.set(id);
      const parts = await hand.catalog.parts(id);
      assert.deepEqual(
        parts.map(({ number, closed }) => [number, closed]),
        barcodes.map((_barcode, n) => [n + 1, true]),
      );
      let offset = 0n;
      for (const part of parts) {
        assert.equal(part.offset, offset);
        offset += part.bytes;
      }
      assert.equal(offset, set?.bytes);
      assert.equal((await hand.catalog.tape(barcodes[0]))?.state, 'full');
      const target = join(server.root, '..', 'export', 'restored');
      await hand.restore(target);
      for (let n = 0; n < 5; n++)
        assert.deepEqual(compareTrees(join(server.root, `file${n}`), join(target, `file${n}`), OWNER), []);
    });

  it('asks for a tape when the pool has none left, and goes on with the one that is brought', async () => {
    await start(2);
    serve(4);
    hand.answer = async (): Promise<Answer> => {
      await bringTape(server, `TEST0${hand.questions.length}L8`, `NEW00${hand.questions.length}L8`);
      return 'go-on';
    };
    const report = await hand.backUp({ sources: [server.root] });
    assert.equal(report.state, 'done', `${report.message}\n${hand.messages.join('\n')}`);
    assert.ok(hand.questions.length > 0);
    assert.match(hand.questions[0].text, /No tape of pool "daily"/);
    assert.ok(report.sources[0].barcodes.length >= 3);
  });

  it('fails when nobody brings one, and tape and catalog say what there is', async () => {
    await start(2);
    serve(4);
    const report = await hand.backUp({ sources: [server.root] });
    assert.equal(report.state, 'failed');
    assert.match(report.message, /No tape of pool "daily".* Nobody brought another one/);
    const [set] = await hand.catalog.sets();
    assert.equal(set.state, 'partial');
    const parts = await hand.catalog.parts(set.id);
    assert.equal(parts.length, 2);
    assert.ok(parts.every(({ closed }) => closed));
    // the server is ready for the next one
    assert.deepEqual(await hand.catalogErrors(), []);
  });
});

/** Somebody takes a full cartridge out of its slot and puts a new one in. */
async function bringTape(server: TestServer, full: string, fresh: string): Promise<void> {
  assert.ok(server.library);
  const { operator } = server.library;
  await operator.openDoor();
  await operator.takeOut(full);
  await operator.closeDoor();
  await operator.add({ barcodes: [fresh], capacity: 2 * MB, earlyWarning: 256 * 1024 });
}
