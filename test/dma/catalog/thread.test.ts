import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CatalogClient } from '../../../src/dma/catalog/client';
import { threadAt } from '../../../src/dma/catalog/workplace';
import { someSet } from '../../support/catalogs';
import { filePost } from '../../support/historyPosts';

const BUNDLE = resolve(__dirname, '../../../dist/catalogWorker.js');

describe('catalog: the thread (dist/catalogWorker.js)', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'catalog-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('does the work, and lets the sender wait', async () => {
    const file = join(folder, 'catalog.db');
    const catalog = await CatalogClient.start(file, (path, take, lost) =>
      Promise.resolve(threadAt(BUNDLE, path, take, lost)),
    );
    await catalog.open();
    const { id } = await catalog.beginSet(someSet());
    const sink = await catalog.fileHistory(id);
    await assert.rejects(catalog.list(id, '/'), /still coming/);
    const files = Array.from({ length: 1000 }, (_, i) => ({ path: `/a/${i}`, size: BigInt(i) }));
    for (let i = 0; i < 60; i++)
      await sink.post(filePost(files.map(({ path, size }) => ({ path: `/${i}${path}`, size }))), 4);
    const end = await sink.finish();
    assert.deepEqual(end, { files: 60_000, directories: 120, problems: [] });
    assert.equal((await catalog.stat(id, '/59/a/999'))?.size, 999n);
    assert.equal((await catalog.search('a', { limit: 3 })).length, 3);
    await assert.rejects(catalog.chain(77), { message: 'There is no set 77 in the catalog.' });
    await catalog.close();
    await assert.rejects(catalog.runs(), /has been closed/);
  });

  it('tells who asks when it has ended', async () => {
    let end: ((why: string) => void) | undefined;
    const catalog = await CatalogClient.start(join(folder, 'catalog.db'), (_file, _take, lost) => {
      end = lost;
      return Promise.resolve({ send: () => undefined, end: () => Promise.resolve() });
    });
    const asked = catalog.runs();
    end?.('out of memory');
    await assert.rejects(asked, /its thread ended \(out of memory\)/);
    await assert.rejects(catalog.sets(), /its thread ended/);
    await catalog.close();
  });
});
