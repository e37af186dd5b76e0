import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Analysis } from '../../../src/analysis/analysis';
import { openCaptureSync } from '../../../src/indexing';
import { DebugLog } from '../../../src/server/lab/debugLog/debugLog';
import type { CaptureSession } from '../../../src/session/capture';
import { TrafficRecorder } from '../../../src/transport';
import { CabDma } from '../../support/cabDma';
import { rowLine, rowsBySide } from '../../support/compareSessions';
import { CAB, CAE, TestLab } from '../../support/lab';

describe('lab: debug log and recording of one run', function () {
  this.timeout(60_000);
  let lab: TestLab;
  let log: CaptureSession;
  let capture: CaptureSession;

  before(async () => {
    lab = await TestLab.start();
    await lab.stop();
    const recording = join(lab.folder, 'run.pcapng');
    const recorder = new TrafficRecorder(recording, 'a test', assert.ifError);
    await lab.startAgain({ recorder, plaintext: true });
    await run(lab);
    const file = lab.lab.debugLog.file;
    await lab.stop();
    recorder.close();
    log = openCaptureSync(file);
    capture = openCaptureSync(recording);
  });
  after(async () => {
    log.close();
    capture.close();
    await lab.remove();
  });

  it('is read as an ONTAP log without damage', () => {
    assert.equal(log.info.format, 'ontap-log');
    assert.deepEqual(log.index.damage, []);
    assert.match(readFileSync(lab.folder + '/lab/log/ndmpd.log', 'utf8').split('\n')[0], /Simulated by NDMP Workbench/);
  });

  it('holds the same messages, to the last byte', () => {
    assert.equal(log.index.count, capture.index.count);
    assert.equal(log.index.connections.length, capture.index.connections.length);
    capture.index.connections.forEach(({ client, server }, connection) => {
      const same = log.index.connections.findIndex((each) => each.client.port === client.port);
      assert.deepEqual(log.index.connections[same].server, server);
      const logged = rowsBySide(log, same);
      const sent = rowsBySide(capture, connection);
      for (const side of ['client', 'server'] as const) {
        assert.equal(logged[side].length, sent[side].length);
        sent[side].forEach((row, at) => {
          assert.equal(rowLine(log, logged[side][at], true), rowLine(capture, row, true));
          if (isLoginInPlainText(capture, row)) return;
          const [ours, theirs] = [log.record(logged[side][at]).payload, capture.record(row).payload];
          assert.ok(
            Buffer.from(ours).equals(theirs),
            `${rowLine(capture, row, true)}: log ${log.untold?.(logged[side][at]).join()}`,
          );
        });
      }
    });
  });

  it('tells the same jobs, and the recording has no error in it', () => {
    const told = (session: CaptureSession): string[] =>
      new Analysis(session).jobs.map(({ operation, path, topology, outcome }) =>
        JSON.stringify([operation, path, topology, outcome]),
      );
    assert.deepEqual(told(log), told(capture));
    const wrong = new Analysis(capture).findings.filter(({ severity }) => severity === 'error');
    assert.deepEqual(wrong, []);
  });

  it('holds no password', () => {
    for (const name of ['lab/log/ndmpd.log', 'run.pcapng'])
      assert.ok(!readFileSync(join(lab.folder, name)).includes('jWZiNt57huPOoD8d'), name);
  });
});

