import assert from 'node:assert/strict';
import { ndmp } from './harness';

const SAMPLE = 'samples/cab-cluster-aware-backup.pcapng';
const WITHOUT = 'samples/cab-not-selected.pcapng';

interface Printed {
  connection: number;
  nodes: { title: string; things: { name: string; way?: string; message: number }[] }[];
  pair: { verdict: { way: string; reasons: { text: string; messages: number[] }[] }; runs: { job: number }[] };
  whatIf?: { way: string };
  moves: { beforeMessage: number; afterMessage: number }[];
}

async function json(...args: string[]): Promise<Printed> {
  const { status, out, err } = await ndmp(['affinity', SAMPLE, '--json', ...args]);
  assert.equal(status, 0, err);
  return JSON.parse(out) as Printed;
}

describe('ndmp affinity', () => {
  it('tells nodes, the pair of the first job and why, the table, steps and moves', async () => {
    const { status, out, err } = await ndmp(['affinity', SAMPLE]);
    assert.equal(status, 0);
    assert.equal(err, '');
    assert.match(out, /^Recorded from the lab of NDMP Workbench .* a simulated cluster/m);
    assert.match(out, /^Node A {2}X-SIM-AFFINITY=aa812f62b189d98c$/m);
    assert.match(out, /^\/vs1\/vol1 to nrst0a: local$/m);
    assert.match(out, /\+ Volume and drive carry the same affinity\. #19 #21$/m);
    assert.match(out, /\? {2}cluster-management {2}yes {2}all in the cluster/);
    assert.match(out, /CAB_DATA_CONN_PREPARE, \/vs1\/vol1, LOCAL \(inferred\): accepted #62 #63/);
    assert.match(out, /moved.* Node A → Node B #210 #259/);
    assert.match(out, /No message tells the type of the LIF 127\.77\.0\.10/);
  });

  it('counts messages, connections and jobs from 1 in JSON', async () => {
    const { connection, pair, moves, nodes } = await json();
    assert.equal(connection, 1);
    assert.deepEqual(pair.verdict.reasons[0].messages, [19, 21]);
    assert.deepEqual(
      pair.runs.map(({ job }) => job),
      [1, 4],
    );
    assert.deepEqual(
      moves.map(({ beforeMessage, afterMessage }) => [beforeMessage, afterMessage]),
      [[210, 259]],
    );
    assert.equal(nodes[0].things[0].message, 19);
  });

  it('marks the row of a LIF type that is given, and names the node', async () => {
    const { out } = await ndmp([
      'affinity',
      SAMPLE,
      '--lif',
      '127.77.0.10=cluster-mgmt@A',
      '--lif',
      '127.77.0.11=node-management',
    ]);
    assert.match(out, /^> {2}cluster-management {2}yes/m);
    assert.match(out, /^cluster1-01 \(inferred\) {2}X-SIM/m);
    assert.match(out, /127\.77\.0\.10 is a cluster-management LIF \(set by you\)/);
  });

  it('judges the pair that is asked for, as of a job', async () => {
    assert.equal(
      (await json('--job', '4', '--volume', '/vs1/vol1', '--drive', 'nrst0l')).pair.verdict.way,
      'three-way',
    );
    assert.equal((await json('--connection', '7', '--volume', '/vs2/projects')).pair.verdict.way, 'impossible');
  });

  it('supposes', async () => {
    assert.equal((await json('--what-if', 'volume-node=B')).whatIf?.way, 'three-way');
    assert.equal((await json('--what-if', 'lif=data,cab=off,svm=vs2,node=aa812f62b189d98c')).whatIf?.way, 'impossible');
    const { out } = await ndmp(['affinity', WITHOUT, '--what-if', 'cab=on']);
    assert.match(out, /^What if: CAB on$/m);
  });

  it('tells what moved since an earlier capture', async () => {
    const { out } = await ndmp(['affinity', SAMPLE, '--before', SAMPLE]);
    assert.match(
      out,
      /\/vs1\/vol1: X-SIM-AFFINITY=86886ce93e2c9521 → X-SIM-AFFINITY=aa812f62b189d98c #\d+ there, #19 here/,
    );
    const none = await ndmp(['affinity', SAMPLE, '--before', WITHOUT]);
    assert.match(none.out, /no affinity in common/);
  });

  it('says what is wrong with an option', async () => {
    for (const [args, text] of [
      [['--lif', 'x'], /Write it as/],
      [['--lif', '127.77.0.10=nonsense'], /LIF types are/],
      [['--lif', '127.77.0.10=data@Z'], /There is no node "Z"; nodes are told by affinity: Node A/],
      [['--what-if', 'moon=full'], /Known are lif, cab/],
      [['--volume', '/nope'], /There is no volume "\/nope"/],
      [['--connection', '99'], /There is no connection 99/],
      [['--job', '99'], /There is no job 99/],
      [['--job', '0'], /number from 1|numbered from 1/],
    ] as const) {
      const { status, err } = await ndmp(['affinity', SAMPLE, ...args]);
      assert.equal(status, 2, args.join(' '));
      assert.match(err, text);
    }
  });

  it('is of use for servers that know no affinity', async () => {
    const { out, status } = await ndmp(['affinity', 'samples/backup-three-way.pcap']);
    assert.equal(status, 0);
    assert.match(out, /: three-way$/m);
    assert.match(out, /Volume and drive are behind different servers/);
    assert.match(out, /Nothing says that this is an ONTAP system/);
    assert.doesNotMatch(out, /What a LIF allows/);
  });
});
