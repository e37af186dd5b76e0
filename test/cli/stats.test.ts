import assert from 'node:assert/strict';
import { findCapture } from '../support/captures';
import { ndmp } from './harness';

interface StatsJson {
  messages: { total: { messages: number }; byMessage: { message: string; requests: number }[] };
  jobs: { job: number; time: { seconds: number; byWho: { who: string; share: number }[] } }[];
}

describe('cli: stats', () => {
  it('counts messages and tells where the time of each job went', async function () {
    const path = findCapture('local-v4.pcap');
    if (path === undefined) return this.skip();
    const { status, lines, err } = await ndmp(['stats', path]);
    assert.equal(status, 0, err);
    assert.match(lines[0], /^message +to server +to DMA/);
    assert.ok(lines.some((line) => /^MOVER_GET_STATE +\d+ +\d+/.test(line)));
    assert.equal(lines.filter((line) => line.startsWith('Job ')).length, 7);
    assert.ok(lines.some((line) => /data server .*NOTIFY_MOVER_HALTED 1\.00 s \(#74 to #77\)/.test(line)));
  });

  it('prints one job as JSON, with messages numbered from 1', async function () {
    const path = findCapture('local-v4.pcap');
    if (path === undefined) return this.skip();
    const { status, out } = await ndmp(['stats', path, '--job', '3', '--format', 'json']);
    assert.equal(status, 0);
    const { messages, jobs } = JSON.parse(out) as StatsJson;
    assert.equal(messages.total.messages, 74);
    assert.deepEqual(
      jobs.map(({ job }) => job),
      [3],
    );
    const [{ time }] = jobs;
    assert.ok(Math.abs(time.byWho.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-9);
  });

  it('fits a terminal', async function () {
    const path = findCapture('local-v4.pcap');
    if (path === undefined) return this.skip();
    const colours = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
    const { lines } = await ndmp(['stats', path, '--job', '3'], { terminal: 80 });
    for (const line of lines.filter((each) => !each.includes('! ')))
      assert.ok(line.replace(colours, '').length <= 80, line);
  });

  it('refuses a job that there is not, and numbers that are none', async function () {
    const path = findCapture('local-v4.pcap');
    if (path === undefined) return this.skip();
    const missing = await ndmp(['stats', path, '--job', '99']);
    assert.equal(missing.status, 2);
    assert.match(missing.err, /no job 99: the capture has 7 jobs/);
    assert.equal((await ndmp(['stats', path, '--job', '0'])).status, 2);
  });
});
