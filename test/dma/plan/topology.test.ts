import assert from 'node:assert/strict';
import { planBackup } from '../../../src/dma/plan/plan';
import type { PlanInputs } from '../../../src/dma/plan/model';
import { drive, fileSystem, planInputs, report, type Wanted } from '../../support/planInputs';

const TAPE = report({ server: 'tape1', address: '192.0.2.20', identity: 'tape1', vendor: 'Other' });

function only(inputs: PlanInputs) {
  const plan = planBackup(inputs);
  assert.deepEqual(plan.refusals, []);
  assert.equal(plan.sources.length, 1);
  const [source] = plan.sources;
  return { plan, source, why: source.decisions.find(({ about }) => about === 'topology')?.why ?? '' };
}

function refusal(wanted: Wanted): string {
  const plan = planBackup(planInputs(wanted));
  assert.deepEqual([plan.sources, plan.steps], [[], []]);
  return plan.refusals.join('\n');
}

describe('way of the data', () => {
  it('is local where data and drive are at one server', () => {
    const { source, plan, why } = only(planInputs());
    assert.deepEqual([source.path, source.addressType, source.listener], ['local', 'LOCAL', 'mover']);
    assert.match(why, /has both/);
    assert.deepEqual(
      plan.connections.map(({ purpose }) => purpose),
      ['control'],
    );
  });

  it('is three-way between two servers, the mover listening', () => {
    const { source, plan, why } = only(planInputs({ tape: TAPE }));
    assert.deepEqual([source.path, source.addressType, source.listener], ['three-way', 'TCP', 'mover']);
    assert.match(why, /drives are at tape1, the data at filer1/);
    const data = plan.connections.find(({ purpose }) => purpose === 'data');
    assert.deepEqual([data?.from, data?.to, data?.addresses], ['filer1', 'tape1', ['192.0.2.20']]);
  });

  it('lets the data server listen where the job says so and both can', () => {
    const { source, plan } = only(planInputs({ tape: TAPE, job: { listen: 'data' } }));
    assert.equal(source.listener, 'data');
    assert.equal(plan.connections.find(({ purpose }) => purpose === 'data')?.to, 'filer1');
    const old = report({ version: 2, backupTypes: [] });
    assert.match(
      refusal({ data: old, tape: TAPE, job: { listen: 'data' } }),
      /speaks v2, where only the mover can listen/,
    );
    const ndmjob = report({ vendor: 'PublicDomain', product: 'NDMJOB' });
    assert.match(refusal({ data: ndmjob, tape: TAPE, job: { listen: 'data' } }), /ndmjob, which has no DATA_LISTEN/);
    const oldMover = report({ ...TAPE, version: 2 });
    assert.match(refusal({ tape: oldMover, job: { listen: 'data', topology: 'three-way' } }), /mover cannot connect/);
  });

  it('goes to a drive of this machine where the tape server is this machine', () => {
    const thisMachine = { library: '/lib', devices: [] };
    const { source, plan } = only(planInputs({ tape: TAPE, tapeDefinition: { thisMachine } }));
    assert.deepEqual([source.path, source.through, source.listener], ['indirect', 'own-drive', 'this-machine']);
    const data = plan.connections.find(({ purpose }) => purpose === 'data');
    assert.deepEqual([data?.from, data?.to], ['filer1', 'this machine']);
    assert.ok(data?.addresses.includes('192.0.2.1'));
  });

  it('goes through this machine where the job asks for it', () => {
    const { source, plan } = only(planInputs({ tape: TAPE, job: { topology: 'indirect' } }));
    assert.deepEqual([source.path, source.through], ['indirect', 'relay']);
    assert.deepEqual(source.relay, { data: 'connects', mover: 'listens', moverAddressType: 'TCP' });
    assert.deepEqual(
      plan.connections.filter(({ purpose }) => purpose === 'data').map(({ from, to }) => `${from} > ${to}`),
      ['filer1 > this machine', 'this machine > tape1'],
    );
  });

  it('goes through this machine where the two servers cannot reach each other', () => {
    const near = report({ ...TAPE, address: '127.0.0.1' });
    assert.equal(only(planInputs({ tape: near })).source.listener, 'data');
    const data = report({ product: 'NDMJOB' });
    const { source, why } = only(planInputs({ data, tape: near }));
    assert.equal(source.through, 'relay');
    assert.match(why, /tape1 is known at 127\.0\.0\.1 only, which filer1 cannot reach/);
    const six = report({ ...TAPE, address: '2001:db8::20', connectionTypes: ['TCP_IPV6'] });
    const mixed = only(planInputs({ tape: six }));
    assert.deepEqual(mixed.source.relay, { data: 'connects', mover: 'listens', moverAddressType: 'TCP_IPV6' });
    assert.equal(mixed.source.addressType, 'TCP');
  });

  it('is over IPv6 where the control connection is and both offer it', () => {
    const data = report({ address: '2001:db8::10', connectionTypes: ['LOCAL', 'TCP', 'TCP_IPV6'] });
    const tape = report({ ...TAPE, address: '2001:db8::20', connectionTypes: ['TCP', 'TCP_IPV6'] });
    assert.equal(only(planInputs({ data, tape })).source.addressType, 'TCP_IPV6');
    assert.match(
      refusal({ data, tape: TAPE, job: { topology: 'three-way', family: 6 } }),
      /tape1 offers no data connections over IPv6/,
    );
    const old = report({ ...tape, version: 3 });
    assert.match(
      refusal({ data, tape: old, job: { topology: 'three-way', family: 6 } }),
      /no data connections over IPv6/,
    );
  });

  it('refuses what cannot be, and says why', () => {
    assert.match(refusal({ tape: TAPE, job: { topology: 'local' } }), /drives are at tape1/);
    const tcpOnly = report({ connectionTypes: ['TCP'] });
    assert.match(refusal({ data: tcpOnly, job: { topology: 'local' } }), /offers no LOCAL/);
    assert.match(refusal({ drives: [] }), /shows no tape drive/);
    assert.match(refusal({ drives: [], data: report({ version: 2 }) }), /name them under "tapes"/);
    assert.match(refusal({ drives: [drive({ unusable: 'It wants cleaning.' })] }), /cannot be used: It wants cleaning/);
    assert.match(refusal({ job: { target: { drives: ['nst7'] } } }), /none of the drives that the job names \(nst7\)/);
  });
});

