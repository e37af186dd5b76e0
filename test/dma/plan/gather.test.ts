import assert from 'node:assert/strict';
import { gatherInputs } from '../../../src/dma/plan/gather';
import { planBackup } from '../../../src/dma/plan/plan';
import { readJob } from '../../../src/dma/job/read';
import { TestSurroundings } from '../../support/dmaSurroundings';
import { TestServer } from '../../support/testServer';

describe('what a plan is made from', () => {
  let server: TestServer;
  let surroundings: TestSurroundings;

  afterEach(async () => {
    await surroundings?.remove();
    await server?.stop();
  });

  async function start(options: Parameters<typeof TestServer.start>[0]): Promise<void> {
    server = await TestServer.start(options);
    surroundings = await TestSurroundings.make([{ name: 'server', port: server.port }]);
  }

  function job(more: object = {}) {
    return readJob(JSON.stringify({ name: 'nightly', server: 'server', sources: [server.root], ...more }), 'x');
  }

  it('comes from server, library and catalog, and leaves no connection behind', async () => {
    await start({ library: { slots: 4, drives: 2 } });
    const inputs = await gatherInputs(job(), surroundings);
    assert.equal(inputs.data, inputs.tape);
    assert.equal(inputs.drives.length, 2);
    assert.ok(inputs.tapes.length > 0, 'the library has tapes');
    assert.ok(inputs.tapes.every(({ element }) => element !== undefined));
    assert.deepEqual([inputs.sets, inputs.failed, inputs.lost.size], [[], [], 0]);
    assert.equal(surroundings.left, 0);
    const plan = planBackup(inputs);
    assert.deepEqual(plan.refusals, []);
    assert.deepEqual(
      plan.sources.map(({ path, level, drives }) => [path, level, drives.length]),
      [['local', 0, 2]],
    );
  });

  it('does without a changer', async () => {
    await start({});
    const inputs = await gatherInputs(job({ topology: 'indirect' }), surroundings);
    assert.ok(inputs.drives.length > 0);
    const plan = planBackup(inputs);
    assert.deepEqual(plan.refusals, []);
    assert.equal(plan.sources[0].through, 'relay');
    assert.match(plan.warnings.join('\n'), /No tape of pool default/);
  });

  it('has the sets of the job, those not whole on tape told apart', async () => {
    await start({ library: { slots: 4, drives: 2 } });
    const { catalog } = surroundings;
    const { data } = await gatherInputs(job(), surroundings);
    const run = await catalog.beginRun({ kind: 'backup', job: 'nightly' });
    const make = (state: 'complete' | 'partial', base?: number) =>
      catalog.beginSet({
        uuid: `${state}-${base ?? 0}`,
        run: run.id,
        job: 'nightly',
        serverIdentity: data.identity,
        server: 'server',
        path: server.root,
        type: 'dump',
        level: base === undefined ? 0 : 1,
        base,
        started: Date.now() - 1000,
        ended: Date.now(),
        state,
        bytes: 100n,
        files: 1,
        recordSize: 65536,
        environment: [],
        digest: undefined,
        withoutFiles: undefined,
        expires: undefined,
        topology: 'local',
      });
    const full = await make('complete');
    await catalog.putTape({ ...(await gatherInputs(job(), surroundings)).tapes[0].tape });
    const { barcode } = (await gatherInputs(job(), surroundings)).tapes[0].tape;
    const part = { set: full.id, number: 1, copy: 1, barcode, tapeFile: 2, offset: 0n, recordSize: 65536 };
    await catalog.putPart({ ...part, bytes: 100n, closed: true });
    const partial = await make('partial', full.id);
    const inputs = await gatherInputs(job(), surroundings);
    assert.deepEqual([inputs.sets.map(({ id }) => id), inputs.failed.map(({ id }) => id)], [[full.id], [partial.id]]);
    assert.equal(inputs.lost.size, 0);
    assert.equal(planBackup(inputs).sources[0].level, 1);
    await catalog.putPart({ ...part, bytes: 60n, closed: true });
    const after = await gatherInputs(job(), surroundings);
    assert.deepEqual([...after.lost], [full.id]);
    assert.equal(planBackup(after).sources[0].level, 0);
  });
});
