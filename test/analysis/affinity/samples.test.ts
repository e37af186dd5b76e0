import assert from 'node:assert/strict';
import type { AffinityAnswer } from '../../../src/analysis/affinity';
import { CAB_SAMPLES } from '../../samples/cab/samples';
import { indexed } from '../../support/indexed';
import { answer, NONE, textsOf, thingOf, wayBetween } from './support';

const withCab = () => indexed(CAB_SAMPLES['cluster-aware']());
const withoutCab = () => indexed(CAB_SAMPLES['not-selected']());
const names = ({ nodes }: AffinityAnswer) =>
  nodes.map(({ title, things }) => [title, ...things.map(({ name }) => name)]);

describe('affinity: the sample with Cluster Aware Backup', () => {
  const session = withCab();
  const first = answer(session, { job: 0 });

  it('says that nothing of it was recorded', () => {
    assert.match(first.comments[0], /^Made with the encoder of NDMP Workbench, not recorded/);
  });

  it('puts together what carries equal affinity, and names no node that no message names', () => {
    assert.deepEqual(names(first), [
      ['Node A', '/vs1/vol1', '/vs1/home', 'nrst0a', 'mc0'],
      ['Node B', '/vs1/db', '/vs2/projects'],
    ]);
    assert.equal(first.nodes[0].affinity, 'X-SIM-AFFINITY=7f3a91d2c05e44c1');
    assert.deepEqual(thingOf(first, 'nrst0a').otherNames, ['nrst0l']);
  });

  it('takes the pair of the job, and says why it was local with the messages that show it', () => {
    assert.equal(first.pair?.volume.name, '/vs1/vol1');
    assert.equal(first.pair?.drive.name, 'nrst0a');
    assert.equal(first.pair?.verdict.way, 'local');
    const [affinity, cab] = first.pair?.verdict.reasons ?? [];
    assert.deepEqual(affinity, { mark: 'for', text: 'Volume and drive carry the same affinity.', rows: [20, 22] });
    assert.deepEqual(cab.rows, [13, 14]);
    assert.deepEqual(
      first.pair?.verdict.lifRows,
      ['cluster-management+cab', 'intercluster+cab'],
      'two rows fit, and both say the same',
    );
  });

  it('leaves the type of a LIF open, and says which types fit and which answers speak against the others', () => {
    assert.deepEqual(first.connections.map(({ address, possible }) => `${address} ${possible.join('|')}`).slice(0, 3), [
      '192.0.2.50 cluster-management|intercluster',
      '192.0.2.50 cluster-management|intercluster',
      '192.0.2.51 node-management|cluster-management|intercluster',
    ]);
    assert.deepEqual(first.connections[6].possible, ['data']);
    assert.ok(first.connections.every(({ type }) => type === undefined));
  });

  it('names a node by GET_HOST_INFO where the user says that the LIF is a node-management one', () => {
    const lifs = { '192.0.2.51': { type: 'node-management' as const } };
    const { nodes } = answer(session, { job: 0, settings: { lifs, keys: [] } });
    assert.equal(nodes[0].title, 'cluster1-01 (inferred)');
    assert.deepEqual(nodes[0].lifs, [2, 5]);
    assert.equal(nodes[1].title, 'Node B');
  });

  it('tells three-way for the volumes of the other node', () => {
    assert.equal(wayBetween(session, '/vs1/db', 'nrst0a', { job: 1 }), 'three-way');
    assert.equal(thingOf(first, '/vs2/projects').way, 'three-way');
    assert.equal(thingOf(first, '/vs1/home').way, 'local');
  });

  it('shows the steps of a refused data connection with the log text that explains it', () => {
    const refused = answer(session, { job: 2 });
    assert.equal(refused.control, 3);
    assert.equal(refused.pair?.volume.name, '/vs1/home');
    const step = refused.steps.find(({ text }) => text === 'DATA_CONNECT LOCAL: PRECONDITION (26)');
    assert.deepEqual(
      step?.notes.map(({ text }) => text),
      [
        'TCP was prepared (inferred), and the types have to be the same. That is what the error means.',
        'The server logs: DATA CONNECT: CAB data connection prepare precondition error',
      ],
    );
  });

  it('finds that a volume has moved, and what was local is three-way from then on', () => {
    assert.deepEqual(
      first.moves.map(({ name, from, to, beforeRow, afterRow }) => [name, from, to, beforeRow, afterRow]),
      [['/vs1/vol1', 'Node A', 'Node B', 217, 269]],
    );
    assert.equal(wayBetween(session, '/vs1/vol1', 'nrst0a', { job: 0 }), 'local');
    assert.equal(wayBetween(session, '/vs1/vol1', 'nrst0a', { job: 3 }), 'three-way');
    const later = answer(session, { job: 3 });
    assert.deepEqual(
      later.nodes.map(({ ghosts }) => ghosts.map(({ name, text }) => `${name} ${text}`)),
      [['/vs1/vol1 until 21.5 s'], []],
    );
    assert.equal(thingOf(later, '/vs1/vol1').moved, 'moved here by 31.3 s');
  });

  it('tells what CAB made visible', () => {
    const settings = { lifs: { '192.0.2.50': { type: 'cluster-management' as const } }, keys: [] };
    const { cab } = answer(session, { job: 0, settings });
    assert.equal(cab.state, 'on');
    assert.deepEqual(cab.effects.length, 1);
    assert.ok(cab.effects[0].changes.includes('tape devices: all in the cluster, instead of none'));
    assert.deepEqual(cab.effects[0].details, [
      'Without CAB, were the LIF on Node A: /vs1/vol1 and /vs1/home; no tape devices.',
      'Without CAB, were the LIF on Node B: /vs1/db and /vs2/projects; no tape devices.',
    ]);
  });

  it('says that an SVM user at a data LIF has no tapes, and that the drive is elsewhere', () => {
    const seen = answer(session, { connection: 6 });
    assert.equal(thingOf(seen, 'nrst0a').listed, 'no');
    assert.equal(thingOf(seen, '/vs1/vol1').way, 'three-way');
    assert.equal(thingOf(seen, '/vs2/projects').way, 'impossible', 'a volume of another SVM');
  });

  it('contradicts a type that the answers exclude', () => {
    const settings = { lifs: { '192.0.2.50': { type: 'data' as const } }, keys: [] };
    const { pair } = answer(session, { job: 0, settings });
    const against = pair?.verdict.reasons.filter(({ text }) =>
      text.startsWith('This contradicts the LIF type you set'),
    );
    assert.equal(against?.length, 3);
  });

  it('supposes: the volume elsewhere, no CAB, another LIF, another role', () => {
    const settings = { lifs: { '192.0.2.50': { type: 'cluster-management' as const } }, keys: [] };
    const key = first.nodes[1].key;
    const way = (whatIf: object) => answer(session, { job: 0, settings, whatIf }).whatIf?.way;
    assert.equal(way({ volumeNode: key }), 'three-way');
    assert.equal(way({ cab: false }), 'unknown', 'which node hosts the LIF is not told');
    assert.equal(way({ cab: false, lifNode: first.nodes[0].key }), 'three-way');
    assert.equal(way({ cab: false, lifNode: key }), 'impossible');
    assert.equal(way({ lif: 'data', svm: 'vs1' }), 'three-way');
    assert.equal(way({ lif: 'data', svm: 'vs2' }), 'impossible');
    assert.equal(way({ lif: 'data', role: 'cluster' }), 'impossible');
    assert.equal(way({ lif: 'node-management', lifNode: first.nodes[0].key }), 'local');
    assert.equal(answer(session, { job: 0, settings }).whatIf, undefined);
  });
});

