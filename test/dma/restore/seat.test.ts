import assert from 'node:assert/strict';
import { join } from 'node:path';
import { runVerify } from '../../../src/dma/verify/verify';
import { TestSurroundings } from '../../support/dmaSurroundings';
import { backUpJob, restore, restoreWell } from '../../support/restores';
import { TestServer } from '../../support/testServer';
import { makeTree } from '../../support/trees';

describe('dma restore: the drive afterwards', () => {
  let server: TestServer;
  let surroundings: TestSurroundings;

  before(async () => {
    server = await TestServer.start({ library: { slots: 4, drives: 2 } });
    surroundings = await TestSurroundings.make([{ name: 'filer', port: server.port }]);
    makeTree(join(server.root, 'source'));
    const job = { server: 'filer', sources: [join(server.root, 'source')], type: 'tar', target: { pool: 'daily' } };
    await backUpJob(surroundings, job);
  });
  after(async () => {
    assert.equal(surroundings.left, 0);
    await surroundings.remove();
    await server.stop();
  });
  afterEach(() => {
    const tapes = server.drives.map(({ deck }) => deck);
    assert.deepEqual(tapes, [undefined, undefined], 'the tape is in its slot again');
  });

  it('is empty after a restore', async () => {
    await restoreWell(surroundings, { to: join(server.root, 'target') });
    assert.deepEqual(
      surroundings.messages.filter((text) => text.includes('stays in')),
      [],
    );
  });

  it('is empty after a restore that failed', async () => {
    const { report } = await restore(surroundings, { to: '/nowhere/at/all' });
    assert.equal(report.state, 'failed');
  });

  it('is empty after a verification', async () => {
    const [{ id }] = await surroundings.catalog.sets();
    const tape = { server: undefined, changer: undefined, drives: [] };
    const report = await runVerify({ sets: [id], copy: undefined, once: true, tape }, surroundings);
    assert.equal(report.state, 'done', report.message);
  });
});
