import assert from 'node:assert/strict';
import { Analysis } from '../../../src/analysis/analysis';
import { NOTHING_UNFOLDED } from '../../../src/analysis/sequence/model';
import { queryHandlers } from '../../../src/analysis/queries';
import { columnsFor, Rows, windowShapes } from '../../../src/drawing/sequence';
import type { CaptureSession } from '../../../src/session/capture';
import { fileEntry, finish, moverState, startThreeWay } from './plays';

const MESSAGES = 100_000;

/** A backup that polls, logs and sends file history until it has said so much. */
function longSession(): CaptureSession {
  const job = startThreeWay();
  const { data, tape } = job;
  for (let i = 0; i < MESSAGES / 5; i++) {
    data.post('NDMP_FH_ADD_FILE', { files: [fileEntry(`file${i}`)] });
    tape.ask('NDMP_MOVER_GET_STATE', {}, moverState(2, BigInt(i)));
    // now and then something that ends a fold
    if (i % 10 === 0) data.ask('NDMP_CONFIG_GET_HOST_INFO', {}, {}, 1);
    else data.post('NDMP_FH_ADD_FILE', { files: [fileEntry(`more${i}`)] });
    data.post('NDMP_FH_ADD_FILE', { files: [fileEntry(`most${i}`)] });
  }
  finish(job);
  return job.play.session();
}

describe('sequence of a long session', () => {
  it('opens in under two seconds and gives windows at once, folded and unfolded', () => {
    const source = longSession();
    assert.ok(source.index.count >= MESSAGES);
    for (const kinds of [[], ['polls', 'history', 'log', 'reads', 'repeats'] as const]) {
      const analysis = new Analysis(source);
      const unfold = { ...NOTHING_UNFOLDED, kinds: [...kinds] };
      const start = process.cpuUsage();
      const { outline } = queryHandlers.sequenceOutline(analysis, { job: 0, unfold });
      assert.ok(outline);
      const { lines } = queryHandlers.sequenceLines(analysis, { job: 0, unfold, from: 0, to: 200 });
      const columns = columnsFor(outline, lines);
      windowShapes(outline, columns, new Rows(outline), { fromLine: 0, toLine: 60 }, lines.slice(0, 61), 0);
      const { user, system } = process.cpuUsage(start);
      const opened = (user + system) / 1000;
      assert.ok(opened < 2000, `opened in ${Math.round(opened)} ms with ${outline.lines} lines`);
      const middle = Math.floor(outline.lines / 2);
      const again = performance.now();
      queryHandlers.sequenceLines(analysis, { job: 0, unfold, from: middle, to: middle + 100 });
      assert.ok(performance.now() - again < 200, `a window took ${Math.round(performance.now() - again)} ms`);
    }
  }).timeout(60_000);
});
