import assert from 'node:assert/strict';
import type { RunReport } from '../../src/dma/run/model';
import { runScan } from '../../src/dma/media/scan/run';
import { DmaHand } from './dmaHand';

/** What has to hold after any fault at all: nothing runs on, nothing is claimed that is not so. */
export async function keptTrue(hand: DmaHand, report: RunReport, ...before: RunReport[]): Promise<void> {
  const [run] = await hand.catalog.runs({ kind: 'backup', limit: 1 });
  assert.equal(run.state, report.state);
  const complete = await hand.catalog.sets({ state: 'complete' });
  const sources = [report, ...before].flatMap((each) => each.sources);
  const done = sources.filter(({ state }) => state.startsWith('done')).map(({ set }) => set);
  assert.deepEqual(
    complete.map(({ id }) => id).filter((id) => !done.includes(id)),
    [],
    'a set is told to be complete whose backup was not',
  );
  assert.deepEqual(await hand.catalog.sets({ state: 'writing' }), []);
  const problems = (await hand.catalog.check()).filter(({ severity }) => severity === 'error');
  assert.deepEqual(problems, []);
}

/** The tapes alone tell of the complete backups that the catalog has, and of no others. @param port where the server is now */
export async function tapesTellTheSame(hand: DmaHand, server: string, port: number): Promise<void> {
  const alone = await DmaHand.make();
  try {
    alone.serve(server, port);
    const request = { server, changer: undefined, barcodes: [] };
    const report = await runScan(request, alone.surroundings);
    assert.equal(report.state, 'done', report.message);
    assert.deepEqual(await completeOf(alone), await completeOf(hand));
  } finally {
    await alone.remove();
  }
}

async function completeOf({ catalog }: DmaHand): Promise<string[]> {
  return (await catalog.sets({ state: 'complete' })).map(({ uuid, bytes }) => `${uuid} ${bytes}`).sort();
}
