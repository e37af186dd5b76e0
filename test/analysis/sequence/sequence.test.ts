import assert from 'node:assert/strict';
import type { Analysis } from '../../../src/analysis/analysis';
import { NOTHING_UNFOLDED, type SequenceLine, type Unfold } from '../../../src/analysis/sequence/model';
import { Sequence } from '../../../src/analysis/sequence/sequence';
import { captureAnalysis } from '../../drawing/sequence/support';
import { analysed, fileEntry, finish, moverState, startThreeWay } from './plays';

function sequence(analysis: Analysis, job = 0, unfold: Unfold = NOTHING_UNFOLDED): Sequence {
  return new Sequence(analysis, analysis.jobs[job], unfold);
}

function said({ kind, from, to, name, facts, result }: SequenceLine): string {
  const arrow = kind === 'link' ? `${from}=${to}` : `${from}>${to}`;
  return [`${arrow} ${name}`, facts, result].filter((part) => part !== '').join(' | ');
}

/** What was said, from the line with `from` on, at most `most` lines. */
function excerpt(lines: readonly SequenceLine[], from: string, most: number): string[] {
  const start = lines.findIndex(({ name }) => name === from);
  return lines.slice(start, start + most).map(said);
}

/** Lifelines beside the DMA, and steps in the order of their first messages, as one reads them in the captures. */
const EXPECTED: readonly [capture: string, job: number, lifelines: string, steps: string, pauses: string][] = [
  ['local-v2.pcap', 0, 'Tape server', 'connect, tape', ''],
  ['local-v4.pcap', 2, 'Data and tape server', 'connect, mover, tape, data connection, transfer, post-processing', ''],
  [
    'multitape-v2.pcap',
    1,
    'Data server, Tape server, Changer',
    'connect, changer, mover, tape, data connection, transfer, post-processing',
    'tape change EOM',
  ],
  [
    'multitape-v2.pcap',
    2,
    'Data server, Tape server, Changer',
    'connect, changer, mover, tape, data connection, transfer, post-processing',
    'tape change SEEK, pause SEEK',
  ],
  [
    'ndmpd-threeway-v4.pcap',
    1,
    'Data server, Tape server',
    'connect, mover, tape, data connection, transfer, post-processing',
    'pause SEEK',
  ],
  ['swap-connect.pcap', 0, 'Data server, Tape server', 'connect, mover, tape, data connection', ''],
];

