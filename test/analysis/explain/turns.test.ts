import assert from 'node:assert/strict';
import { explainJob, type JobReport } from '../../../src/analysis/explain';
import { analysisOf } from '../../support/analysisOf';

/** Jobs that went wrong, with the first message at which they did (from 1), found by reading the captures. */
const wrong: readonly [name: string, job: number, message: number, cause: string | undefined, words: RegExp][] = [
  // the DMA has no second tape: pause at 53, MOVER_ABORT at 80
  ['multitape-out-of-tapes', 1, 53, 'mover-paused-eom', /paused \(EOM\).*MOVER_ABORT/],
  ['window-end-pause', 1, 49, 'mover-paused-seek', /paused \(SEEK\).*MOVER_ABORT/],
  ['swap-connect', 1, 22, 'error-not-supported-connection', /DATA_LISTEN.*NOT_SUPPORTED in the header/],
  ['ndmpd-swap-connect-v3', 1, 22, 'error-illegal-state', /MOVER_SET_WINDOW.*ILLEGAL_STATE/],
  ['auth-failures', 1, 5, 'error-login-refused', /CLIENT_AUTH \(text, user ndmp\).*NOT_AUTHORIZED/],
  ['auth-failures', 4, 22, 'error-illegal-args-auth', /CLIENT_AUTH \(none\).*ILLEGAL_ARGS/],
  ['auth-failures', 6, 40, 'error-not-authorized', /TAPE_OPEN.*NOT_AUTHORIZED in the header/],
  ['job-failures', 1, 9, 'error-no-device', /TAPE_OPEN.*NO_DEVICE/],
  ['job-failures', 2, 18, 'error-write-protect', /TAPE_OPEN.*WRITE_PROTECT/],
  ['job-failures', 3, 27, 'error-device-busy-open', /TAPE_OPEN.*DEVICE_BUSY/],
  ['job-failures', 7, 98, 'error-illegal-args-type', /DATA_START_BACKUP \(cpio .*ILLEGAL_ARGS/],
  // the directory is not there: nothing is backed up, and the server says SUCCESSFUL
  ['job-failures', 8, 272, 'empty-backup', /0 bytes/],
  ['job-failures', 10, 391, 'mover-halted-media-error', /mover halted: MEDIA_ERROR/],
  ['ndmpd-threeway-v4', 2, 151, 'sun-read-from-remote', /Read from remote error/],
  [
    'client-killed',
    1,
    33,
    undefined,
    /tape server \(closed after message 33\).*data server \(closed after message 28\)/,
  ],
  ['server-killed', 1, 33, undefined, /data connection was reset/],
];

const clean = ['local-v4', 'local-v2', 'threeway-v4', 'multitape-v4', 'multitape-v2', 'fh-batches', 'ndmpd-query-v4'];

function reportOf(name: string, job: number): JobReport | undefined {
  const analysis = analysisOf(`${name}.pcap`);
  return analysis && explainJob(analysis, analysis.jobs[job - 1]);
}

describe('analysis/explain: the first wrong turn', () => {
  for (const [name, job, message, cause, words] of wrong) {
    it(`${name}, job ${job}: message ${message}`, function () {
      const report = reportOf(name, job);
      if (report === undefined) return this.skip();
      const turn = report.firstWrongTurn;
      assert.equal((turn?.row ?? -1) + 1, message, turn?.text);
      assert.match(turn?.text ?? '', words);
      assert.equal(turn?.causes[0]?.id, cause);
    });
  }

  for (const name of clean) {
    it(`${name}: none, since all went well`, function () {
      const analysis = analysisOf(`${name}.pcap`);
      if (analysis === undefined) return this.skip();
      // ndmpd-query ends with a login that is refused
      const jobs = analysis.jobs.filter(({ outcome }) => outcome === 'successful');
      assert.ok(jobs.length > 0);
      for (const job of jobs) {
        const { firstWrongTurn, verdict } = explainJob(analysis, job);
        assert.equal(firstWrongTurn, undefined, firstWrongTurn?.text);
        assert.match(verdict.text, /successful/);
      }
    });
  }

  it('says in which states the sides were', function () {
    const report = reportOf('job-failures', 7);
    if (report === undefined) return this.skip();
    assert.deepEqual(report.firstWrongTurn?.states.sort(), ['data server CONNECTED', 'mover ACTIVE']);
  });

  it('blames no side where only the capture ends', function () {
    const report = reportOf('edited-truncated-in-packet', 5);
    if (report === undefined) return this.skip();
    assert.equal(report.job.outcome, 'not seen');
    assert.equal(report.firstWrongTurn, undefined, report.firstWrongTurn?.text);
    assert.ok(report.missing.some(({ text }) => text.includes('end of the job')));
  });
});
