import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabWithDma, writeFiles } from '../../support/dma';
import { ndmpCheck } from '../../support/ndmpCheck';
import { compareTrees, makeTree } from '../../support/trees';

const OWNER = { ignoreOwner: process.getuid?.() !== 0 };

interface Plan {
  sources: { path: string; level: number; decisions: { about: string; choice: string }[] }[];
}

describe('dma: a job against the lab', () => {
  let labs: LabWithDma;
  let volume: string;
  let job: string;

  before(async () => {
    labs = await LabWithDma.start();
    volume = labs.directory('/vs1/vol1');
    makeTree(join(volume, 'tree'));
    job = labs.job('nightly', { sources: [{ path: '/vs1/vol1' }] });
  });
  after(() => labs.remove());

  /** Restores the job's last state to a new directory. @returns it */
  const restored = async (name: string, ...more: string[]): Promise<string> => {
    await labs.json(['restore', '--job', 'nightly', '--to', `/vs1/home/${name}`, '--yes', ...more]);
    return join(labs.directory('/vs1/home'), name);
  };

  it('is backed up in full, and restored elsewhere it is the same', async () => {
    const { state, sources, recording } = await labs.backUp(job);
    assert.equal(state, 'done');
    assert.equal(sources.length, 1);
    assert.ok(BigInt(sources[0].bytes) > 100_000n);
    assert.ok(sources[0].files > 20);
    assert.deepEqual(compareTrees(volume, await restored('first'), OWNER), []);
    const errors = (await ndmpCheck(recording ?? '')).filter(({ severity }) => severity === 'error');
    assert.deepEqual(errors, []);
  });

  it('is backed up in part when little has changed, and the chain restores as it is now', async () => {
    writeFiles(volume, { 'new/one': 'one', 'tree/dir/added': 'added' });
    renameSync(join(volume, 'tree/dir'), join(volume, 'tree/renamed'));
    mkdirSync(join(volume, 'gone'));
    const full = await labs.json<Plan>(['plan', job, '--full']);
    const next = await labs.json<Plan>(['plan', job]);
    assert.deepEqual([full.sources[0].level, next.sources[0].level], [0, 1]);
    assert.equal((await labs.backUp(job)).state, 'done');
    rmSync(join(volume, 'gone'), { recursive: true });
    writeFileSync(join(volume, 'new/one'), 'another');
    assert.equal((await labs.backUp(job)).state, 'done');
    assert.deepEqual(compareTrees(volume, await restored('third'), OWNER), []);
  });

  it('single files come back by direct access', async () => {
    const target = await restored('some', '/new/one', '/tree/renamed');
    assert.deepEqual(compareTrees(join(volume, 'tree/renamed'), join(target, 'tree/renamed'), OWNER), []);
    assert.deepEqual(
      compareTrees(join(volume, 'new'), join(target, 'new'), { ...OWNER, ignoreDirectoryTimes: true }),
      [],
    );
  });

  it('leaves a catalog in which nothing is wrong', async () => {
    const { status, out, err } = await labs.run(['catalog', 'check']);
    assert.equal(status, 0, out + err);
  });
});