describe('sequence of a job', () => {
  for (const [name, job, lifelines, steps, pauses] of EXPECTED) {
    it(`${name}, job ${job + 1}: its lifelines, steps and pauses`, () => {
      const { outline } = sequence(captureAnalysis(name), job);
      const phases = outline.phases.map((phase) => phase.name);
      assert.equal(
        outline.lifelines
          .slice(1)
          .map(({ title }) => title)
          .join(', '),
        lifelines,
      );
      assert.equal(phases.filter((phase, i) => phases.indexOf(phase) === i).join(', '), steps);
      assert.equal(outline.bands.map(({ kind, reason }) => `${kind} ${reason}`).join(', '), pauses);
    });
  }

  it('tells a local backup on one lifeline for data and tape', () => {
    const { outline } = sequence(captureAnalysis('local-v4.pcap'), backupOf(captureAnalysis('local-v4.pcap')));
    assert.deepEqual(
      outline.lifelines.map(({ title, machines }) => [title, machines]),
      [
        ['DMA', []],
        ['Data and tape server', ['data', 'mover']],
      ],
    );
    assert.deepEqual(
      outline.states
        .filter(({ machine }) => machine === 'mover')
        .map(({ state, reason }) => `${state} ${reason}`.trim()),
      ['LISTEN', 'ACTIVE', 'HALTED CONNECT_CLOSED'],
    );
  });

  it('tells a backup over two tapes with its changer as the overview of 2001 names the steps', () => {
    const analysis = captureAnalysis('multitape-v2.pcap');
    const { outline, length } = sequence(analysis, backupOf(analysis));
    assert.deepEqual(
      outline.lifelines.map(({ title }) => title),
      ['DMA', 'Data server', 'Tape server', 'Changer'],
    );
    const phases = outline.phases.map(({ name }) => name);
    assert.deepEqual(
      phases.filter((name, i) => phases.indexOf(name) === i),
      ['connect', 'changer', 'mover', 'tape', 'data connection', 'transfer', 'post-processing'],
    );
    assert.deepEqual(phases.slice(-2), ['transfer', 'post-processing']);
    assert.deepEqual(
      outline.bands.map(({ kind, reason }) => `${kind} ${reason}`),
      ['tape change EOM'],
    );
    assert.equal(outline.lines, length);
  });

  it('draws a request with its reply as one arrow, posts as one-way arrows, the data connection as a bar', () => {
    const analysis = captureAnalysis('ndmpd-threeway-v4.pcap');
    const job = sequence(analysis, 1);
    const lines = job.window(0, 100);
    assert.deepEqual(excerpt(lines, 'MOVER_LISTEN', 5), [
      '0>2 MOVER_LISTEN | WRITE, TCP | at 127.0.0.3:42899',
      '0>1 DATA_CONNECT | to 127.0.0.3:42899 | ok',
      '0>1 DATA_START_RECOVER | dump / → /share/vol0/back/ | ok',
      '1=2 data connection, 516 kB, 6.0 MB/s',
      '1>0 LOG_MESSAGE × 2 | last: Tape server: remote at 127.0.0.3:42899.',
    ]);
    const listen = lines.find(({ name }) => name === 'MOVER_LISTEN');
    assert.ok(listen?.latency !== undefined && listen.latency > 0.0001 && listen.latency < 0.00015);
    const refused = lines.find(({ name }) => name === 'DATA_GET_ENV');
    assert.deepEqual([refused?.result, refused?.outcome], ['ILLEGAL_STATE', 'failed']);
    const error = lines.find(({ facts }) => facts.startsWith('ERROR'));
    assert.deepEqual([error?.name, error?.outcome], ['LOG_MESSAGE', 'failed']);
  });

  it('ends every message in exactly one line, folded or not', () => {
    for (const name of [
      'local-v3.pcap',
      'job-failures.pcap',
      'edited-lost-segments.pcap',
      'edited-start-mid-message.pcap',
    ]) {
      const analysis = captureAnalysis(name);
      for (const job of analysis.jobs) {
        for (const unfold of [NOTHING_UNFOLDED, EVERYTHING]) {
          const drawn = sequence(analysis, job.id, unfold);
          const all = drawn.window(0, drawn.length);
          const heads = all.filter((line) => line.kind !== 'link' && !(line.kind === 'fold' && line.open));
          const withReplies = all.reduce((sum, { replyN }) => sum + (replyN === undefined ? 0 : 1), 0);
          const messages = heads.reduce((sum, { count }) => sum + count, 0);
          if (unfold === EVERYTHING) assert.equal(messages + withReplies, drawn.outline.messages, `${name} ${job.id}`);
          for (const { fromRow, connection } of job.spans) {
            if (analysis.source.index.connection(fromRow) === connection) assert.ok(drawn.lineOfRow(fromRow) >= 0);
          }
          assert.deepEqual(
            all.map(({ index }) => index),
            all.map((_line, i) => i),
          );
        }
      }
    }
  });

  it('folds floods of file history, log messages and polling wherever they come', () => {
    const job = startThreeWay();
    const { data, tape } = job;
    for (let i = 0; i < 30; i++) {
      data.post('NDMP_FH_ADD_FILE', { files: [fileEntry(`a${i}`), fileEntry(`b${i}`)] });
      data.ask('NDMP_DATA_GET_STATE', {}, {}, 1);
      tape.ask('NDMP_MOVER_GET_STATE', {}, moverState(2, BigInt(i) * 65_536n));
      data.post('NDMP_LOG_MESSAGE', {
        log_type: 0,
        message_id: i,
        entry: `step ${i}`,
        associated_message_valid: 0,
        associated_message_sequence: 0,
      });
    }
    data.post('NDMP_LOG_MESSAGE', {
      log_type: 2,
      message_id: 99,
      entry: 'disk broken',
      associated_message_valid: 0,
      associated_message_sequence: 0,
    });
    finish(job);
    const drawn = sequence(analysed(job));
    const lines = drawn.window(0, 100);
    const start = lines.findIndex(({ kind }) => kind === 'link');
    const folds = lines.slice(start + 1, start + 6).map(said);
    assert.deepEqual(
      folds.map((text) => text.replace(/every [\d.]+ µs/, 'every …')),
      [
        '1>0 FH_ADD_FILE × 30 | 60 entries',
        '0>1 DATA_GET_STATE × 30 | every … | header: NOT_SUPPORTED',
        '0>2 MOVER_GET_STATE × 30 | every … | ACTIVE, record 0, 1 900 544 bytes moved',
        '1>0 LOG_MESSAGE × 30 | last: step 29',
        '1>0 LOG_MESSAGE | ERROR: disk broken',
      ],
    );
  });

  it('opens one fold by its id, and a kind of folds as a whole', () => {
    const job = startThreeWay();
    for (let i = 0; i < 5; i++) job.data.post('NDMP_FH_ADD_FILE', { files: [fileEntry(`a${i}`)] });
    finish(job);
    const analysis = analysed(job);
    const folded = sequence(analysis);
    const fold = folded.window(0, 100).find(({ kind }) => kind === 'fold');
    assert.ok(fold);
    const opened = sequence(analysis, 0, { kinds: [], ids: [fold.id] });
    assert.equal(opened.length, folded.length + 5);
    const lines = opened.window(fold.index, fold.index + 6);
    assert.deepEqual(
      lines.map(({ kind, open, group }) => [kind, open, group]),
      [['fold', true, -1], ...Array.from({ length: 5 }, () => ['post', false, fold.id])],
    );
    const unfolded = sequence(analysis, 0, { kinds: ['history'], ids: [] });
    assert.equal(unfolded.length, folded.length + 4);
    assert.equal(opened.lineOfRow(fold.id + 2), fold.index + 3);
    assert.equal(folded.lineOfRow(fold.id + 2), fold.index);
  });

  it('folds the pauses of a recovery that goes from file to file', () => {
    const job = startThreeWay('/vol/vol1', true);
    const { data, tape } = job;
    for (let i = 0; i < 40; i++) {
      data.post('NDMP_NOTIFY_DATA_READ', { offset: BigInt(i) * 1_000_000n, length: 1000n });
      tape.ask('NDMP_MOVER_READ', { offset: BigInt(i) * 1_000_000n, length: 1000n });
      tape.post('NDMP_NOTIFY_MOVER_PAUSED', { reason: 3, seek_position: BigInt(i) * 1_000_000n });
      tape.ask('NDMP_TAPE_MTIO', { tape_op: 0, count: 1 }, { error: 0, resid_count: 0 });
      tape.ask('NDMP_MOVER_SET_WINDOW', { offset: BigInt(i) * 1_000_000n, length: 1_000_000n });
      tape.ask('NDMP_MOVER_CONTINUE');
    }
    finish(job);
    const { outline, ...drawn } = {
      outline: sequence(analysed(job)).outline,
      lines: sequence(analysed(job)).window(0, 99),
    };
    assert.ok(outline.lines < 25, `${outline.lines} lines`);
    assert.deepEqual(outline.bands, []);
    const reads = drawn.lines.find(({ name }) => name === 'NOTIFY_DATA_READ × 40');
    assert.equal(reads?.facts, '40 000 bytes in all, from offset 0');
  });

  it('measures each stretch of the data connection by what the mover says', () => {
    const job = startThreeWay();
    const { tape } = job;
    tape.post('NDMP_NOTIFY_MOVER_PAUSED', { reason: 1, seek_position: 0n });
    tape.ask('NDMP_MOVER_GET_STATE', {}, moverState(3, 1_000_000n));
    tape.ask('NDMP_TAPE_CLOSE');
    tape.ask('NDMP_TAPE_OPEN', { device: 'nrst0a', mode: 1 });
    tape.ask('NDMP_MOVER_SET_WINDOW', { offset: 1_000_000n, length: 0xffffffffffffffffn });
    job.play.wait(2_900_000);
    tape.ask('NDMP_MOVER_CONTINUE');
    job.play.wait(500_000);
    tape.post('NDMP_NOTIFY_MOVER_HALTED', { reason: 1 });
    tape.ask('NDMP_MOVER_GET_STATE', {}, moverState(4, 1_400_000n));
    const drawn = sequence(analysed(job));
    const bars = drawn.window(0, 100).filter(({ kind }) => kind === 'link');
    assert.deepEqual(
      bars.map(({ name }) => name.replace(/[\d.]+ [kMG]B\/s/, '…')),
      ['data connection, 1.0 MB, …', 'data connection, 400 kB, …'],
    );
    const [band] = drawn.outline.bands;
    assert.deepEqual([band.kind, band.reason], ['tape change', 'EOM']);
    assert.ok(band.seconds !== undefined && band.seconds > 2.9 && band.seconds < 2.91);
  });

  it('knows the steps of captures that begin late or hold one direction', () => {
    const late = sequence(captureAnalysis('edited-start-mid-message.pcap')).outline;
    assert.deepEqual(
      late.phases.map(({ name }) => name),
      ['transfer', 'post-processing'],
    );
    const job = startThreeWay();
    job.data.reply('NDMP_DATA_GET_STATE', 900, {}, 1);
    job.data.reply('NDMP_DATA_GET_STATE', 901, {}, 1);
    const line = sequence(analysed(job)).window(0, 100).at(-1);
    assert.deepEqual(
      [line?.kind, line?.from, line?.to, line?.name, line?.result],
      ['fold', 1, 0, 'DATA_GET_STATE × 2', 'header: NOT_SUPPORTED'],
    );
  });

  it('says so where a reply is missing', () => {
    const job = startThreeWay();
    job.data.request('NDMP_DATA_ABORT');
    const line = sequence(analysed(job)).window(0, 100).at(-1);
    assert.deepEqual([line?.name, line?.result, line?.outcome], ['DATA_ABORT', 'no reply', 'missing']);
  });
});

const EVERYTHING: Unfold = { kinds: ['polls', 'history', 'log', 'reads', 'repeats'], ids: [] };

function backupOf({ jobs }: Analysis): number {
  return jobs.findIndex(({ operation }) => operation === 'backup');
}
