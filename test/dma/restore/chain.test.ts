import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestSurroundings } from '../../support/dmaSurroundings';
import { backUpJob, restore, restoreWell } from '../../support/restores';
import { TestServer } from '../../support/testServer';
import { compareEntries, readTree, type TreeEntry } from '../../support/trees';

const JOB = { server: 'filer', type: 'dump', target: { pool: 'daily' } };

describe('dma restore through a chain of increments', function () {
  this.timeout(60_000);
  let server: TestServer;
  let surroundings: TestSurroundings;
  let source: string;
  let target: string;
  /** The tree at each restore point, and a moment behind it. */
  const points: { tree: TreeEntry[]; at: number }[] = [];

  async function point(): Promise<void> {
    await backUpJob(surroundings, { ...JOB, sources: [source] });
    points.push({ tree: readTree(source), at: Date.now() });
    await new Promise((resolve) => setTimeout(resolve, 1100)); // dump levels count in seconds
  }

  const put = (path: string, content: string): void => {
    mkdirSync(join(source, path, '..'), { recursive: true });
    writeFileSync(join(source, path), content);
  };

  before(async () => {
    server = await TestServer.start({ library: { slots: 4, drives: 2 } });
    source = join(server.root, 'source');
    surroundings = await TestSurroundings.make([{ name: 'filer', port: server.port }]);
    for (const name of ['a', 'b', 'c', 'sub/d', 'sub/e']) put(name, `${name} first`);
    put('old/f', 'old first');
    put('old/deep/g', 'deep first');
    await point();
    put('b', 'b second, longer');
    put('sub/new', 'came later');
    rmSync(join(source, 'c'));
    rmSync(join(source, 'sub/e'));
    await point();
    put('a', 'a third');
    renameSync(join(source, 'old'), join(source, 'moved'));
    rmSync(join(source, 'sub/new'));
    await point();
  });
  after(async () => {
    await surroundings.remove();
    await server.stop();
  });
  beforeEach(() => {
    target = join(server.root, 'target');
    mkdirSync(target);
  });
  afterEach(() => rmSync(target, { recursive: true, force: true }));

  it('is of the levels that a chain has', async () => {
    const sets = await surroundings.catalog.sets({ job: 'test' });
    assert.deepEqual(sets.map(({ level }) => level).sort(), [0, 1, 2]);
  });

  it('makes the tree what it was at each point, with what had been removed by then gone', async () => {
    for (const [n, { tree, at }] of points.entries()) {
      const to = join(target, String(n));
      const { report } = await restoreWell(surroundings, { at, to });
      assert.equal(report.sets.length, n + 1);
      assert.deepEqual(compareEntries(tree, readTree(to), { ignoreDirectoryTimes: true }), [], `point ${n}`);
    }
  });

  it('takes each file from the newest set that has its data', async () => {
    const { plan, report } = await restoreWell(surroundings, { to: target, wanted: ['/a', '/b', '/sub/d'] });
    const from = plan.steps.map(({ set, names }) => [set.level, names.map(({ original }) => original)]);
    assert.deepEqual(from, [
      [0, ['/sub/d']],
      [1, ['/b']],
      [2, ['/a']],
    ]);
    assert.deepEqual(
      report.sets.map(({ direct }) => direct),
      [true, true, true],
    );
    assert.equal(readFileSync(join(target, 'a'), 'utf8'), 'a third');
    assert.equal(readFileSync(join(target, 'b'), 'utf8'), 'b second, longer');
    assert.equal(readFileSync(join(target, 'sub/d'), 'utf8'), 'sub/d first');
  });

  it('gives a directory as it was then, without what had been removed', async () => {
    for (const [n, { tree, at }] of points.entries()) {
      const to = join(target, String(n));
      await restoreWell(surroundings, { at, to, wanted: ['/sub'] });
      const expected = tree.filter(({ path }) => path === 'sub' || path.startsWith('sub/'));
      const found = readTree(to).filter(({ path }) => path !== '');
      assert.deepEqual(compareEntries(expected, found, { ignoreDirectoryTimes: true }), [], `point ${n}`);
    }
  });

  it('gives a removed file back when it is named in full', async () => {
    await restoreWell(surroundings, { to: target, wanted: ['/c'] });
    assert.equal(readFileSync(join(target, 'c'), 'utf8'), 'c first');
  });

  it('gives a renamed directory back under its old name, with what had been in it', async () => {
    await restoreWell(surroundings, { to: target, wanted: ['/old'] });
    assert.equal(readFileSync(join(target, 'old/f'), 'utf8'), 'old first');
    assert.equal(readFileSync(join(target, 'old/deep/g'), 'utf8'), 'deep first');
  });

  it('gives a renamed directory back under its new name', async () => {
    const { plan } = await restoreWell(surroundings, { to: target, wanted: ['/moved'] });
    assert.equal(readFileSync(join(target, 'moved/f'), 'utf8'), 'old first');
    assert.equal(readFileSync(join(target, 'moved/deep/g'), 'utf8'), 'deep first');
    assert.equal(existsSync(join(target, 'old')), false);
    assert.deepEqual(plan.leftOut, []);
  });

  it('gives a renamed directory back under both names at once', async () => {
    await restoreWell(surroundings, { to: target, wanted: ['/moved', '/old'] });
    assert.equal(readFileSync(join(target, 'moved/f'), 'utf8'), 'old first');
    assert.equal(readFileSync(join(target, 'old/f'), 'utf8'), 'old first');
  });

  it('renames a file within a directory that is wanted', async () => {
    const renames = [{ from: '/sub/d', to: '/sub/renamed' }];
    await restoreWell(surroundings, { to: target, wanted: ['/sub'], renames });
    assert.equal(readFileSync(join(target, 'sub/renamed'), 'utf8'), 'sub/d first');
    assert.equal(existsSync(join(target, 'sub/d')), false);
  });

  it('says what is not there, and that there was nothing yet', async () => {
    await assert.rejects(
      restore(surroundings, { to: target, wanted: ['/nothing', '/a'] }),
      /\/nothing is not in the backup/,
    );
    await assert.rejects(
      restore(surroundings, { to: target, at: points[0].at - 3_600_000 }),
      /There is no backup to use of the job "test": its first complete backup is of .*, which is later/,
    );
    await assert.rejects(
      restore(surroundings, { from: { kind: 'job', job: 'other' } }),
      /the catalog has no backup of it/,
    );
  });
});
