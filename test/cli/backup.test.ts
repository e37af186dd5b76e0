import { strict as assert } from 'node:assert';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCatalog } from '../../src/dma/catalog/open';
import { LabWithDma, writeFiles, type Report } from '../support/dma';
import { ndmp } from './harness';

interface SetLine {
  state: string;
}

describe('ndmp backup', () => {
  let labs: LabWithDma;
  let job: string;

  before(async () => {
    labs = await LabWithDma.start();
    job = labs.job('weekly', { sources: [{ path: '/vs1/vol1' }] });
  });
  after(() => labs.remove());

  const sets = async (): Promise<SetLine[]> => {
    const catalog = await openCatalog(join(labs.home, 'catalog.db'));
    try {
      return await catalog.sets({ job: 'weekly' });
    } finally {
      await catalog.close();
    }
  };

  it('says wrong use, and job files that are none', async () => {
    assert.equal((await ndmp(['backup'])).status, 2);
    assert.equal((await ndmp(['backup', job, '--full', '--level', '2'])).status, 2);
    assert.equal((await ndmp(['backup', job, '--level', '10'])).status, 2);
    const missing = await labs.run(['backup', join(labs.folder, 'none.ndmpjob.json')]);
    assert.equal(missing.status, 1);
    assert.match(missing.err, /none\.ndmpjob\.json cannot be read/);
  });

  it('--dry-run prints the plan and backs up nothing', async () => {
    const { status, out } = await labs.run(['backup', job, '--dry-run']);
    assert.equal(status, 0);
    assert.match(out, /DATA_START_BACKUP/);
    assert.deepEqual(await sets(), []);
  });

  it('says for people and for programs how it went', async () => {
    const { status, out, err } = await labs.run(['backup', job, '--yes']);
    assert.equal(status, 0, err);
    assert.match(out, /^weekly, run 1: backed up\.\n {2}\/vs1\/vol1 {2}set 1 {2}/);
    assert.match(out, /\n {2}recorded in \S+\.pcapng \(as text in the \.log beside it\)\n$/);
    const report = await labs.json<Report>(['backup', job, '--yes', '--full']);
    assert.equal(report.state, 'done');
    assert.equal(report.sources[0].path, '/vs1/vol1');
    assert.match(report.sources[0].bytes, /^\d+$/);
    assert.ok(existsSync(report.recording ?? ''));
  });

  it('a job that cannot run is a failed run, with exit status 1, and the others of the queue go on', async () => {
    const bad = labs.job('bad', { sources: [{ path: '/vs1/vol1' }], type: 'no-such-type' });
    const { status, out, err } = await labs.run(['backup', bad, job, '--yes']);
    assert.equal(status, 1, err);
    assert.match(out, /bad, run \d+ failed\. .*no-such-type/);
    assert.match(out, /weekly, run \d+: backed up/);
    assert.match(out, /1 of 2 jobs backed up\. Not so: bad/);
  });

  it('a wrong password is said as such', async () => {
    const { status, out, err } = await labs.run(['backup', job], { env: { NDMP_PASSWORD: 'Sesame-4711' } });
    assert.equal(status, 1);
    assert.match(out + err, /cluster1 .*(NOT_AUTHORIZED|password)/);
    assert.doesNotMatch(out + err, /Sesame/);
  });

  it('Ctrl-C ends in order: exit status 130, no set that is not whole is told to be complete, nothing is left open', async () => {
    writeFiles(labs.directory('/vs1/vol1'), { large: Buffer.alloc(150_000_000, 'x') });
    const complete = (await sets()).length;
    const interrupt = new AbortController();
    const known = new Set(readdirSync(join(labs.home, 'runs')));
    const timer = setInterval(() => {
      const log = readdirSync(join(labs.home, 'runs')).find((name) => !known.has(name) && name.endsWith('.log'));
      if (log && /START_BACKUP/.test(readFileSync(join(labs.home, 'runs', log), 'utf8'))) interrupt.abort();
    }, 5);
    const { status, err } = await labs.run(['backup', job, '--yes', '--full'], { signal: interrupt.signal });
    clearInterval(timer);
    assert.equal(status, 130, err);
    const states = (await sets()).map(({ state }) => state).filter((state) => state !== 'complete');
    assert.ok(['partial', ''].includes(states.join()), states.join()); // none where no byte was on tape yet
    assert.equal((await sets()).length - states.length, complete);
    const next = await labs.json<Report>(['backup', job, '--yes', '--full']);
    assert.equal(next.state, 'done');
  });
});
