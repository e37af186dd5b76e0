import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCatalog } from '../../../src/dma/catalog/open';
import { runCopy } from '../../../src/dma/copy/copy';
import { readLabel } from '../../../src/dma/media/label';
import { positionAtPart } from '../../../src/dma/media/reading';
import { CatalogRebuild } from '../../../src/dma/media/scan/rebuild';
import { scanTape } from '../../../src/dma/media/scan/tapeScan';
import { TapeMode } from '../../../src/dma/services/tape';
import { agent, NdmjobServer, ndmjobSucceeds } from '../../support/ndmjob';
import { describeWithPeer } from '../../support/peers';
import { readStream, RECORD, TapeHand, writeStream } from '../../support/tapeHand';
import { TestServer } from '../../support/testServer';

describeWithPeer('ndmjob', "peer: tapes of ours behind ndmjob's server, and tapes of ndmjob", function () {
  this.timeout(60_000);
  let folder: string;
  let peer: NdmjobServer;
  let hand: TapeHand;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ndmp-peer-'));
    peer = await NdmjobServer.start(folder);
    hand = await TapeHand.make();
  });
  afterEach(async () => {
    await hand.close();
    await peer.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function newTape(name: string): string {
    const device = join(folder, name);
    writeFileSync(device, '');
    return device;
  }

  for (const version of [2, 3, 4] as const)
    it(`v${version}: labels, writes, appends, finds again and scans`, async () => {
      const device = newTape('tape0');
      const tape = await hand.open(peer, version, device);
      assert.deepEqual(await readLabel(tape), { kind: 'blank' });
      const streams = [randomBytes(5 * RECORD), randomBytes(RECORD - 1)];
      const sets = [
        await hand.writeImage(tape, 'N00001L8', streams[0]),
        await hand.writeImage(tape, 'N00001L8', streams[1]),
      ];
      assert.equal((await hand.catalog.tape('N00001L8'))?.files, 7);
      assert.deepEqual(
        hand.messages.filter((text) => !text.includes('was labelled')),
        [],
      );
      await tape.close();
      const reader = await hand.open(peer, version, device, TapeMode.READ);
      for (const [n, set] of sets.entries()) {
        const [part] = await hand.catalog.parts(set.id);
        await positionAtPart(reader, part, { label: undefined, set: set.uuid });
        assert.deepEqual((await readStream(reader, RECORD)).subarray(0, streams[n].length), streams[n]);
      }
      const catalog = await openCatalog(join(hand.folder, 'new.db'));
      const problems: string[] = [];
      const { id: run } = await catalog.beginRun({ kind: 'scan' });
      const rebuild = new CatalogRebuild({
        catalog,
        run,
        server: 'tapes',
        barcode: undefined,
        problem: (text) => problems.push(text),
      });
      const scanned = await scanTape(reader, rebuild);
      const { parts, newSets } = await rebuild.done(scanned);
      assert.deepEqual([parts, newSets, scanned.files, problems], [2, 2, 7, []]);
      assert.ok((await catalog.sets()).every(({ state }) => state === 'complete'));
      await catalog.close();
      await reader.close();
    });

  it('goes behind what a lost connection left', async () => {
    const device = newTape('tape0');
    const lost = await hand.open(peer, 4, device);
    await hand.writer(await hand.newSet()).begin({ tape: lost, barcode: 'N00001L8', number: 1, offset: 0n });
    await writeStream(lost, randomBytes(2 * RECORD), RECORD);
    lost.connection.destroy();
    await new Promise((resolve) => setTimeout(resolve, 300));
    rmSync(`${device}.lck`, { force: true });
    const tape = await hand.open(peer, 4, device);
    const stream = randomBytes(RECORD);
    const set = await hand.writeImage(tape, 'N00001L8', stream);
    const [part] = await hand.catalog.parts(set.id);
    await positionAtPart(tape, part, { label: undefined, set: set.uuid });
    assert.deepEqual(await readStream(tape, RECORD), stream);
    assert.ok(readFileSync(device).length > 4 * RECORD);
    await tape.close();
  });

  it('names the labels that ndmjob writes, on its server and on ours, and keeps off them', async () => {
    const server = await TestServer.start({ cartridges: [{}] });
    const device = newTape('tape0');
    try {
      for (const [host, name] of [
        [peer, device],
        [server, 'nst0'],
      ] as const) {
        await ndmjobSucceeds(['-o', 'init-labels', '-T', agent(host.port, 4), '-f', name, '-m', 'WEEK07']);
        const tape = await hand.open(host, 4, name);
        assert.deepEqual(await readLabel(tape), { kind: 'foreign', by: 'ndmjob', volume: 'WEEK07' });
        const began = hand.writer(await hand.newSet()).begin({ tape, barcode: 'N00001L8', number: 1, offset: 0n });
        await assert.rejects(began, /another application: ndmjob, named "WEEK07"/);
        await tape.close();
      }
    } finally {
      await server.stop();
    }
  });

  for (const [from, to] of [
    [4, 4],
    [3, 3],
    [2, 2],
  ] as const)
    it(`v${from}: sets are copied from its mover to ours`, async () => {
      const server = await TestServer.start({ cartridges: [undefined, { barcode: 'O00001L8' }] });
      try {
        const device = newTape('tape0');
        const stream = randomBytes(7 * RECORD + 5);
        const tape = await hand.open(peer, from, device);
        const set = await hand.writeImage(tape, 'N00001L8', stream);
        await hand.catalog.updateSet(set.id, { bytes: BigInt(stream.length), ended: hand.time });
        await tape.close();
        const hosts = {
          theirs: { port: peer.port, version: from, tapes: [device] },
          ours: { port: server.port, version: to, tapes: ['nst1'] },
        };
        const surroundings = hand.surroundings(hosts, { ask: () => Promise.resolve('go-on') });
        const wish = {
          sets: [set.id],
          append: true,
          again: false,
          way: 'auto',
          fromChanger: '',
          toChanger: '',
        } as const;
        const there = { ...wish, pool: 'far', from: 'theirs', to: 'ours', fromDrive: device, toDrive: 'nst1' };
        const report = await runCopy(there, surroundings);
        assert.deepEqual([report.state, report.message], ['done', '']);
        const [part] = (await hand.catalog.parts(set.id)).filter(({ copy }) => copy === 2);
        const reader = await hand.open(server, to, 'nst1', TapeMode.READ);
        await positionAtPart(reader, part, { label: undefined, set: set.uuid });
        assert.deepEqual((await readStream(reader, RECORD)).subarray(0, stream.length), stream);
        await reader.close();
      } finally {
        await server.stop();
      }
    });
});
