import assert from 'node:assert/strict';
import { join } from 'node:path';
import { writeFiles } from '../../support/dma';
import { DmaHand } from '../../support/dmaHand';
import { FaultyProxy } from '../../support/faultyProxy';
import { TestServer } from '../../support/testServer';

/** Opening of the drive: to see whether the tape is threaded, then for writing. */
const BEFORE_WRITING = 2;

describe('dma faults: another program uses the same library', function () {
  this.timeout(60_000);
  let server: TestServer;
  let hand: DmaHand;
  let proxy: FaultyProxy;

  beforeEach(async () => {
    server = await TestServer.start({ library: { slots: 3, drives: 1 } });
    hand = await DmaHand.make();
    proxy = await FaultyProxy.start(server.port);
    hand.serve('filer', proxy.port);
    writeFiles(server.root, { 'a.txt': 'one' });
  });
  afterEach(async () => {
    await hand.remove();
    await proxy.stop();
    await server.stop();
  });

  /** What the other one does between the loading of a tape and its opening for writing, which comes a little late. */
  const between = (action: () => Promise<unknown>): Promise<unknown> =>
    new Promise((resolve) => {
      let opened: number | undefined;
      hand.seen = ({ phase }) => {
        if (phase.startsWith('loading tape')) opened ??= 0;
      };
      proxy.passing = (name, way) => {
        if (name !== 'NDMP_TAPE_OPEN' || way !== 'request' || opened === undefined) return;
        opened += 1;
        if (opened !== BEFORE_WRITING) return;
        proxy.faults.push({ message: name, action: { delay: 500 } });
        resolve(action());
      };
    });

  it('a cartridge that it has put into the drive meanwhile does not get the label of ours', async () => {
    const swapped = between(async () => {
      await server.library?.operator.move('TEST01L8', 1024);
      await server.library?.operator.move('TEST02L8', 128);
    });
    const report = await hand.backUp({ sources: [server.root] });
    await swapped;
    assert.equal(report.state, 'done', `${report.message}\n${hand.messages.join('\n')}`);
    await hand.restore(join(server.root, 'restored'));
    assert.deepEqual(await hand.catalogErrors(), []);
    assert.match(hand.messages.join('\n'), /TEST01L8.*was not written/);
  });

  it('a cartridge that it has taken out of the drive meanwhile is left to it, and another one is taken', async () => {
    const taken = between(async () => server.library?.operator.move('TEST01L8', 1024));
    const report = await hand.backUp({ sources: [server.root] });
    await taken;
    assert.equal(report.state, 'done', `${report.message}\n${hand.messages.join('\n')}`);
    assert.deepEqual(report.sources[0].barcodes, ['TEST02L8']);
    await hand.restore(join(server.root, 'restored'));
    assert.deepEqual(await hand.catalogErrors(), []);
  });
});
