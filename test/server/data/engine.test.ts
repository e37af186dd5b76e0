import assert from 'node:assert/strict';
import type { BackupOrder, RecoverOrder } from '../../../src/server/archive/model';
import { fakeEngine, type FakeEngine } from './fakeArchive';

const backup = (values: Record<string, number> = {}): BackupOrder => ({
  treeRoot: '/',
  inside: '',
  type: 'tar',
  environment: Object.entries(values).map(([name, value]) => ({ name, value: String(value) })),
  history: 'none',
  version: 4,
  dumpRecords: '',
  now: 0,
});
const recover = (): RecoverOrder => ({
  type: 'tar',
  operation: 'recover',
  environment: [{ name: 'BYTES', value: '100' }],
  names: [],
  history: 'none',
  version: 4,
});

describe('data engine', () => {
  let engine: FakeEngine;
  afterEach(() => engine.close());

  it('makes pieces ahead, but only so many', async () => {
    engine = fakeEngine();
    const job = engine.backup(backup({ PIECES: 100 }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(engine.backups[0].made, 4);
    for (let i = 1; i <= 100; i++) {
      const piece = await job.next();
      assert.equal(piece.bytes[0], i);
      assert.equal(piece.done, i === 100);
    }
    await job.commit();
    await job.close();
    assert.deepEqual([engine.backups[0].committed, engine.backups[0].closed], [1, 1]);
  });

  it('gives what was made before a failure, then the failure, every time', async () => {
    engine = fakeEngine();
    const job = engine.backup(backup({ FAIL_AT: 2 }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await job.next();
    await job.next();
    for (let i = 0; i < 2; i++) await assert.rejects(job.next(), /the disk is on fire/);
    await assert.rejects(job.commit(), /the disk is on fire/);
    await job.close();
    assert.equal(engine.backups[0].closed, 1);
  });

  it('answers the steps of a recovery in order, and rejects those of a closed one', async () => {
    engine = fakeEngine();
    const job = engine.recover(recover());
    const steps = [job.start(), job.push(new Uint8Array(60)), job.push(new Uint8Array(60))];
    assert.deepEqual(
      (await Promise.all(steps)).map(({ step: { done, want } }) => [done, want !== undefined]),
      [
        [false, true],
        [false, false],
        [true, false],
      ],
    );
    const late = job.push(new Uint8Array(1));
    const closing = job.close();
    await assert.rejects(late, /is over/);
    await closing;
    await assert.rejects(job.endOfStream(), /is over/);
    assert.equal(engine.recoveries[0].closed, 1);
  });

  it('refuses more operations than may run, until one is over', async () => {
    engine = fakeEngine({ operations: 2 });
    const first = engine.backup(backup());
    engine.recover(recover());
    assert.throws(() => engine.backup(backup()), /as many as may/);
    await first.close();
    await engine.backup(backup()).close();
  });

  it('spreads operations over its threads, which end when they have nothing to do', async () => {
    engine = fakeEngine({ threads: 2, idleMilliseconds: 10 });
    const jobs = [1, 2, 3, 4].map(() => engine.backup(backup({ PIECES: 50 })));
    assert.equal(engine.counts.opened, 2);
    for (const job of jobs) assert.equal((await job.next()).bytes[0], 1);
    await Promise.all(jobs.map((job) => job.close()));
    await new Promise((resolve) => setTimeout(resolve, 40));
    assert.deepEqual(engine.counts, { opened: 2, ended: 2 });
    await engine.backup(backup()).next();
    assert.equal(engine.counts.opened, 3);
  });

  it('fails the operations of a thread that ends by itself, and goes on with another', async () => {
    engine = fakeEngine({ threads: 1 });
    const backing = engine.backup(backup({ PIECES: 50 }));
    const recovering = engine.recover(recover());
    engine.lose();
    await assert.rejects(recovering.start(), /ended: killed/);
    await assert.rejects(backing.next(), /ended: killed/);
    await Promise.all([backing.close(), recovering.close()]);
    assert.equal((await engine.backup(backup()).next()).bytes[0], 1);
  });

  it('takes nothing more once it is closed', async () => {
    engine = fakeEngine();
    const job = engine.backup(backup());
    await engine.close();
    await assert.rejects(job.next(), /the server has ended/);
    assert.throws(() => engine.backup(backup()), /the server ends/);
  });
});
