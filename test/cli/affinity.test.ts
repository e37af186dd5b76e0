import assert from 'node:assert/strict';
import { ndmp } from './harness';

const SAMPLE = 'samples/cab-cluster-aware-backup-made-by-encoder.pcapng';
const WITHOUT = 'samples/cab-not-selected-made-by-encoder.pcapng';

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
    assert.match(out, /^Made with the encoder of NDMP Workbench, not recorded/m);
    assert.match(out, /^Node A {2}X-SIM-AFFINITY=7f3a91d2c05e44c1$/m);
    assert.match(out, /^\/vs1\/vol1 to nrst0a: local$/m);
    assert.match(out, /\+ Volume and drive carry the same affinity\. #21 #23$/m);
    assert.match(out, /\? {2}cluster-management {2}yes {2}all in the cluster/);
    assert.match(out, /CAB_DATA_CONN_PREPARE, \/vs1\/vol1, LOCAL \(inferred\): accepted #48 #49/);
    assert.match(out, /moved.* Node A → Node B #218 #270/);
    assert.match(out, /No message tells the type of the LIF 192\.0\.2\.50/);
  });

  it('counts messages, connections and jobs from 1 in JSON', async () => {
    const { connection, pair, moves, nodes } = await json();
    assert.equal(connection, 1);
    assert.deepEqual(pair.verdict.reasons[0].messages, [21, 23]);
    assert.deepEqual(
      pair.runs.map(({ job }) => job),
      [1, 4],
    );
    assert.deepEqual(
      moves.map(({ beforeMessage, afterMessage }) => [beforeMessage, afterMessage]),
      [[218, 270]],
    );
    assert.equal(nodes[0].things[0].message, 21);
  });

  it('marks the row of a LIF type that is given, and names the node', async () => {
    const { out } = await ndmp([
      'affinity',
      SAMPLE,
      '--lif',
      '192.0.2.50=cluster-mgmt@A',
      '--lif',
      '192.0.2.51=node-management',
    ]);
    assert.match(out, /^> {2}cluster-management {2}yes/m);
    assert.match(out, /^cluster1-01 \(inferred\) {2}X-SIM/m);
    assert.match(out, /192\.0\.2\.50 is a cluster-management LIF \(set by you\)/);
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
    assert.equal((await json('--what-if', 'lif=data,cab=off,svm=vs2,node=7f3a91d2c05e44c1')).whatIf?.way, 'impossible');
    const { out } = await ndmp(['affinity', WITHOUT, '--what-if', 'cab=on']);
    assert.match(out, /^What if: CAB on$/m);
  });

  it('tells what moved since an earlier capture', async () => {
    const { out } = await ndmp(['affinity', SAMPLE, '--before', SAMPLE]);
    assert.match(
      out,
      /\/vs1\/vol1: X-SIM-AFFINITY=b20e6f77a3181d94 → X-SIM-AFFINITY=7f3a91d2c05e44c1 #\d+ there, #21 here/,
    );
    const none = await ndmp(['affinity', SAMPLE, '--before', WITHOUT]);
    assert.match(none.out, /no affinity in common/);
  });

  it('says what is wrong with an option', async () => {
    for (const [args, text] of [
      [['--lif', 'x'], /Write it as/],
      [['--lif', '192.0.2.50=nonsense'], /LIF types are/],
      [['--lif', '192.0.2.50=data@Z'], /There is no node "Z"; nodes are told by affinity: Node A/],
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
