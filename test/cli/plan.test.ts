import assert from 'node:assert/strict';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { LabWithDma } from '../support/dma';
import { ndmp } from './harness';

interface PlanJson {
  canRun: boolean;
  refusals: string[];
  warnings: string[];
  sources: {
    path: string;
    topology: string;
    through: string | null;
    addressType: string;
    level: number;
    drives: string[];
    prepare: boolean;
  }[];
  connections: { purpose: string; from: string; to: string; addresses: string[] }[];
  steps: { id: string; source: number | null }[];
}

describe('ndmp plan', () => {
  describe('beside the lab', () => {
    let dma: LabWithDma;

    before(async () => {
      dma = await LabWithDma.start();
    });
    after(() => dma.remove());

    const plan = (job: string) => dma.json<PlanJson>(['plan', job]);

    it('prints decisions with their reasons, connections and steps', async () => {
      const job = dma.job('two', { sources: ['/vs1/vol1', '/vs1/db'], parallel: 2 });
      const { status, out, err } = await dma.run(['plan', job]);
      assert.deepEqual([status, err], [0, '']);
      for (const expected of [
        /^Job two: 2 sources of cluster1, type dump, to pool default$/m,
        /^1\. \/vs1\/vol1 {2}full, local$/m,
        /^ {2}topology {9}local – cluster1 gives volume and drive the same affinity/m,
        /^ {2}variables {8}FILESYSTEM=\/vs1\/vol1 {2}TYPE=dump {2}HIST=y {2}DIRECT=y {2}LEVEL=0 {2}UPDATE=y$/m,
        /^ {2}control {10}this machine → cluster1 at 127\.77\.0\.10, TCP port \d+/m,
        /^ {3}9\. MOVER_LISTEN LOCAL at cluster1/m,
        /^ {2}\/vs1\/db: as \/vs1\/vol1$/m,
      ])
        assert.match(out, expected);
    });

    it('folds its lines on a terminal', async () => {
      const job = dma.job('folded', { sources: ['/vs1/vol1'] });
      const { out } = await dma.run(['plan', job], { terminal: 70, env: { NO_COLOR: '1' } });
      assert.deepEqual(
        out.split('\n').filter((line) => line.length > 70),
        [],
      );
    });

    it('turns to three-way when the volume has moved, and back', async () => {
      const job = dma.job('moved', { sources: ['/vs1/vol1'], target: { drives: ['nrst0a'] } });
      const ways: string[] = [];
      for (const node of ['cluster1-02', 'cluster1-01']) {
        ways.push((await plan(job)).sources[0].topology);
        await dma.lab.command('move-volume', '/vs1/vol1', node, '0');
      }
      ways.push((await plan(job)).sources[0].topology);
      assert.deepEqual(ways, ['local', 'three-way', 'local']);
    });

    it('goes from a data LIF to the drives of the cluster', async () => {
      const job = dma.job('lif', { server: 'vs1', sources: ['/vs1/vol1'], target: { server: 'cluster1' } });
      const made = await plan(job);
      assert.deepEqual(
        [made.canRun, made.sources[0].topology, made.sources[0].addressType],
        [true, 'three-way', 'TCP'],
      );
      const data = made.connections.filter(({ purpose }) => purpose === 'data');
      assert.deepEqual(
        data.map(({ from, to }) => [from, to]),
        [['vs1', 'cluster1']],
      );
      assert.ok(data[0].addresses.length > 1, 'the LIFs of the nodes are planned');
    });

    it('says with exit status 1 why a job cannot run', async () => {
      const job = dma.job('none', { server: 'vs1', sources: ['/vs1/vol1'] });
      const { status, out } = await dma.run(['plan', job]);
      assert.equal(status, 1);
      assert.match(out, /This job cannot run as it is\n- vs1 at .* shows no tape drive: name the server/);
      assert.doesNotMatch(out, /^Steps$/m);
      const shown = await dma.run(['plan', job, '--json']);
      assert.equal(shown.status, 1);
      assert.equal((JSON.parse(shown.out) as PlanJson).canRun, false);
    });

    it('refuses a level without a backup to build on', async () => {
      const job = dma.job('level', { sources: ['/vs1/vol1'] });
      const { status, out } = await dma.run(['plan', job, '--level', '2']);
      assert.equal(status, 1);
      assert.match(out, /cannot be backed up at level 2\. There is no backup of it yet/);
      assert.equal((await dma.run(['plan', job, '--full'])).status, 0);
    });

    it('hands a volume over once the other job has no backups of it', async () => {
      const first = dma.job('first', { sources: ['/vs1/home'] });
      const second = dma.job('second', { sources: ['/vs1/home'] });
      const report = await dma.backUp(first);
      const { status, out } = await dma.run(['plan', second]);
      assert.equal(status, 1);
      assert.match(out, /\/vs1\/home belongs to job first/);
      assert.equal((await plan(first)).sources[0].level, 1);
      const removed = await ndmp(['catalog', 'remove', String(report.sources[0].set), '--yes', '--home', dma.home]);
      assert.equal(removed.status, 0, removed.err);
      assert.equal((await plan(second)).canRun, true);
      assert.equal((await plan(first)).sources[0].level, 0);
    });

    it('names a server that is not described', async () => {
      const job = dma.job('elsewhere', { server: 'filer9', sources: ['/vs1/vol1'] });
      const { status, err } = await dma.run(['plan', job]);
      assert.equal(status, 1);
      assert.match(err, /^ndmp: .*filer9/);
      assert.equal((await dma.run(['plan', job, '--server', 'cluster1'])).status, 0);
    });

    it('says what is wrong in a job file', async () => {
      const missing = await dma.run(['plan', join(dma.folder, 'no.ndmpjob.json')]);
      assert.equal(missing.status, 1);
      assert.match(missing.err, /^ndmp: The job file .*no\.ndmpjob\.json cannot be read/);
      const file = join(dma.folder, 'bad.ndmpjob.json');
      writeFileSync(file, '{"server": "cluster1", "sources": [], "pool": "x"}');
      const bad = await dma.run(['plan', file]);
      assert.equal(bad.status, 1);
      assert.match(bad.err, /sources needs at least 1; pool is not known here/);
      assert.equal((await dma.run(['plan', dma.folder])).status, 1);
    });
  });

  it('is local at a node without CAB', async () => {
    const dma = await LabWithDma.start({ scope: 'node' });
    try {
      const job = dma.job('node', { server: 'cluster1-01', sources: ['/vs1/vol1'] });
      const [source] = (await dma.json<PlanJson>(['plan', job])).sources;
      assert.deepEqual([source.topology, source.prepare], ['local', false]);
    } finally {
      await dma.remove();
    }
  });

  it('is used wrongly with a level that there is not, or with two wishes', async () => {
    for (const args of [
      ['--level', '12'],
      ['--level', 'x'],
      ['--full', '--level', '1'],
    ])
      assert.equal((await ndmp(['plan', 'x', ...args])).status, 2);
    assert.equal((await ndmp(['plan'])).status, 2);
  });
});