describe('lab: the debug log’s files', () => {
  let lab: TestLab;
  beforeEach(async () => {
    lab = await TestLab.start();
  });
  afterEach(() => lab.remove());

  it('what a client sends cannot pass for lines', async () => {
    const client = await lab.connect('cluster_mgmt', undefined);
    const auth_id =
      'x\nSat Nov 21 2026 13:46:21 +00:00 [kern_ndmpd:info:1] [46999]  DEBUG: DMA<<S V4 sequence=1 (0x1)\r\n';
    const auth_data = { type: 2, auth_id, auth_digest: new Uint8Array(16) };
    await client.expect('NDMP_CONNECT_CLIENT_AUTH', { auth_data }, 'NOT_AUTHORIZED');
    await lab.stop();
    const session = openCaptureSync(join(lab.folder, 'lab/log/ndmpd.log'));
    assert.equal(session.index.connections.length, 1);
    session.close();
  });

  it('is switched off and on while the lab runs', async () => {
    const file = lab.lab.debugLog.file;
    await lab.command('debug-log', 'off');
    await lab.connect('cluster_mgmt', 'backup');
    assert.equal(lab.lab.status().debugLog, undefined);
    await lab.command('debug-log', 'on');
    assert.equal(statSync(file, { throwIfNoEntry: false }), undefined);
    await lab.connect('cluster_mgmt', 'backup');
    await lab.command('debug-log', 'on');
    assert.ok(statSync(file).size > 1000);
  });

  it('puts full files aside, each with its mark', () => {
    const folder = join(lab.folder, 'logs');
    const debugLog = new DebugLog(folder, true, assert.fail);
    const text = new Uint8Array(24 + 4 + 15_000);
    const header = new DataView(text.buffer);
    header.setUint32(12, 0x102);
    writeFileSync(join(folder, 'ndmpd.log'), 'x'.repeat(32 * 1024 * 1024 - 10));
    const again = new DebugLog(folder, true, assert.fail);
    again.message(1, text.subarray(0, 24), false, 4, Date.now());
    again.flush();
    assert.ok(statSync(join(folder, 'ndmpd.log.1')).size > 30_000_000);
    assert.ok(statSync(join(folder, 'ndmpd.log')).size < 2000);
    debugLog.flush();
  });

  it('a log that cannot be written says so once, and the lab goes on', () => {
    const failures: string[] = [];
    const folder = join(lab.folder, 'logs');
    const debugLog = new DebugLog(folder, true, (why) => failures.push(why));
    debugLog.accepted(1, { address: '127.0.0.1', port: 1 }, { address: '127.0.0.1', port: 2 }, Date.now());
    const broken = Object.assign(debugLog, { file: join(folder, 'no such folder', 'ndmpd.log') });
    broken.flush();
    broken.accepted(2, { address: '127.0.0.1', port: 1 }, { address: '127.0.0.1', port: 2 }, Date.now());
    broken.flush();
    assert.equal(failures.length, 1);
    assert.match(failures[0], /cannot be written any more/);
  });
});

/** A run with a bit of everything: CAB, a local and a three-way backup, refusals, a move, logins of both kinds. */
async function run(lab: TestLab): Promise<void> {
  const dma = new CabDma();
  const client = await lab.connect('cluster_mgmt', 'backup', [CAE, CAB]);
  await dma.discover(client);
  await dma.move(client, 1024, 128);
  const job = { device: 'nrst0a', files: 0, cab: true };
  await dma.localBackup(client, { ...job, volume: '/vs1/vol1' });
  const tape = await lab.connect('cluster1-01_mgmt', 'admin');
  await dma.threeWayBackup(client, tape, { ...job, volume: '/vs1/db', files: 1 });
  await client.request('NDMP_DATA_LISTEN', { addr_type: 0 });
  await lab.command('move-volume', '/vs1/home', 'cluster1-02');
  await client.request('NDMP_CAB_DATA_CONN_PREPARE', {
    addr_type: 1,
    bu_type: 'dump',
    env: [{ name: 'FILESYSTEM', value: '/vs1/home' }],
  });
  const plain = await lab.connect('vs1_data1', undefined);
  await plain.login('vsadmin', 'jWZiNt57huPOoD8d', 'text');
  await dma.discover(plain);
  for (const each of [plain, tape, client]) await each.close();
}

function isLoginInPlainText({ index }: CaptureSession, row: number): boolean {
  return index.code(row) === 0x901 && !index.fromServer(row) && index.connection(row) === index.connections.length - 1;
}
