import assert from 'node:assert/strict';
import { LabWithDma, writeFiles, type Report } from '../../support/dma';
import { compareTrees } from '../../support/trees';

const OWNER = { ignoreOwner: process.getuid?.() !== 0 };

interface Plan {
  sources: { path: string; topology: string }[];
}

interface Set {
  level: number;
  state: string;
  path: string;
}

describe('dma: a cluster of the lab', () => {
  let labs: LabWithDma;
  before(async () => {
    labs = await LabWithDma.start({ nodes: 4, drives: 4 });
  });
  after(() => labs.remove());

  it('a volume that has moved between two runs turns the job from local to three-way', async () => {
    // the only drive of this job is on the first node
    const job = labs.job('moving', { sources: [{ path: '/vs1/vol1' }], target: { drives: ['nrst0a'] } });
    const volume = labs.directory('/vs1/vol1');
    const topology = async (): Promise<string> => (await labs.json<Plan>(['plan', job])).sources[0].topology;
    assert.equal(await topology(), 'local');
    assert.equal((await labs.backUp(job)).state, 'done');
    await labs.lab.command('move-volume', '/vs1/vol1', 'cluster1-02', '0');
    writeFiles(volume, { 'after-the-move': 'x'.repeat(100_000) });
    assert.equal(await topology(), 'three-way');
    assert.equal((await labs.backUp(job)).state, 'done');
    await labs.json(['restore', '--job', 'moving', '--to', '/vs1/home/moved', '--yes']);
    assert.deepEqual(compareTrees(volume, `${labs.directory('/vs1/home')}/moved`, OWNER), []);
  });

  it('two volumes are backed up at the same time, each on its own drive', async () => {
    const sources = [{ path: '/vs1/db' }, { path: '/vs2/media' }];
    for (const { path } of sources) writeFiles(labs.directory(path), { large: Buffer.alloc(20_000_000, path) });
    const job = labs.job('both', { sources, parallel: 2 });
    const report = await labs.backUp(job);
    assert.equal(report.state, 'done');
    const tapes = report.sources.map(({ barcodes }) => barcodes.join());
    assert.equal(new Set(tapes).size, 2, 'each its own tape');
  });

  it('a chain has ten restore points, and the eleventh run is a full backup', async () => {
    const job = labs.job('chain', { sources: [{ path: '/vs2/projects' }] });
    const volume = labs.directory('/vs2/projects');
    for (let run = 0; run < 11; run++) {
      writeFiles(volume, { [`run-${run}`]: `run ${run}` });
      assert.equal((await labs.backUp(job)).state, 'done', `run ${run + 1}`);
    }
    const sets = await labs.json<Set[]>(['catalog', 'list', '--job', 'chain']);
    const levels = sets.map(({ level }) => level);
    assert.deepEqual([...levels].sort(), [0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    await labs.json(['restore', '--job', 'chain', '--to', '/vs1/home/chain', '--yes']);
    assert.deepEqual(compareTrees(volume, `${labs.directory('/vs1/home')}/chain`, OWNER), []);
  });

  it('a hundred jobs in the queue use all four drives, and the report is right', async () => {
    const volume = labs.directory('/vs2/archive');
    const jobs = Array.from({ length: 100 }, (_unused, at) => {
      writeFiles(volume, { [`${at}/file`]: `content ${at}` });
      // every tenth one names a directory that is not there
      const path = at % 10 === 9 ? `/vs2/archive/missing-${at}` : `/vs2/archive/${at}`;
      return labs.job(`job-${at}`, { sources: [{ path }] });
    });
    const { status, out, err } = await labs.run(['backup', ...jobs, '--yes', '--json']);
    assert.equal(status, 1, err);
    const reports = JSON.parse(out) as (Report & { job: string })[];
    assert.equal(reports.length, 100);
    const failed = reports.filter(({ state }) => state !== 'done').map(({ job }) => job);
    assert.deepEqual(failed.sort(), Array.from({ length: 10 }, (_unused, at) => `job-${at * 10 + 9}`).sort());
    const check = await labs.run(['catalog', 'check']);
    assert.equal(check.status, 0, check.out + check.err);
  }).timeout(300_000);
});
