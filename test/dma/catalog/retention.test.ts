import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Catalog, PartRecord } from '../../../src/dma/catalog/model';
import { openCatalog } from '../../../src/dma/catalog/open';
import { SOME_PART, SOME_TAPE, someSet } from '../../support/catalogs';

const DAY = 86_400_000;
const NOW = 1_790_000_000_000;

describe('catalog: until when tapes are kept', () => {
  let folder: string;
  let catalog: Catalog;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'catalog-'));
    catalog = await openCatalog(join(folder, 'catalog.db'));
    for (const barcode of ['T1', 'T2']) await catalog.putTape({ ...SOME_TAPE, barcode });
  });
  afterEach(async () => {
    await catalog.close();
    rmSync(folder, { recursive: true });
  });

  async function onTape(barcode: string, set: Parameters<typeof someSet>[0], part: Partial<PartRecord> = {}) {
    const record = await catalog.beginSet(someSet({ state: 'complete', ...set }));
    await catalog.putPart({ ...SOME_PART, ...part, set: record.id, barcode });
    return record;
  }

  async function expiries(): Promise<(number | undefined)[]> {
    return (await catalog.tapes()).map(({ expires }) => expires);
  }

  it('follows from the sets on them, whatever becomes of these', async () => {
    assert.deepEqual(await expiries(), [0, 0]);
    const first = await onTape('T1', { expires: NOW });
    const second = await onTape('T1', { expires: NOW + DAY });
    assert.deepEqual(await expiries(), [NOW + DAY, 0]);
    const endless = await onTape('T2', {});
    assert.deepEqual(await expiries(), [NOW + DAY, undefined]);
    await catalog.updateSet(endless.id, { expires: NOW + 2 * DAY });
    assert.deepEqual(await expiries(), [NOW + DAY, NOW + 2 * DAY]);
    await catalog.removeSet(second.id);
    assert.equal((await catalog.tape('T1'))?.expires, NOW);
    await catalog.updateSet(first.id, { state: 'partial' });
    assert.equal((await catalog.tape('T1'))?.expires, 0);
    await catalog.recycleTape('T2');
    assert.deepEqual(await expiries(), [0, 0]);
  });

  it('a set lives as long as those that build on it, on whatever tapes', async () => {
    const full = await onTape('T1', { expires: NOW });
    const one = await onTape('T2', { base: full.id, level: 1, expires: NOW + DAY });
    const two = await onTape('T2', { base: one.id, level: 2 });
    assert.deepEqual(await expiries(), [undefined, undefined]);
    await catalog.updateSet(two.id, { state: 'partial' });
    assert.deepEqual(await expiries(), [NOW + DAY, NOW + DAY]);
    await catalog.updateSet(full.id, { base: two.id }); // a circle ends
    assert.deepEqual(await expiries(), [NOW + DAY, NOW + DAY]);
  });

  it('a backup that failed keeps nothing, one that is written and one of which tapes are missing do', async () => {
    for (const [state, expires] of [
      ['partial', 0],
      ['writing', undefined],
      ['incomplete', undefined],
    ] as const) {
      const set = await onTape('T1', { state });
      assert.equal((await catalog.tape('T1'))?.expires, expires, state);
      await catalog.removeSet(set.id);
    }
  });

  it('a run that died keeps no tape', async () => {
    const run = await catalog.beginRun({ kind: 'backup' });
    await onTape('T1', { state: 'writing', run: run.id });
    assert.equal((await catalog.tape('T1'))?.expires, undefined);
    await catalog.updateSet((await catalog.sets())[0].id, { state: 'partial' });
    assert.equal((await catalog.tape('T1'))?.expires, 0);
  });

  it('brings a catalog of the first version forward', async () => {
    const file = join(folder, 'old.db');
    writeFileSync(file, gunzipSync(readFileSync('test/fixtures/catalogs/version1.db.gz')));
    const old = await openCatalog(file);
    try {
      const tapes = await old.tapes();
      assert.deepEqual(
        tapes.map(({ barcode, expires, protected: isProtected }) => [barcode, expires, isProtected]),
        [
          ['NDM001L8', NOW + 60 * DAY, false], // the increment on the other tape needs it
          ['NDM002L8', NOW + 60 * DAY, false],
          ['NDM003L8', 0, false], // a failed backup alone
          ['NDM004L8', undefined, false],
          ['NDM005L8', 0, true], // nobody knows what is on it
          ['NDM006L8', 0, false],
        ],
      );
      assert.deepEqual(
        (await old.sets()).map(({ state }) => state),
        ['complete', 'complete', 'partial', 'complete'],
      );
      assert.deepEqual(
        (await old.list(1, '/')).entries.map(({ path }) => path),
        ['/a.txt', '/b.txt'],
      );
      assert.deepEqual(await old.check(), []);
    } finally {
      await old.close();
    }
  });
});
