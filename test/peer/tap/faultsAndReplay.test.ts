import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { faultGate, readFaults } from '../../../src/tap/faults';
import { ndmp } from '../../cli/harness';
import { agent, ndmjob, ndmjobOkay, NdmjobServer, ndmjobSucceeds } from '../../support/ndmjob';
import { describeWithPeer } from '../../support/peers';
import { replayedServer } from '../../support/replays';
import { TapBench } from '../../support/taps';

const FORMATTER = resolve(__dirname, '../ndmjob/formatter.sh');
const QUERY = 'test/fixtures/captures/query-v4.pcap';
const VERSIONS = [2, 3, 4] as const;

describeWithPeer('ndmjob', "peer: ndmjob's DMA and server with faults, and replayed", function () {
  this.timeout(180_000);
  let folder: string;
  let source: string;
  let tape: string;
  let peer: NdmjobServer;
  let bench: TapBench;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ndmp-replay-'));
    source = join(folder, 'source');
    const bin = join(folder, 'bin');
    for (const each of [source, bin]) mkdirSync(each);
    writeFileSync(join(source, 'some'), Buffer.alloc(200_000, 1));
    copyFileSync(FORMATTER, join(bin, 'wrap_tar'));
    peer = await NdmjobServer.start(folder, bin);
  });
  after(async () => {
    await peer.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    bench = new TapBench();
    tape = join(folder, 'tape');
    blank();
  });
  afterEach(() => bench.stop());

  /** The tape is as nobody has ever written to it. */
  const blank = (): void => {
    for (const end of ['.pos', '.lck']) rmSync(`${tape}${end}`, { force: true });
    writeFileSync(tape, '');
  };
  const backup = (port: number, version: (typeof VERSIONS)[number]): string[] => {
    const at = agent(port, version);
    return ['-c', '-D', at, '-f', tape, '-C', source, '-I', join(folder, 'index')];
  };

  for (const [title, fault] of [
    ['posts that come twice', { on: { kind: 'post' }, times: 'always', do: 'duplicate' }],
    ['late replies', { on: { kind: 'reply' }, times: 'always', percent: 30, do: { delay: [1, 40] } }],
    ['made-up log messages', { on: { kind: 'reply' }, times: 20, do: { inject: { message: 'NDMP_LOG_MESSAGE' } } }],
    ['notifications turned round', { on: { message: 'NDMP_NOTIFY_MOVER_HALTED' }, do: { reorder: 1 } }],
  ] as const)
    it(`its backup ends well in spite of ${title}`, async () => {
      const gate = faultGate(readFaults(JSON.stringify({ faults: [fault] }), 'test'));
      const tap = await bench.tap(peer.port, { faults: gate });
      await ndmjobOkay(backup(tap.addresses[0].port, 4));
      assert.ok(gate.list()[0].hits > 0, gate.list()[0].text);
    });

  it('an answer of the tap is to it one of the server', async () => {
    const gate = faultGate(
      readFaults(
        '{"faults": [{"on": {"message": "NDMP_MOVER_LISTEN"}, "times": "always", "do": {"answer": "NO_MEM"}}]}',
        '',
      ),
    );
    const tap = await bench.tap(peer.port, { faults: gate });
    const { output } = await ndmjob(backup(tap.addresses[0].port, 4));
    assert.match(output, /had problems/);
  });

  for (const version of VERSIONS)
    it(`its v${version} backup is replayed to its server, and its server to it, and all say the same`, async () => {
      const recording = bench.recording({ path: join(bench.folder, 'backup.pcapng') });
      const tap = await bench.tap(peer.port, { recording });
      await ndmjobOkay(backup(tap.addresses[0].port, version));
      await bench.recorded(tap);
      await recording.close();
      blank();
      const dma = await ndmp(['replay', recording.path, '--as', 'dma', '--target', `127.0.0.1:${peer.port}`], {
        env: { NDMP_PASSWORD: 'ndmp' },
      });
      assert.equal(dma.status, 0, dma.out + dma.err);
      const place = await replayedServer(recording.path);
      await ndmjobOkay(backup(Number(place.address.split(':')[1]), version));
      const server = await place.outcome;
      assert.equal(server.status, 0, server.out + server.err);
    });

  it('questions of a capture of other machines are played to its server, and its answers told', async () => {
    const args = ['replay', QUERY, '--as', 'dma', '--connection', '1', '--json'];
    const { out, status } = await ndmp([...args, '--target', `127.0.0.1:${peer.port}`], {
      env: { NDMP_PASSWORD: 'ndmp' },
    });
    const { trouble, diff } = JSON.parse(out) as {
      trouble: string[];
      diff: { jobs: { counts: Record<string, number> }[] };
    };
    assert.deepEqual(trouble, []);
    const [{ counts }] = diff.jobs;
    assert.deepEqual([counts.onlyA, counts.onlyB], [0, 0], out);
    assert.equal(status, counts.changed > 0 ? 1 : 0);
  });

  it('its DMA asks a server that is only in a capture', async () => {
    const place = await replayedServer(QUERY, '--connection', '1');
    // the login of then was one by text
    await ndmjobSucceeds(['-q', '-D', agent(Number(place.address.split(':')[1]), 4, { auth: 't' })]);
    const { status, out, err } = await place.outcome;
    assert.equal(status, 0, out + err);
  });
});
