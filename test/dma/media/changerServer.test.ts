import assert from 'node:assert/strict';
import { join } from 'node:path';
import { openLibrary } from '../../../src/dma/media/library';
import { gatherInputs } from '../../../src/dma/plan/gather';
import { planBackup } from '../../../src/dma/plan/plan';
import { readJob } from '../../../src/dma/job/read';
import { TestSurroundings } from '../../support/dmaSurroundings';
import { backUpJob, restoreWell } from '../../support/restores';
import { TestServer } from '../../support/testServer';
import { compareTrees, makeTree } from '../../support/trees';

describe('dma media: a changer behind another server than the drives', () => {
  let robot: TestServer;
  let filer: TestServer;
  let world: TestSurroundings;
  let source: string;

  before(async () => {
    robot = await TestServer.start({ library: { slots: 4, drives: 2 }, host: { tapes: [] } });
    const tapes = robot.drives.map((drive) => ({ device: drive.name, model: 'Virtual', drive, capability: [] }));
    filer = await TestServer.start({ cartridges: [], host: { tapes, changers: [] } });
    world = await TestSurroundings.make([
      { name: 'filer', port: filer.port, changerServer: 'robot' },
      { name: 'robot', port: robot.port },
      { name: 'lost', port: filer.port, changerServer: 'alone' },
      { name: 'alone', port: filer.port },
    ]);
    source = join(filer.root, 'source');
    makeTree(source);
  });
  after(async () => {
    assert.equal(world.left, 0, 'connections left open');
    await world.remove();
    await filer.stop();
    await robot.stop();
  });

  const job = (): object => ({ server: 'filer', sources: [source], type: 'tar', target: { pool: 'daily' } });

  it('is planned with the connection to it', async () => {
    const read = readJob(JSON.stringify({ name: 'test', ...job() }), 'test.ndmpjob.json');
    const plan = planBackup(await gatherInputs(read, world));
    assert.deepEqual(plan.refusals, []);
    assert.deepEqual(
      plan.connections.map(({ to, port, why }) => [to, port, why]),
      [
        ['filer', filer.port, 'Requests to the data server and to its drives.'],
        ['robot', robot.port, 'Requests to the changer.'],
      ],
    );
  });

  it('loads the drives for a backup and a restore, and empties them', async () => {
    await backUpJob(world, job());
    const [tape] = await world.catalog.tapes();
    assert.equal(tape.library, 'filer mc0');
    const target = join(filer.root, 'target');
    const { plan } = await restoreWell(world, { to: target });
    assert.deepEqual(
      plan.connections.map(({ to }) => to),
      ['filer', 'robot'],
    );
    assert.deepEqual(compareTrees(source, target, { ignoreDirectoryTimes: true }), []);
    assert.deepEqual(
      robot.drives.map(({ deck }) => deck),
      [undefined, undefined],
    );
  });

  it('is missed where it should be', async () => {
    await assert.rejects(
      openLibrary(world, { server: 'lost', changer: undefined, drives: [] }),
      /alone shows no media changer, though by the list of servers \(changerServer\) the one for the drives of lost is there/,
    );
    const without = await openLibrary(world, { server: 'lost', changer: '', drives: [] });
    assert.deepEqual([without.changer, without.drives().length], [undefined, 2]);
    await without.close();
  });
});
