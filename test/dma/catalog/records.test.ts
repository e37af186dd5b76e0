import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Catalog } from '../../../src/dma/catalog/model';
import { openCatalog } from '../../../src/dma/catalog/open';
import { SOME_PART, SOME_TAPE, someSet } from '../../support/catalogs';

describe('catalog: records', () => {
  let folder: string;
  let catalog: Catalog;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'catalog-'));
    catalog = await openCatalog(join(folder, 'deep', 'catalog.db'));
  });
  afterEach(async () => {
    await catalog.close();
    rmSync(folder, { recursive: true });
  });

  it('keeps runs', async () => {
    const run = await catalog.beginRun({ kind: 'backup', job: 'nightly', recording: 'a.pcapng' });
    assert.equal(run.state, 'running');
    await catalog.endRun(run.id, { state: 'failed', message: 'no tape' });
    const second = await catalog.beginRun({ kind: 'restore' });
    const [last, first] = await catalog.runs();
    assert.equal(last.id, second.id);
    assert.deepEqual({ ...first, ended: undefined }, { ...run, state: 'failed', message: 'no tape' });
    assert.ok(first.ended !== undefined && first.ended >= first.started);
    assert.deepEqual(await catalog.runs({ kind: 'restore', limit: 1 }), [last]);
  });

  it('keeps sets as they were given', async () => {
    const given = someSet({ bytes: (1n << 63n) + 5n });
    const set = await catalog.beginSet(given);
    assert.deepEqual(set, { ...given, id: set.id });
    assert.deepEqual(await catalog.set(set.id), set);
    const changed = await catalog.updateSet(set.id, { state: 'complete', digest: 'ab' });
    assert.deepEqual(changed, { ...set, state: 'complete', digest: 'ab' });
    assert.deepEqual(await catalog.sets({ path: given.path, state: 'complete' }), [changed]);
    assert.deepEqual(await catalog.sets({ job: 'other' }), []);
    await assert.rejects(catalog.beginSet(given), /already/);
    await assert.rejects(catalog.updateSet(99, { files: 1 }), /no set 99/);
  });

  it('gives the chain of a set', async () => {
    const full = await catalog.beginSet(someSet());
    const one = await catalog.beginSet(someSet({ level: 1, base: full.id }));
    const two = await catalog.beginSet(someSet({ level: 2, base: one.id }));
    assert.deepEqual(
      (await catalog.chain(two.id)).map(({ id }) => id),
      [full.id, one.id, two.id],
    );
    await catalog.updateSet(full.id, { base: two.id });
    await assert.rejects(catalog.chain(two.id), /circle/);
    await catalog.removeSet(full.id);
    await assert.rejects(catalog.chain(two.id), /not in the catalog/);
  });

  it('keeps parts and tapes', async () => {
    const set = await catalog.beginSet(someSet());
    const part = { ...SOME_PART, set: set.id };
    await catalog.putPart({ ...part, closed: false });
    await catalog.putPart(part);
    assert.deepEqual(await catalog.parts(set.id), [part]);
    assert.deepEqual(await catalog.partsOnTape('TAPE01'), [part]);
    assert.deepEqual(await catalog.sets({ barcode: 'TAPE01' }), [set]);
    await catalog.putTape(SOME_TAPE);
    assert.deepEqual(await catalog.tape('TAPE01'), SOME_TAPE);
    assert.deepEqual(await catalog.tapes({ pool: 'weekly', state: 'active' }), [SOME_TAPE]);
    await catalog.recycleTape('TAPE01');
    assert.deepEqual(await catalog.parts(set.id), []);
  });

  it('knows servers, and whose a volume is', async () => {
    assert.equal(await catalog.serverIdentity('filer1'), undefined);
    await catalog.rememberServer('filer1', 'host 4711', '10.1.2.3');
    assert.equal(await catalog.serverIdentity('filer1'), 'host 4711');
    await catalog.claim('host 4711', '/vol/vol1', 'a job that never wrote');
    assert.equal(await catalog.ownerOf('host 4711', '/vol/vol1'), undefined);
    await catalog.claim('host 4711', '/vol/vol1', 'nightly');
    await catalog.beginSet(someSet({ path: '/vol/vol1' }));
    await catalog.claim('host 4711', '/vol/vol1', 'nightly');
    assert.equal(await catalog.ownerOf('host 4711', '/vol/vol1'), 'nightly');
    await assert.rejects(catalog.claim('host 4711', '/vol/vol1', 'weekly'), /belongs to the job nightly/);
  });

  it('keeps all of it in the file', async () => {
    const set = await catalog.beginSet(someSet());
    await catalog.close();
    catalog = await openCatalog(join(folder, 'deep', 'catalog.db'));
    assert.deepEqual(await catalog.sets(), [set]);
  });
});
