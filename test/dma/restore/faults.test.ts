import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runRestore, type RestoreTools } from '../../../src/dma/restore/run';
import { gatherRestore } from '../../../src/dma/restore/gather';
import { planRestore } from '../../../src/dma/restore/plan';
import { TestSurroundings } from '../../support/dmaSurroundings';
import { backUpJob, restore, restoreRequest } from '../../support/restores';
import { TestServer } from '../../support/testServer';
import { pseudoRandomBytes } from '../../support/trees';

describe('dma restore: what goes wrong', function () {
  this.timeout(60_000);
  let server: TestServer;
  let surroundings: TestSurroundings;
  let target: string;

  beforeEach(async () => {
    server = await TestServer.start({ library: { slots: 3, drives: 1 } });
    const source = join(server.root, 'source');
    target = join(server.root, 'target');
    mkdirSync(source);
    for (let n = 0; n < 20; n++) writeFileSync(join(source, `file ${n}`), pseudoRandomBytes(1024 * 1024, n + 1));
    surroundings = await TestSurroundings.make([{ name: 'filer', port: server.port }]);
    await backUpJob(surroundings, { server: 'filer', sources: [source], type: 'tar', target: { pool: 'daily' } });
  });
  afterEach(async () => {
    await surroundings.remove();
    await server.stop();
  });

  const state = async () => (await surroundings.catalog.runs({ kind: 'restore' })).map((run) => run.state);

  it('is aborted in order', async () => {
    surroundings.events.progress = ({ bytes }) => void (bytes > 0n && surroundings.abort.abort());
    const { report } = await restore(surroundings, { to: target });
    assert.equal(report.state, 'aborted', report.message);
    assert.deepEqual(await state(), ['aborted']);
    assert.equal(surroundings.left, 0);
    assert.ok(await server.eventually(() => server.running.connections === 0));
  });

  it('says that the server has gone', async () => {
    let gone: Promise<void> | undefined;
    surroundings.events.progress = ({ bytes }) => {
      if (bytes > 0n) gone ??= server.running.stop(0);
    };
    const { report } = await restore(surroundings, { to: target });
    await gone;
    assert.equal(report.state, 'failed');
    assert.match(report.message, /filer/);
    assert.deepEqual(await state(), ['failed']);
  });

  it('reads no tape but the one it wants', async () => {
    const [set] = await surroundings.catalog.sets({ job: 'test' });
    const [part] = await surroundings.catalog.parts(set.id);
    const tape = await surroundings.catalog.tape(part.barcode);
    assert.ok(tape);
    await surroundings.catalog.putTape({ ...tape, label: '00000000-0000-4000-8000-000000000000' });
    const { report } = await restore(surroundings, { to: target });
    assert.equal(report.state, 'failed');
    assert.match(report.message, /carries another label than the catalog knows/);
  });

  it('says why a tape could not be put in, and leaves nothing open', async () => {
    const plan = planRestore(await gatherRestore(restoreRequest({ to: target }), surroundings));
    const tools: RestoreTools = {
      openLibrary: () =>
        Promise.resolve({
          changer: 'mc0',
          mount: () => Promise.reject(new Error('the arm is stuck')),
          dismount: () => Promise.reject(new Error('nothing was put in')),
          close: () => Promise.resolve(),
        }),
    };
    const report = await runRestore(plan, surroundings, tools);
    assert.equal(report.state, 'failed');
    assert.match(report.message, /the arm is stuck/);
    assert.equal(surroundings.left, 0);
  });

  it('refuses a plan with refusals', async () => {
    const request = restoreRequest({ to: target, tape: { server: undefined, changer: undefined, drives: ['nst0'] } });
    const inputs = await gatherRestore(request, surroundings);
    const plan = planRestore({ ...inputs, drives: [] });
    assert.match(plan.refusals[0], /no drive of those asked for \(nst0\)/);
    await assert.rejects(runRestore(plan, surroundings), /no drive/);
    assert.deepEqual(await state(), []);
  });
});
