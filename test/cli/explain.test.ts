import assert from 'node:assert/strict';
import { findCapture } from '../support/captures';
import { ndmp } from './harness';

interface ExplainJson {
  jobs: { job: number; outcome: string; firstWrongTurn: { message: number; causes: { id: string }[] } | null }[];
}

describe('cli: explain', () => {
  it('prints a page a job', async function () {
    const path = findCapture('job-failures.pcap');
    if (path === undefined) return this.skip();
    const { status, out, lines } = await ndmp(['explain', path, '--job', '7']);
    assert.equal(status, 0);
    assert.equal(lines[0], '# Job 7: Local backup of /tmp/export/fail');
    assert.match(
      out,
      /## First wrong turn\n\nDATA_START_BACKUP \(cpio \/tmp\/export\/fail\) was answered ILLEGAL_ARGS\. \(messages 98, 97\)/,
    );
    assert.match(out, /- What to change: Use a type that CONFIG_GET_BUTYPE_INFO lists/);
    for (const title of ['What was asked', 'Who took part', 'States', 'Where the time went'])
      assert.ok(lines.includes(`## ${title}`), title);
  });

  it('gives the same as JSON, numbered from 1', async function () {
    const path = findCapture('job-failures.pcap');
    if (path === undefined) return this.skip();
    const { out } = await ndmp(['explain', path, '--format', 'json']);
    const { jobs } = JSON.parse(out) as ExplainJson;
    assert.equal(jobs.length, 20);
    const seventh = jobs[6];
    assert.deepEqual([seventh.job, seventh.outcome, seventh.firstWrongTurn?.message], [7, 'refused', 98]);
    assert.equal(seventh.firstWrongTurn?.causes[0].id, 'error-illegal-args-type');
  });

  it('says where there is nothing to explain', async function () {
    const path = findCapture('edited-empty.pcap');
    if (path === undefined) return this.skip();
    const { status, err } = await ndmp(['explain', path]);
    assert.equal(status, 1);
    assert.match(err, /no NDMP messages/);
  });
});