const CAB = [{ class: 0x2052, versions: [1] }];
const CLUSTER = {
  vendor: 'NetApp',
  product: 'ONTAP',
  osType: 'NetApp',
  extensions: CAB,
  fileSystems: [fileSystem('/vs1/vol1', 'A'), fileSystem('/vs1/vol2')],
};
const JOB = { sources: ['/vs1/vol1'] };
const NETWORKS = { dataNetworks: ['192.0.2.0/24'] };

describe('way of the data in a cluster', () => {
  const nodes = [drive({ device: 'nrst0a', affinity: 'B' }), drive({ device: 'nrst1a', affinity: 'A' })];

  it('is local with the drives of equal affinity, the volume named before', () => {
    const { source, why } = only(planInputs({ data: report(CLUSTER), drives: nodes, job: JOB }));
    assert.equal(source.path, 'local');
    assert.deepEqual(
      source.drives.map(({ device }) => device),
      ['nrst1a'],
    );
    assert.ok(source.prepare);
    assert.deepEqual(source.extensions, [{ class: 0x2052, version: 1 }]);
    assert.match(why, /same affinity/);
  });

  it('turns to three-way when the volume has moved, and back', () => {
    const at = (affinity: string) => ({ ...CLUSTER, fileSystems: [fileSystem('/vs1/vol1', affinity)] });
    const one = [drive({ affinity: 'A' })];
    const plan = (affinity: string) =>
      only(planInputs({ data: report(at(affinity)), drives: one, job: JOB, dataDefinition: NETWORKS })).source.path;
    assert.deepEqual([plan('A'), plan('B'), plan('A')], ['local', 'three-way', 'local']);
  });

  it('is three-way where affinity is missing', () => {
    const inputs = planInputs({ data: report(CLUSTER), drives: nodes, job: { sources: ['/vs1/vol2'] } });
    const { source, why } = only(inputs);
    assert.equal(source.path, 'three-way');
    assert.match(why, /without both affinities|several types of LIF/);
  });

  it('is local all the same where the job says so, but never against different affinities', () => {
    const job = (path: string) => ({ sources: [path], topology: 'local' });
    const { source, why } = only(planInputs({ data: report(CLUSTER), drives: nodes, job: job('/vs1/vol2') }));
    assert.equal(source.path, 'local');
    assert.match(why, /^The job asks for it\./);
    const far = [drive({ affinity: 'B' })];
    assert.match(refusal({ data: report(CLUSTER), drives: far, job: job('/vs1/vol1') }), /different affinities/);
  });

  it("follows NetApp's tables where there is no CAB", () => {
    const without = { ...CLUSTER, extensions: [] };
    const volume = { fileSystems: [fileSystem('/vs1/vol1')] };
    // node-management and intercluster LIFs show what is on their own node
    assert.equal(only(planInputs({ data: report({ ...without, ...volume }), job: JOB })).source.path, 'local');
    // data LIFs offer no LOCAL
    const dataLif = report({ ...without, ...volume, connectionTypes: ['TCP'], tapes: [] });
    assert.equal(only(planInputs({ data: dataLif, tape: TAPE, job: JOB })).source.path, 'three-way');
  });

  it('keeps to the family of the control connection without CAB', () => {
    const data = report({ ...CLUSTER, extensions: [], connectionTypes: ['TCP', 'TCP_IPV6'] });
    const text = refusal({ data, tape: TAPE, job: { ...JOB, topology: 'three-way', family: 6 } });
    assert.match(text, /offers no data connections over IPv6|address of the control connection/);
  });
});
