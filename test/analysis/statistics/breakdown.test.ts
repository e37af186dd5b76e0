import assert from 'node:assert/strict';
import { Analysis } from '../../../src/analysis/analysis';
import { timeBreakdown, type CauseId, type TimeBreakdown } from '../../../src/analysis/statistics';
import { analysisOf } from '../../support/analysisOf';
import { Play } from '../../support/play';

const secondsOf = ({ shares }: TimeBreakdown, cause: CauseId): number =>
  shares.find((share) => share.cause === cause)?.seconds ?? 0;
const near = (actual: number, expected: number, slack: number): void =>
  assert.ok(Math.abs(actual - expected) <= slack, `${actual} is not ${expected} ± ${slack}`);

/** A local backup in which each side takes a known time. */
function played(): TimeBreakdown {
  const play = new Play();
  const both = play.connect('10.0.0.1', '10.0.0.2');
  const opened = both.request('NDMP_TAPE_OPEN', { device: 'nrst0a', mode: 1 });
  play.wait(3_000_000);
  both.reply('NDMP_TAPE_OPEN', opened);
  play.wait(5_000_000);
  both.ask('NDMP_MOVER_SET_RECORD_SIZE', { len: 65536 });
  both.ask('NDMP_MOVER_LISTEN', { mode: 0, addr_type: 0 }, { error: 0, connect_addr: { type: 0 } });
  both.ask('NDMP_DATA_CONNECT', { addr: { type: 0 } });
  both.ask('NDMP_DATA_START_BACKUP', { bu_type: 'dump', env: [{ name: 'FILESYSTEM', value: '/v' }] });
  const state = (bytes: bigint): void =>
    void both.ask(
      'NDMP_DATA_GET_STATE',
      {},
      {
        error: 0,
        unsupported: 0,
        operation: 1,
        state: 1,
        halt_reason: 0,
        bytes_processed: bytes,
        est_bytes_remain: 0n,
        est_time_remain: 0,
        data_connection_addr: { type: 0 },
        read_offset: 0n,
        read_length: 0n,
      },
    );
  play.wait(10_000_000);
  state(1000n);
  play.wait(4_000_000);
  state(1000n);
  both.post('NDMP_NOTIFY_MOVER_HALTED', { reason: 1 });
  play.wait(2_000_000);
  both.post('NDMP_NOTIFY_DATA_HALTED', { reason: 1 });
  play.wait(7_000_000);
  both.ask('NDMP_DATA_STOP');
  both.ask('NDMP_MOVER_STOP');
  const analysis = new Analysis(play.session());
  const job = analysis.jobs.find(({ operation }) => operation === 'backup');
  assert.ok(job);
  return timeBreakdown(analysis.source, job);
}

describe('analysis/statistics: where the time went', () => {
  it('gives each second of a played backup to who had it', () => {
    const time = played();
    near(secondsOf(time, 'answering-tape'), 3, 0.01);
    near(secondsOf(time, 'dma-between'), 5, 0.01);
    near(secondsOf(time, 'progress'), 10, 0.01);
    near(secondsOf(time, 'no-progress'), 4, 0.01);
    near(secondsOf(time, 'data-finishing'), 2, 0.01);
    near(secondsOf(time, 'dma-reaction'), 7, 0.01);
    assert.match(time.limits[0].text, /in one server/);
  });

  it('adds up to the whole, and each share names what it is made of', () => {
    const time = played();
    near(
      time.shares.reduce((sum, { seconds }) => sum + seconds, 0),
      time.seconds,
      1e-6,
    );
    near(
      time.shares.reduce((sum, { share }) => sum + share, 0),
      1,
      1e-9,
    );
    for (const { parts, evidence } of time.shares) {
      assert.ok(parts.length > 0);
      assert.ok(evidence.length > 20);
    }
  });

  const captures: [name: string, job: number, cause: CauseId, seconds: number, slack: number, why: string][] = [
    [
      'threeway-v4',
      0,
      'data-finishing',
      1.047,
      0.02,
      'from the last bytes at 0.618 s to NOTIFY_DATA_HALTED (50) at 1.665 s',
    ],
    [
      'threeway-v4',
      0,
      'data-gives-nothing',
      0.575,
      0.01,
      'from DATA_START_BACKUP’s reply (28) at 0.033 s to the first bytes at 0.608 s',
    ],
    ['local-v4', 2, 'data-finishing', 1.0, 0.01, 'NOTIFY_MOVER_HALTED (74) to NOTIFY_DATA_HALTED (77)'],
    ['multitape-v2', 1, 'media-change', 0.01, 0.01, 'NOTIFY_MOVER_PAUSED to MOVER_CONTINUE with MOVE MEDIUM between'],
    ['job-failures', 6, 'dma-between', 18.1, 0.1, 'the DMA polls every two seconds after DATA_ABORT was refused'],
  ];
  for (const [name, id, cause, seconds, slack, why] of captures) {
    it(`${name}, job ${id + 1}, ${cause}: ${why}`, function () {
      const analysis = analysisOf(`${name}.pcap`);
      if (analysis === undefined) return this.skip();
      const time = timeBreakdown(analysis.source, analysis.jobs[id]);
      near(secondsOf(time, cause), seconds, slack);
    });
  }

  it('counts waits for lost packets to the network', function () {
    const analysis = analysisOf('loss-after-capture.pcap');
    if (analysis === undefined) return this.skip();
    // connection 1 waits from 0.000 to 0.203 s and from 0.211 to 0.424 s, connection 2 from 1.478 to 2.215 s
    const time = timeBreakdown(analysis.source, analysis.jobs[0]);
    const [lost] = time.shares.filter(({ who }) => who === 'network');
    assert.equal(lost.cause, 'sent-again');
    near(lost.seconds, 1.15, 0.02);
  });

  it('blames nobody for idle time where packets were lost', function () {
    const analysis = analysisOf('loss-after-capture.pcap');
    if (analysis === undefined) return this.skip();
    const job = analysis.jobs.find(({ link }) => {
      const flow = link?.flow === undefined ? undefined : analysis.source.info.flows[link.flow];
      return flow !== undefined && flow.repeated[0] + flow.repeated[1] > 0;
    });
    if (job === undefined) return this.skip();
    const time = timeBreakdown(analysis.source, job);
    assert.equal(secondsOf(time, 'data-gives-nothing') + secondsOf(time, 'mover-gives-nothing'), 0);
    assert.ok(time.limits.some(({ text }) => text.includes('sent again')));
  });
});
