import assert from 'node:assert/strict';
import { Comparing, type OtherCapture } from '../../../src/extension/editor/comparing';
import { CaptureStore } from '../../../src/extension/editor/captureStore';
import { Scheduler } from '../../../src/extension/scheduler';
import { openCaptureSync } from '../../../src/indexing';
import { findCapture } from '../../support/captures';
import { ontapLog } from '../../support/ontapLog';
import { MemorySource } from '../../../src/capture/byteSource';
import { detectSource, openSession, startPass } from '../../../src/logs';

const path = findCapture('query-v4.pcap') ?? assert.fail('no capture');
const opened = <T extends object>(session: T) => Object.assign(session, { done: Promise.resolve(), finished: true });

/** The same session as ONTAP's log would tell it, by a clock that is 90 s ahead. */
function logBeside(): OtherCapture {
  const bytes = ontapLog(openCaptureSync(path), { ahead: 90, accepts: true });
  const source = new MemorySource(bytes);
  const { pass, state } = startPass(source, detectSource(source) ?? assert.fail('no log'));
  while (pass.step());
  pass.finish();
  const session = openSession(pass.index, pass.info(bytes.length, false), source, state);
  return { key: 'log', name: 'ndmpd.log', session: opened(session) };
}

describe('captures compared in the editor', () => {
  const shown: number[] = [];
  const log = { ...logBeside(), show: (n: number) => void shown.push(n) };
  const others = { open: () => [log], pick: () => Promise.resolve(undefined) };
  const store = new CaptureStore(path, 'query-v4.pcap', 0, new Scheduler(), (file) =>
    Promise.resolve(opened(openCaptureSync(file))),
  );
  const comparing = new Comparing(store, others);

  before(() => store.open());
  after(() => {
    comparing.dispose();
    store.dispose();
  });

  it('says with what', () => {
    assert.deepEqual(comparing.choices(), [{ key: 'log', name: 'ndmpd.log' }]);
  });

  it('a summary, and its lines in windows', async () => {
    const summary = await comparing.summary('log');
    assert.equal(summary.same, true);
    assert.equal(summary.join?.matched, store.session?.index.count);
    assert.match(summary.join?.clock ?? '', /^B is 89\.\d+ s ahead of A/);
    const { lines, total } = await comparing.lines('log', { job: 0, from: 0, to: 2, all: true, opened: [] });
    assert.equal(lines.length, 2);
    assert.ok(total > 2);
  });

  it('the same message in the log, with its lines', async () => {
    const [place] = await comparing.elsewhere(3);
    assert.equal(place.n, 4);
    assert.match(place.raw ?? '', /sequence=/);
    assert.match(place.time, /^2026-11-21 \d\d:\d\d:\d\d UTC$/);
    assert.equal(comparing.show('log', place.n), true);
    assert.deepEqual(shown, [4]);
  });

  it('one that is not open any more is refused in words', () => {
    assert.throws(() => comparing.summary('gone'), /not open any more/);
  });
});
