import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabWithDma, writeFiles } from '../support/dma';
import { ndmp } from './harness';

describe('ndmp restore', function () {
  this.timeout(90_000);
  let dma: LabWithDma;
  let volume: string;
  let directory: string;

  before(async () => {
    dma = await LabWithDma.start();
    volume = dma.lab.lab.status().volumes[0].path;
    directory = dma.directory(volume);
    writeFiles(directory, { 'docs/plan.txt': 'the plan', 'docs/notes.md': 'notes', 'src/main.c': 'int main;' });
    await dma.backUp(dma.job('nightly', { sources: [volume], target: { pool: 'daily' } }));
  });
  after(() => dma.remove());

  it('lists what there is without asking a server', async () => {
    const { status, out } = await dma.run(['restore', '--job', 'nightly', '--list', '/docs']);
    assert.equal(status, 0);
    assert.match(out, /directory .*\/docs\n/);
    assert.match(out, /file +8 B .*\/docs\/plan\.txt\n/);
    const { out: lines } = await dma.run(['restore', '--job', 'nightly', '--list', '*.c', '--json']);
    const rows = lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { path: string; size: string });
    assert.deepEqual(
      rows.map(({ path, size }) => [path, size]),
      [['/src/main.c', '9']],
    );
  });

  it('says what it would do, with every connection', async () => {
    const { status, out } = await dma.run([
      'restore',
      '--job',
      'nightly',
      '/docs',
      '--to',
      `${volume}/back`,
      '--dry-run',
    ]);
    assert.equal(status, 0, out);
    for (const what of [`${volume}/back`, 'topology', 'Connections, and what a firewall has to let through', '/docs →'])
      assert.ok(out.includes(what), what);
  });

  it('restores to another place', async () => {
    mkdirSync(join(directory, 'back'));
    const to = `${volume}/back`;
    const report = await dma.json<{ state: string; sets: { counts: object }[] }>([
      ...['restore', '--job', 'nightly', '/docs', 'main.c', '--rename', '/docs=/old docs', '--to', to],
    ]);
    assert.equal(report.state, 'done');
    assert.deepEqual(report.sets[0].counts, { restored: 2, failed: 0, untold: 0 });
    assert.equal(readFileSync(join(directory, 'back/old docs/plan.txt'), 'utf8'), 'the plan');
    assert.equal(readFileSync(join(directory, 'back/src/main.c'), 'utf8'), 'int main;');
  });

  it('asks before it restores to the original place, and does so with --yes', async () => {
    writeFiles(directory, { 'docs/plan.txt': 'spoilt' });
    const refused = await dma.run(['restore', '--job', 'nightly', '/docs/plan.txt']);
    assert.equal(refused.status, 1);
    assert.match(refused.err, /where they were backed up\. Say --yes, or another directory with --to/);
    assert.equal(readFileSync(join(directory, 'docs/plan.txt'), 'utf8'), 'spoilt');
    const done = await dma.run(['restore', '--job', 'nightly', '/docs/plan.txt', '--yes']);
    assert.equal(done.status, 0, done.err);
    assert.match(done.out, /1 name restored; .* by direct access/);
    assert.equal(readFileSync(join(directory, 'docs/plan.txt'), 'utf8'), 'the plan');
  });

  it('says in a line what is wrong', async () => {
    const missing = await dma.run(['restore', '--job', 'nightly', '/nothing', '--yes']);
    assert.equal(missing.status, 1);
    assert.match(missing.err, /\/nothing is not in the backup/);
    const early = await dma.run(['restore', '--job', 'nightly', '--at', '2001-02-03', '--yes']);
    assert.match(early.err, /There is no backup to use of the job "nightly"/);
  });

  it('tells wrong use', async () => {
    for (const args of [
      [],
      ['--job', 'a', '--set', '1'],
      ['--server', 'a'],
      ['--job', 'a', '--at', '2026-02-31'],
      ['--job', 'a', '--to', 'relative'],
      ['--job', 'a', '--rename', 'nothing'],
      ['--set', '0'],
    ])
      assert.equal((await ndmp(['restore', ...args])).status, 2, args.join(' '));
  });
});
