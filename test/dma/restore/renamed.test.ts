import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Catalog, SetRecord } from '../../../src/dma/catalog/model';
import { openCatalog } from '../../../src/dma/catalog/open';
import { selectFiles } from '../../../src/dma/restore/selection';
import { someSet } from '../../support/catalogs';
import { namePost, nodePost } from '../../support/historyPosts';

/** Name, node, node of the directory; told: its data are in the set. */
type Told = readonly [name: string, node: number, parent: number, kind?: 'file' | 'folder'];

/** Increments of servers that put no file into them because a directory above it was renamed. */
describe('dma restore: directories that were renamed between two backups', () => {
  let folder: string;
  let catalog: Catalog;
  let chain: SetRecord[];

  const backUp = async (base: number | undefined, told: readonly Told[]): Promise<SetRecord> => {
    const set = await catalog.beginSet(someSet({ base, state: 'complete', environment: [] }));
    const sink = await catalog.fileHistory(set.id);
    for (const [name, node, parent] of told) await sink.post(namePost(name, BigInt(node), BigInt(parent)), 4);
    for (const [, node, , kind] of told)
      if (kind !== undefined)
        await sink.post(nodePost({ path: '', folder: kind === 'folder', node: BigInt(node), position: 77n }), 4);
    await sink.finish();
    return set;
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'renamed-'));
    catalog = await openCatalog(join(folder, 'catalog.db'));
    const full = await backUp(undefined, [
      ['.', 2, 2, 'folder'],
      ['old', 10, 2, 'folder'],
      ['f', 11, 10, 'file'],
      ['deep', 12, 10, 'folder'],
      ['g', 13, 12, 'file'],
      ['deeper', 14, 12, 'folder'],
      ['h', 15, 14, 'file'],
    ]);
    const increment = await backUp(full.id, [
      ['.', 2, 2, 'folder'],
      ['moved', 10, 2, 'folder'],
      ['f', 11, 10],
      ['deep', 12, 10],
      ['fresh', 16, 10, 'file'],
      ['nowhere', 17, 10],
    ]);
    chain = [full, increment];
  });
  after(async () => {
    await catalog.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const selected = async (...wanted: string[]) => {
    const order = { chain, wanted, renames: [], signal: new AbortController().signal };
    const { chosen = [], lost, missing } = await selectFiles(catalog, order);
    const found = chosen.map(({ entry, set, as }) => [chain.findIndex(({ id }) => id === set), entry.path, as]);
    return { found: found.sort((a, b) => (String(a[2]) < String(b[2]) ? -1 : 1)), lost, missing };
  };

  it('are found under the new name, each file where the older set has it', async () => {
    const { found, lost, missing } = await selected('/moved');
    assert.deepEqual(found, [
      [1, '/moved', '/moved'],
      [0, '/old/deep', '/moved/deep'],
      [0, '/old/deep/deeper', '/moved/deep/deeper'],
      [0, '/old/deep/deeper/h', '/moved/deep/deeper/h'],
      [0, '/old/deep/g', '/moved/deep/g'],
      [0, '/old/f', '/moved/f'],
      [1, '/moved/fresh', '/moved/fresh'],
    ]);
    assert.deepEqual([lost, missing], [['/moved/nowhere'], []]);
  });

  it('are found under the old name in full, as they were then', async () => {
    const { found, lost, missing } = await selected('/old');
    assert.deepEqual(
      found.map(([set, path, as]) => [set, path === as, as]),
      ['/old', '/old/deep', '/old/deep/deeper', '/old/deep/deeper/h', '/old/deep/g', '/old/f'].map((path) => [
        0,
        true,
        path,
      ]),
    );
    assert.deepEqual([lost, missing], [[], []]);
  });

  it('are searched by names and patterns', async () => {
    assert.deepEqual((await selected('/moved/deep/*')).found, [
      [0, '/old/deep/deeper', '/moved/deep/deeper'],
      [0, '/old/deep/deeper/h', '/moved/deep/deeper/h'],
      [0, '/old/deep/g', '/moved/deep/g'],
    ]);
    assert.deepEqual((await selected('/moved/deep/deeper/h')).found, [
      [0, '/old/deep/deeper/h', '/moved/deep/deeper/h'],
    ]);
    assert.deepEqual((await selected('/moved/nothing')).missing, ['/moved/nothing']);
  });
});
