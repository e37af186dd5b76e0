import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabWithDma, writeFiles, type Report } from '../support/dma';
import { compareTrees } from '../support/trees';

const OWNER = { ignoreOwner: process.getuid?.() !== 0 };

interface Scan {
  state: string;
  tapes: { barcode: string; kind: string; newSets: number }[];
}

describe('ndmp copy and ndmp media scan', function () {
  this.timeout(120_000);
  let labs: LabWithDma;
  let volume: string;

  before(async () => {
    labs = await LabWithDma.start();
    volume = labs.directory('/vs1/vol1');
    writeFiles(volume, { 'one/two': 'three', four: 'x'.repeat(100_000) });
    const job = labs.job('nightly', { sources: [{ path: '/vs1/vol1' }] });
    await labs.backUp(job);
    writeFileSync(join(volume, 'later'), 'later');
    await labs.backUp(job);
  });
  after(() => labs.remove());

  it('a chain is copied to tapes of another pool, once', async () => {
    const copy = ['copy', '--job', 'nightly', '--chain', '--pool', 'offsite'];
    const { state, sources } = await labs.json<Report>(copy);
    assert.deepEqual([state, sources.length], ['done', 2]);
    assert.ok(sources.every(({ barcodes }) => barcodes.length === 1));
    assert.deepEqual((await labs.json<Report>(copy)).sources, []);
    const { err, status } = await labs.run(['copy', '--pool', 'offsite']);
    assert.equal(status, 2);
    assert.match(err, /name the sets to copy/);
  });

  it('a lost catalog comes back from the tapes, and the backups restore', async () => {
    rmSync(labs.home, { recursive: true });
    const { state, tapes } = await labs.json<Scan>(['media', 'scan', 'cluster1']);
    assert.equal(state, 'done');
    const ours = tapes.filter(({ kind }) => kind === 'ours');
    assert.equal(ours.length, 2);
    assert.equal(
      ours.reduce((sum, { newSets }) => sum + newSets, 0),
      2,
    );
    await labs.json(['restore', '--job', 'nightly', '--to', '/vs1/home/back', '--yes']);
    assert.deepEqual(compareTrees(volume, join(labs.directory('/vs1/home'), 'back'), OWNER), []);
  });
});
