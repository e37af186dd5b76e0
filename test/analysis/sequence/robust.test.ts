import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Analysis } from '../../../src/analysis/analysis';
import { queryHandlers } from '../../../src/analysis/queries';
import { NOTHING_UNFOLDED, type Unfold } from '../../../src/analysis/sequence/model';
import { Sequence } from '../../../src/analysis/sequence/sequence';
import { diagram, mermaidText, plantUmlText, svgText, terminalLines } from '../../../src/drawing/sequence';
import { findCapture } from '../../support/captures';
import { tryIndex } from '../../support/indexed';
import { analysed, finish, moverState, startThreeWay } from './plays';

const same = (text: string): string => text;
const PLAIN = { heading: same, quiet: same, error: same, warning: same };
const EVERYTHING: Unfold = { kinds: ['polls', 'history', 'log', 'reads', 'repeats'], ids: [] };

/** Draws all jobs in all formats; what it checks is that lines, ranges and lifelines name each other. */
function drawAll(analysis: Analysis): void {
  for (const job of analysis.jobs) {
    for (const unfold of [NOTHING_UNFOLDED, EVERYTHING]) {
      const sequence = new Sequence(analysis, job, unfold);
      const lines = sequence.window(0, 400);
      const { outline } = sequence;
      for (const { from, to } of lines) assert.ok(outline.lifelines[from] && outline.lifelines[to]);
      for (const range of [...outline.phases, ...outline.bands, ...outline.states]) {
        assert.ok(range.fromLine >= 0 && range.fromLine <= range.toLine && range.toLine < sequence.length);
      }
      const drawn = { outline, lines, omitted: sequence.length - lines.length };
      assert.ok(!svgText(diagram([drawn]), { title: '', description: '' }).includes('NaN'));
      mermaidText(drawn);
      plantUmlText(drawn);
      terminalLines([drawn], 100, PLAIN);
    }
  }
}

/** The same numbers each time. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('sequence of what cannot be', () => {
  for (const name of ['local-v4.pcap', 'ndmpd-query-v4.pcap', 'server-killed.pcap', 'multitape-v2.pcap']) {
    it(`${name} with bytes changed and lost draws something`, () => {
      const path = findCapture(name);
      assert.ok(path);
      const file = readFileSync(path);
      const whole = path.endsWith('.gz') ? gunzipSync(file) : file;
      for (let round = 0; round < 8; round++) {
        const next = random(round + 1);
        const bytes = Uint8Array.from(
          whole.subarray(0, round % 2 === 0 ? whole.length : Math.floor(next() * whole.length)),
        );
        for (let i = 0; i < 40; i++) bytes[Math.floor(next() * bytes.length)] = Math.floor(next() * 256);
        const session = tryIndex(bytes);
        if (session && session.index.count > 0) drawAll(new Analysis(session));
      }
    }).timeout(60_000);
  }

  it('contradictory states, halts and pauses without end do not confuse it', () => {
    const job = startThreeWay();
    const { data, tape } = job;
    for (let i = 0; i < 12; i++) {
      tape.post('NDMP_NOTIFY_MOVER_PAUSED', { reason: 99, seek_position: 0n });
      tape.ask('NDMP_MOVER_CONTINUE');
      tape.ask('NDMP_MOVER_GET_STATE', {}, moverState(i % 6, BigInt(12 - i)));
      data.post('NDMP_NOTIFY_DATA_HALTED', { reason: i });
      data.ask('NDMP_DATA_START_BACKUP', { bu_type: '', env: [] });
    }
    finish(job);
    tape.post('NDMP_NOTIFY_MOVER_PAUSED', { reason: 1, seek_position: 0n });
    drawAll(analysed(job));
  });

  it('a mover that goes on twenty thousand times takes no longer for it', () => {
    const job = startThreeWay();
    for (let i = 0; i < 20_000; i++) job.tape.ask('NDMP_MOVER_CONTINUE');
    const analysis = analysed(job);
    const start = process.cpuUsage();
    const sequence = new Sequence(analysis, analysis.jobs[0], EVERYTHING);
    const { user } = process.cpuUsage(start);
    assert.ok(user < 3_000_000, `${Math.round(user / 1000)} ms`);
    const bars = sequence.window(0, sequence.length).filter(({ kind }) => kind === 'link');
    assert.equal(bars.length, 1000);
  }).timeout(60_000);

  it('questions out of any range are answered with nothing', () => {
    const job = startThreeWay();
    finish(job);
    const analysis = analysed(job);
    const ask = { job: 0, unfold: NOTHING_UNFOLDED };
    assert.deepEqual(queryHandlers.sequenceLines(analysis, { ...ask, from: 1e9, to: 2e9 }).lines, []);
    assert.deepEqual(queryHandlers.sequenceLines(analysis, { ...ask, from: -5, to: Number.NaN }).lines, []);
    assert.equal(queryHandlers.sequenceOutline(analysis, { ...ask, job: 77 }).outline, undefined);
    assert.equal(queryHandlers.sequenceLocate(analysis, { ...ask, n: 1e9 }).line, -1);
    assert.equal(queryHandlers.sequenceLocate(analysis, { ...ask, n: -1 }).line, -1);
    assert.ok(queryHandlers.sequenceLocate(analysis, { ...ask, seconds: 1e12 }).line > 0);
    assert.deepEqual(queryHandlers.sequenceFind(analysis, { ...ask, text: '', line: 0, forward: true }).done, true);
    assert.equal(
      queryHandlers.sequenceFind(analysis, { ...ask, text: 'data_stop', line: -1, forward: true }).line > 0,
      true,
    );
  });

  it('a message of another job names that job', () => {
    const job = startThreeWay();
    finish(job);
    const { play } = job;
    const other = play.connect('10.0.0.9', '10.0.0.8');
    other.ask('NDMP_CONFIG_GET_HOST_INFO', {}, {}, 1);
    const analysis = analysed(job);
    const n = analysis.source.index.count;
    const found = queryHandlers.sequenceLocate(analysis, { job: 0, unfold: NOTHING_UNFOLDED, n });
    assert.deepEqual([found.job, found.line >= 0], [1, true]);
  });
});
