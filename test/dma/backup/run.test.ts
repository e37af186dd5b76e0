import assert from 'node:assert/strict';
import { mediaHouse } from '../../../src/dma/backup/backup';
import { runJob } from '../../../src/dma/backup/job';
import type { Catalog, FileEntry } from '../../../src/dma/catalog/model';
import { runScan } from '../../../src/dma/media/scan/run';
import type { RunReport } from '../../../src/dma/run/model';
import { writeFiles } from '../../support/dma';
import { DmaHand, type PartialJob } from '../../support/dmaHand';
import { TestServer } from '../../support/testServer';

async function treeOf(catalog: Catalog, set: number): Promise<FileEntry[]> {
  const found: FileEntry[] = [];
  for await (const batch of catalog.walk(set, '/')) found.push(...batch);
  return found;
}

describe('A job from its plan to its report', () => {
  let server: TestServer;
  let hand: DmaHand;
  let roles: string[];

  beforeEach(async () => {
    server = await TestServer.start({ library: { slots: 6, drives: 2 } });
    hand = await DmaHand.make();
    writeFiles(server.root, { 'a/one.txt': 'one', 'a/deep/two.txt': 'two', 'b/three.txt': 'three' });
    hand.serve('filer', server.port);
    roles = [];
    hand.opened = (_connection, role) => void roles.push(role);
  });
  afterEach(async () => {
    await hand.remove();
    await server.stop();
  });

  const count = (...wanted: string[]): number[] => wanted.map((each) => roles.filter((role) => role === each).length);

  async function run(job: PartialJob, unloaded?: () => Promise<void>): Promise<RunReport> {
    const { surroundings } = hand;
    const house = mediaHouse(surroundings);
    try {
      return await runJob({ job: hand.job(job), wish: {}, surroundings, house, unloaded });
    } finally {
      await house.close();
    }
  }

  it('opens each connection once: what was asked over it, is backed up over it', async () => {
    const report = await run({ sources: [server.root] });
    assert.equal(report.state, 'done', report.message);
    assert.deepEqual(count('data', 'changer'), [1, 1]);
  });

  it('goes on over a new connection when the server has ended the one that was asked over', async () => {
    hand.opened = (connection, role) => {
      roles.push(role);
      if (role === 'changer') first?.destroy();
      first ??= connection;
    };
    let first: Parameters<typeof hand.opened>[0] | undefined;
    const report = await run({ sources: [server.root] });
    assert.equal(report.state, 'done', report.message);
    assert.deepEqual(count('data', 'changer'), [2, 1]);
  });

  it('leaves nothing open where the plan is refused', async () => {
    const report = await run({ sources: ['/not/there'] });
    assert.equal(report.state, 'failed');
    assert.deepEqual(await hand.catalog.sets(), []);
    assert.deepEqual(count('data', 'changer'), [1, 1]);
  });

  it('lets drives go before the trees of its sources are made, and tells all the same what is in them', async () => {
    const { catalog } = hand;
    const order: string[] = [];
    const fileHistory = catalog.fileHistory.bind(catalog);
    catalog.fileHistory = async (set) => {
      const sink = await fileHistory(set);
      const finish = sink.finish.bind(sink);
      sink.finish = async () => {
        const isUnloaded = server.drives.every(({ cartridge }) => cartridge === undefined);
        order.push(`tree ${isUnloaded ? 'with all drives empty' : 'with a tape in a drive'}`);
        return finish();
      };
      return sink;
    };
    const report = await run({ sources: [`${server.root}/a`] }, () => Promise.resolve(void order.push('unloaded')));
    assert.deepEqual(
      report.sources.map(({ state, files }) => `${state} ${files}`),
      ['done 2'],
      report.message,
    );
    assert.deepEqual([...order].sort(), ['tree with all drives empty', 'unloaded']);
  });

  it('tells the tape the file history as it came: a scan has the same tree', async () => {
    for (const [type, version, path] of [
      ['tar', 2, ''],
      ['dump', 3, '/a'],
      ['tar', 4, '/b'],
      ['dump', 4, '/a/deep'],
    ] as const) {
      const names = { filesystems: [server.root], tapes: server.tapes, changers: ['mc0'] };
      hand.serve('filer', server.port, version, version === 2 ? names : {});
      const report = await run({ name: `${type}-${version}`, sources: [server.root + path], type });
      assert.equal(report.state, 'done', report.message);
    }
    const alone = await DmaHand.make();
    try {
      alone.serve('filer', server.port);
      const scan = await runScan({ server: 'filer', barcodes: [] }, alone.surroundings);
      assert.equal(scan.state, 'done', scan.message);
      for (const { id, uuid, files } of await hand.catalog.sets({ state: 'complete' })) {
        const same = (await alone.catalog.sets({})).find((set) => set.uuid === uuid);
        assert.ok(same);
        assert.equal(same.files, files);
        assert.deepEqual(await treeOf(alone.catalog, same.id), await treeOf(hand.catalog, id));
      }
    } finally {
      await alone.remove();
    }
  });
});
