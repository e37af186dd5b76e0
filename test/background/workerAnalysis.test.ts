import assert from 'node:assert/strict';
import { Analysis } from '../../src/analysis/analysis';
import type { QueryName } from '../../src/analysis/queries';
import { StaleAnalysisError } from '../../src/background/analysisHost';
import { LocalAnalysis } from '../../src/background/localAnalysis';
import { WorkerAnalysis } from '../../src/background/workerAnalysis';
import { openCapture, openCaptureSync } from '../../src/indexing';
import type { OpenCapture } from '../../src/indexing';
import { findCapture } from '../support/captures';

async function open(name: string): Promise<OpenCapture> {
  const path = findCapture(name);
  assert.ok(path, `${name} is not there`);
  const capture = await openCapture(path);
  await capture.done;
  return capture;
}

describe('analysis in a worker thread', () => {
  let capture: OpenCapture;
  let analysis: WorkerAnalysis;
  before(async () => void (capture = await open('edited-gzip.pcap.gz')));
  beforeEach(() => void (analysis = new WorkerAnalysis(() => capture.share())));
  afterEach(() => analysis.dispose());
  after(() => capture.close());

  it('says the same as in the thread that asks, of a packed capture whose unpacked file has no name', async () => {
    const { jobs } = await analysis.ask('jobs', {});
    assert.ok(jobs.length > 0);
    assert.deepEqual(jobs, structuredClone(new Analysis(capture).jobs));
  });

  it('answers several questions in turn', async () => {
    const [one, two] = await Promise.all([analysis.ask('jobs', {}), analysis.ask('jobs', {})]);
    assert.deepEqual(one, two);
  });

  it('gives up a question that nobody waits for, and answers the next', async () => {
    const controller = new AbortController();
    const given = analysis.ask('jobs', {}, controller.signal);
    const waiting = analysis.ask('jobs', {}, controller.signal);
    const next = analysis.ask('jobs', {});
    controller.abort();
    await assert.rejects(given, { name: 'AbortError' });
    await assert.rejects(waiting, { name: 'AbortError' });
    assert.ok((await next).jobs.length > 0);
  });

  it('refuses an unknown question with a sentence', async () => {
    for (const what of ['nonsense', 'toString', '__proto__'])
      await assert.rejects(analysis.ask(what as QueryName, {}), /asked for something unknown\.$/);
  });

  it('tells open questions that they are out of date when it is disposed of', async () => {
    const open = analysis.ask('jobs', {});
    const disposed = analysis.dispose();
    await assert.rejects(open, StaleAnalysisError);
    await disposed;
    await assert.rejects(analysis.ask('jobs', {}), StaleAnalysisError);
  });

  it('reads a connection as the version that was chosen', async () => {
    const before = await analysis.ask('jobs', {});
    capture.setVersion(0, 2);
    const again = new WorkerAnalysis(() => capture.share());
    const chosen = await again.ask('jobs', {});
    capture.setVersion(0, undefined);
    await again.dispose();
    assert.deepEqual(chosen.jobs, structuredClone(new Analysis(withVersion(2)).jobs));
    assert.ok(before.jobs.length > 0);
  });

  function withVersion(version: 2 | 3 | 4) {
    const session = openCaptureSync(findCapture('edited-gzip.pcap.gz')!);
    session.setVersion(0, version);
    return session;
  }
});

describe('analysis in the thread that asks', () => {
  it('answers by name, and refuses what it does not know', async () => {
    const analysis = new LocalAnalysis(openCaptureSync(findCapture('threeway-v4.pcap')!));
    assert.ok((await analysis.ask('jobs', {})).jobs.length > 0);
    await assert.rejects(analysis.ask('constructor' as QueryName, {}), /asked for something unknown\.$/);
  });
});
