import assert from 'node:assert/strict';
import { cabChanges, LIF_ROWS, lifRow, mayLogIn, type LifType, type UserRole } from '../../../src/protocol';
import { seesDrive, seesVolume, suppose, type Scenario } from '../../../src/analysis/affinity/whatIf';

const HERE = { node: 'K=1', svm: 'vs1' };
const THERE = { node: 'K=2', svm: 'vs1' };
const FOREIGN = { node: 'K=1', svm: 'vs2' };
const NOWHERE = { node: undefined, svm: undefined };

const scenario = (lif: LifType, cab: boolean, more: Partial<Scenario> = {}): Scenario => ({
  lif,
  cab,
  lifNode: 'K=1',
  svm: 'vs1',
  ...more,
});

/** Facts on NetApp's tables, combined: what a role gets at a LIF, without and with CAB, written down by hand. */
const COMBINED: readonly [role: UserRole, lif: LifType, cab: boolean, here: string, there: string][] = [
  ['cluster', 'node-management', false, 'local', 'impossible'],
  ['cluster', 'node-management', true, 'local', 'impossible'],
  ['cluster', 'cluster-management', false, 'three-way', 'impossible'],
  ['cluster', 'cluster-management', true, 'local', 'three-way'],
  ['cluster', 'intercluster', false, 'local', 'impossible'],
  ['cluster', 'intercluster', true, 'local', 'three-way'],
  ['cluster', 'data', false, 'impossible', 'impossible'],
  ['cluster', 'data', true, 'impossible', 'impossible'],
  ['svm', 'data', false, 'three-way', 'impossible'],
  ['svm', 'data', true, 'three-way', 'three-way'],
  ['svm', 'node-management', true, 'impossible', 'impossible'],
  ['svm', 'cluster-management', true, 'impossible', 'impossible'],
  ['svm', 'intercluster', true, 'impossible', 'impossible'],
];

describe('affinity: what if', () => {
  for (const [role, lif, cab, here, there] of COMBINED)
    it(`a user of the ${role} at a ${lif} LIF ${cab ? 'with' : 'without'} CAB`, () => {
      const supposed = scenario(lif, cab, { role });
      assert.equal(suppose(supposed, HERE, HERE).way, here, 'volume and drive on the node of the LIF');
      assert.equal(suppose(supposed, THERE, HERE).way, there, 'volume on another node');
    });

  it('a volume of another SVM is out of reach of a data LIF', () => {
    assert.equal(suppose(scenario('data', true), FOREIGN, HERE).way, 'impossible');
    assert.equal(seesVolume(scenario('data', true, { svm: undefined }), HERE).seen, 'depends');
  });

  it('what is not told stays open', () => {
    const unknown = scenario('node-management', false, { lifNode: undefined });
    assert.equal(seesVolume(unknown, HERE).seen, 'depends');
    assert.equal(seesDrive(unknown, HERE).seen, 'depends');
    assert.equal(suppose(unknown, HERE, HERE).way, 'unknown');
    assert.equal(suppose(scenario('cluster-management', true), NOWHERE, HERE).way, 'unknown');
    assert.equal(suppose(scenario('cluster-management', true), HERE, NOWHERE).way, 'unknown');
  });

  it('a drive on another node than an intercluster LIF without CAB is reached over another connection', () => {
    const { way, reasons } = suppose(scenario('intercluster', false), HERE, THERE);
    assert.equal(way, 'three-way');
    assert.ok(reasons.some((text) => text.includes('another control connection')));
  });
});

describe("affinity: NetApp's tables", () => {
  it('have a row for each LIF type without and with CAB, found by both', () => {
    assert.equal(LIF_ROWS.length, 8);
    for (const row of LIF_ROWS) assert.equal(lifRow(row.lif, row.cab), row);
  });

  it('let LOCAL be where tapes are', () => {
    for (const { tapes, types } of LIF_ROWS) assert.equal(types.includes('LOCAL'), tapes !== 'none');
  });

  it('say that CAB changes nothing at a node-management LIF, and only volumes at a data LIF', () => {
    assert.deepEqual(cabChanges('node-management'), []);
    assert.equal(cabChanges('data').length, 1);
    assert.equal(cabChanges('cluster-management').length, 4);
    assert.equal(cabChanges('intercluster').length, 3);
  });

  it('let a role in at its own LIFs only', () => {
    assert.equal(mayLogIn('svm', 'data'), true);
    assert.equal(mayLogIn('svm', 'cluster-management'), false);
    assert.equal(mayLogIn('cluster', 'data'), false);
  });
});