describe('affinity: the sample without Cluster Aware Backup', () => {
  const session = withoutCab();

  it('claims no nodes, and says what CAB would have changed', () => {
    const seen = answer(session, {
      connection: 0,
      settings: { lifs: { '192.0.2.50': { type: 'cluster-management' } }, keys: [] },
    });
    assert.deepEqual(names(seen), [['cluster1-01', '/vs1/vol1', '/vs1/home', 'nrst0a']]);
    assert.equal(seen.nodes[0].key, undefined);
    assert.equal(seen.cab.state, 'off');
    assert.ok(seen.cab.effects[0].changes.includes('LOCAL data connections become possible'));
    assert.equal(thingOf(seen, '/vs1/home').way, 'three-way', 'no tapes at this LIF');
  });

  it('tells local at the LIF that shows volume and drive of its own node', () => {
    const seen = answer(session, { job: 1 });
    assert.deepEqual(seen.connections[1].possible, ['node-management', 'intercluster']);
    assert.equal(seen.pair?.verdict.way, 'local', 'both types that fit say so');
    assert.deepEqual(seen.pair?.verdict.wayRows, ['same-node']);
  });

  it('never says that two things are on one node', () => {
    const texts = textsOf(answer(session, { job: 0, settings: NONE }));
    assert.deepEqual(
      texts.filter((text) => /same node|carry the same/.test(text)),
      [],
    );
  });
});
