import assert from 'node:assert/strict';
import type { SourceResult } from '../../../src/dma/run/model';
import { RateMeter } from '../../../src/dma/run/rate';
import { messageOfSources, stateOf, withRun } from '../../../src/dma/run/runBook';
import { ServerLog } from '../../../src/dma/run/serverLog';
import { DmaHand } from '../../support/dmaHand';
import { ScriptedConnection } from '../../support/scriptedConnection';

const result = (state: SourceResult['state'], message = '', path = '/a'): SourceResult => ({
  path,
  set: undefined,
  state,
  bytes: 0n,
  files: 0,
  milliseconds: 0,
  transferMilliseconds: 0,
  barcodes: [],
  message,
});

describe('What a run keeps of itself', () => {
  let hand: DmaHand;
  beforeEach(async () => (hand = await DmaHand.make()));
  afterEach(() => hand.remove());

  const order = { kind: 'backup', job: 'nightly' } as const;

  it('is in the catalog from its first moment to its last', async () => {
    const report = await withRun(hand.surroundings, order, async ({ id }) => {
      const [running] = await hand.catalog.runs();
      assert.deepEqual([running.id, running.state], [id, 'running']);
      return { sources: [result('done')], message: '' };
    });
    assert.equal(report.state, 'done');
    assert.equal((await hand.catalog.runs())[0].state, 'done');
  });

  it('what is thrown ends it as failed, after an abort as aborted', async () => {
    const fail = (): Promise<never> => Promise.reject(new Error('no drive'));
    const failed = await withRun(hand.surroundings, order, fail);
    assert.deepEqual([failed.state, failed.message], ['failed', 'no drive']);
    hand.abort.abort();
    assert.equal((await withRun(hand.surroundings, order, fail)).state, 'aborted');
    assert.deepEqual((await hand.catalog.runs()).map(({ state }) => state).sort(), ['aborted', 'failed']);
  });

  it('sources decide its state, and the worst of them what is said', () => {
    assert.equal(stateOf([result('done'), result('failed'), result('aborted')]), 'aborted');
    assert.equal(stateOf([result('done'), result('failed')]), 'failed');
    assert.equal(stateOf([result('done-with-errors'), result('failed')]), 'failed');
    assert.equal(stateOf([result('done'), result('done-with-errors')]), 'done-with-errors');
    assert.equal(stateOf([result('done')]), 'done');
    const sources = [result('done'), result('failed', 'no tape', '/b')];
    assert.equal(messageOfSources(sources), '1 of 2 sources failed. /b: no tape');
    assert.equal(messageOfSources([result('failed', 'no tape')]), 'no tape');
    const lacking = result('done-with-errors', 'no list of files', '/c');
    assert.equal(messageOfSources([lacking, ...sources]), '1 of 3 sources failed. /b: no tape');
    assert.equal(messageOfSources([result('done'), lacking]), '/c: no list of files');
  });

  it('the rate is that of the last seconds', () => {
    const meter = new RateMeter();
    assert.equal(meter.add(0, 0n), 0);
    assert.equal(meter.add(1000, 5000n), 5000);
    for (let second = 2; second < 60; second++) meter.add(second * 1000, 5000n);
    assert.equal(meter.add(60_000, 5000n), 0);
  });

  it('what servers say comes line by line, without control characters, and not without end', async () => {
    const lines: string[] = [];
    const connection = new ScriptedConnection(() => ({}));
    const log = new ServerLog(connection, { message: (level, text) => void lines.push(`${level}: ${text}`) });
    const say = (log_type: number, entry: string): Promise<void> =>
      connection.post('NDMP_LOG_MESSAGE', { log_type, message_id: 0, entry });
    await say(0, 'one\ntwo\r\n');
    await say(1, 'a detail');
    await say(2, 'it is \u001b[31mred');
    assert.deepEqual(lines.slice(0, 2), ['info: scripted: one', 'info: scripted: two']);
    assert.equal(lines.length, 3);
    assert.ok(!lines[2].includes('\u001b'));
    assert.equal(log.counts.error, 1);
    for (let n = 0; n < 2000; n++) await say(3, `line ${n}`);
    assert.ok(lines.length < 1010);
    assert.equal(log.counts.warning, 2000);
    log.stop();
    await say(0, 'later');
    assert.ok(!lines.includes('info: scripted: later'));
  });
});
