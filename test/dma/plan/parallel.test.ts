import assert from 'node:assert/strict';
import { planBackup } from '../../../src/dma/plan/plan';
import { drive, fileSystem, planInputs, report, type Wanted } from '../../support/planInputs';

const VOLUMES = ['/vs1/a', '/vs1/b', '/vs1/c', '/vs1/d'];
const DRIVES = [drive({ device: 'nrst0a', affinity: 'A' }), drive({ device: 'nrst1a', affinity: 'B' })];

function ways(job: Record<string, unknown>, more: Wanted = {}) {
  const data = report({
    vendor: 'NetApp',
    extensions: [{ class: 0x2052, versions: [1] }],
    fileSystems: VOLUMES.map((name) => fileSystem(name, 'A')),
  });
  const plan = planBackup(planInputs({ data, drives: DRIVES, job: { sources: VOLUMES, ...job }, ...more }));
  assert.deepEqual(plan.refusals, []);
  return { plan, ways: plan.sources.map(({ path, drives }) => `${path} ${drives[0].device}`) };
}

describe('several sources at a time', () => {
  it('use the drives that would stand idle', () => {
    const { plan, ways: found } = ways({ parallel: 2 });
    assert.deepEqual(found, ['local nrst0a', 'three-way nrst1a', 'local nrst0a', 'three-way nrst1a']);
    const why = plan.sources[1].decisions.find(({ about }) => about === 'topology')?.why;
    assert.match(why ?? '', /local drive nrst0a is for \/vs1\/a, and the job asks for 2 sources at a time/);
  });

  it('wait for the local drive where the job asks for one at a time, or for local', () => {
    assert.deepEqual(new Set(ways({}).ways), new Set(['local nrst0a']));
    const { plan, ways: found } = ways({ parallel: 2, topology: 'local' });
    assert.deepEqual(new Set(found), new Set(['local nrst0a']));
    assert.match(plan.warnings.join(), /2 sources at a time, but the drives they can use are 1: the others wait/);
  });

  it('take no more drives than sources at a time', () => {
    const drives = [...DRIVES, drive({ device: 'nrst2a', affinity: 'C' })];
    const used = new Set(ways({ parallel: 2 }, { drives }).ways.map((each) => each.split(' ')[1]));
    assert.equal(used.size, 2);
  });

  it('stay local where nothing else can be', () => {
    const data = report({ connectionTypes: ['LOCAL'], fileSystems: VOLUMES.map((name) => fileSystem(name, 'A')) });
    assert.deepEqual(new Set(ways({ parallel: 2 }, { data }).ways), new Set(['local nrst0a']));
  });
});
