import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RestoreRequest } from '../../../src/dma/restore/model';
import { TestSurroundings } from '../../support/dmaSurroundings';
import { backUpJob, restoreWell } from '../../support/restores';
import { TestServer } from '../../support/testServer';
import { compareTrees, pseudoRandomBytes } from '../../support/trees';

const MB = 1024 * 1024;

describe('dma restore by every way, over several tapes', function () {
  this.timeout(120_000);
  let filer: TestServer;
  let tapes: TestServer;
  let surroundings: TestSurroundings;
  let source: string;
  let target: string;

  before(async () => {
    filer = await TestServer.start({ cartridges: [] });
    const library = { slots: 5, drives: 2, capacity: 4 * MB, earlyWarning: 256 * 1024 };
    tapes = await TestServer.start({ library });
    source = join(filer.root, 'source');
    mkdirSync(source);
    for (let n = 0; n < 10; n++) writeFileSync(join(source, `file ${n}`), pseudoRandomBytes(MB + n * 1000, n + 1));
    const versions = [2, 3, 4] as const;
    const lists = { filesystems: [filer.root], tapes: tapes.tapes, changers: ['mc0'] };
    surroundings = await TestSurroundings.make(
      versions.flatMap((version) => [
        { name: `filer${version}`, port: filer.port, version, ...lists, tapes: [], changers: [] },
        { name: `tapes${version}`, port: tapes.port, version, ...lists, filesystems: [] },
      ]),
    );
    const job = { server: 'filer4', sources: [source], type: 'tar', target: { pool: 'daily', server: 'tapes4' } };
    const { sources } = await backUpJob(surroundings, job);
    assert.equal(sources[0].barcodes.length, 3);
  });
  after(async () => {
    await surroundings.remove();
    await filer.stop();
    await tapes.stop();
  });
  beforeEach(() => {
    target = join(filer.root, 'target');
    mkdirSync(target);
  });
  afterEach(() => rmSync(target, { recursive: true, force: true }));

  const cases: [string, number, number, Partial<RestoreRequest>][] = [
    ['three-way, the mover listens', 4, 4, {}],
    ['three-way, the data server listens', 4, 4, { listen: 'data' }],
    ['indirect', 4, 4, { topology: 'indirect' }],
    ['three-way v3, the mover listens', 3, 3, {}],
    ['three-way v3, the data server listens', 3, 3, { listen: 'data' }],
    ['indirect v3', 3, 3, { topology: 'indirect' }],
    ['three-way v2', 2, 2, {}],
    ['indirect v2', 2, 2, { topology: 'indirect' }],
    ['three-way v3 to v4', 4, 3, {}],
    ['indirect v2 to v4', 4, 2, { topology: 'indirect' }],
  ];
  for (const [title, data, tape, change] of cases)
    it(title, async () => {
      const way = {
        server: `filer${data}`,
        tape: { server: `tapes${tape}`, changer: undefined, drives: [] },
        ...change,
      };
      const { plan, report } = await restoreWell(surroundings, { to: target, ...way });
      assert.equal(plan.path, change.topology ?? 'three-way');
      assert.deepEqual(compareTrees(source, target, { ignoreDirectoryTimes: true }), []);
      assert.deepEqual(report.sets[0].barcodes, plan.barcodes);
      const last = { to: join(target, 'chosen'), wanted: ['/file 9', '/file 1'], ...way };
      const direct = await restoreWell(surroundings, last);
      assert.equal(direct.report.sets[0].direct, true);
      assert.deepEqual(
        compareTrees(source, last.to, { ignoreDirectoryTimes: true, without: (path) => /[02-8]$/.test(path) }),
        [],
      );
      assert.equal(direct.report.sets[0].barcodes.length, 2);
    });
});
