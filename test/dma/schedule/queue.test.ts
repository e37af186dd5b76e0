import assert from 'node:assert/strict';
import type { Job } from '../../../src/dma/job/model';
import type { RunReport } from '../../../src/dma/run/model';
import { runQueue } from '../../../src/dma/schedule/queue';

const job = (name: string, server = 'filer'): Job => ({
  name,
  server,
  sources: [],
  type: 'tar',
  environment: {},
  level: 'auto',
  policy: { restorePoints: 10, incremental: 'level', retainDays: undefined },
  target: { server: undefined, changer: undefined, drives: [], pool: 'p', append: true, recordSize: 1024 },
  topology: 'auto',
  listen: 'auto',
  family: 'auto',
  parallel: 1,
  history: true,
});
const report = (state: RunReport['state'], message = ''): RunReport => ({
  run: 1,
  state,
  sources: [],
  message,
  recording: undefined,
  log: undefined,
});
const { signal } = new AbortController();
const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2));

describe('A queue of jobs', () => {
  it('runs as many at a time as there are drives, all of them, and reports in their order', async () => {
    let running = 0;
    let most = 0;
    const jobs = Array.from({ length: 100 }, (_job, n) => job(`job-${n}`));
    const results = await runQueue({
      jobs,
      signal,
      run: async (_job, planned) => {
        running++;
        planned(4);
        most = Math.max(most, running);
        await soon();
        running--;
        return report('done');
      },
    });
    assert.equal(most, 4);
    assert.deepEqual(
      results.map(({ job: name }) => name),
      jobs.map(({ name }) => name),
    );
  });

  it('libraries do not wait for each other; jobs of one name do', async () => {
    const running = new Set<string>();
    let together = false;
    await runQueue({
      jobs: [job('a'), job('a'), job('b', 'other')],
      signal,
      run: async ({ name }, planned) => {
        assert.ok(!running.has(name));
        running.add(name);
        planned(2);
        await soon();
        together ||= running.size === 2;
        running.delete(name);
        return report('done');
      },
    });
    assert.ok(together);
  });

  it('goes on behind a job that fails, whatever way', async () => {
    const results = await runQueue({
      jobs: [job('bad'), job('worse'), job('good')],
      signal,
      run: ({ name }) => {
        if (name === 'worse') return Promise.reject(new Error('the catalog is full'));
        return Promise.resolve(report(name === 'bad' ? 'failed' : 'done'));
      },
    });
    assert.deepEqual(
      results.map(({ report: { state } }) => state),
      ['failed', 'failed', 'done'],
    );
    assert.equal(results[1].report.message, 'the catalog is full');
  });

  it('after an abort nothing more is started, and that is said', async () => {
    const abort = new AbortController();
    let started = 0;
    const results = await runQueue({
      jobs: [job('one'), job('two')],
      signal: abort.signal,
      run: () => {
        started++;
        abort.abort();
        return Promise.resolve(report('aborted'));
      },
    });
    assert.equal(started, 1);
    assert.match(results[1].report.message, /not started/);
  });
});
