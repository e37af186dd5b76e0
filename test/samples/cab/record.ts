import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CabDma, LOCAL, TCP } from '../../support/cabDma';
import { CAB, CAE, SNAPSHOTS, TestLab } from '../../support/lab';
import type { NdmpClient } from '../../support/ndmpClient';

/**
 * Records the CAB samples from a run of the lab, with tcpdump, in a network of its own:
 *
 *     unshare -n sh -c 'ip link set lo up && ip link set lo mtu 1500 && npx tsx test/samples/cab/record.ts'
 *
 * Needs root, tcpdump and editcap. Times, ports and affinities are others at every run: tests and manual quote the shipped
 * files, and go with them.
 */
const FOLDER = resolve(__dirname, '../../../samples');
const COMMENT =
  'Recorded from the lab of NDMP Workbench (ndmp lab), a simulated cluster: no evidence of what ONTAP does. ' +
  'Names and values of the affinity pairs are invented; what ONTAP really sends is not publicly documented.';
const ALL = [SNAPSHOTS, CAE, CAB];
/** Milliseconds between steps, so that times look like those of a program that does something else too. */
const PAUSE = 120;
const PORT = 10_000;

const dma = new CabDma(PAUSE);

/** Local, three-way, a refused data connection, a volume that moves, and the view of one SVM. */
async function clusterAware(lab: TestLab): Promise<void> {
  const cluster = await lab.connect('cluster_mgmt', 'backup', ALL);
  await dma.discover(cluster);
  await dma.move(cluster, 1024, 128);
  await dma.label(cluster, 'nrst0a', 'LAB001L8');
  await dma.localBackup(cluster, { volume: '/vs1/vol1', device: 'nrst0a', files: 1, cab: true });
  await cluster.close();
  await delay(700);
  await threeWay(lab, '/vs1/db', 0, 2);
  await delay(600);
  await mismatch(await lab.connect('cluster_mgmt', 'backup', ALL));
  await delay(900);
  await lab.command('move-volume', '/vs1/vol1', 'cluster1-02', '0');
  appendFileSync(join(directoryOf(lab, '/vs1/vol1'), 'finance/2026/ledger-q1.csv'), 'one more line\n');
  await threeWay(lab, '/vs1/vol1', 1, 3);
  await delay(400);
  const svm = await lab.connect('vs1_data1', 'vsadmin-backup', ALL);
  await dma.discover(svm);
  await svm.close();
}

async function threeWay(lab: TestLab, volume: string, level: number, files: number): Promise<void> {
  const data = await lab.connect('cluster_mgmt', 'backup', ALL);
  await dma.discover(data);
  const tape = await lab.connect('cluster1-01_mgmt', 'backup', ALL);
  await dma.discover(tape);
  await dma.threeWayBackup(data, tape, { volume, level, device: 'nrst0a', files, cab: true });
  await tape.close();
  await data.close();
}

/** The data connection is prepared as TCP and asked for as LOCAL: refused, and the log says why. */
async function mismatch(client: NdmpClient): Promise<void> {
  await dma.discover(client);
  await dma.openTape(client, { device: 'nrst0a', files: 3 }, 1);
  await dma.setUpMover(client);
  await dma.prepare(client, TCP, { volume: '/vs1/home' });
  await client.expect('NDMP_MOVER_LISTEN', { mode: 0, addr_type: LOCAL });
  await client.expect('NDMP_DATA_CONNECT', { addr: { type: LOCAL } }, 'PRECONDITION');
  await client.expect('NDMP_MOVER_ABORT');
  await client.post('NDMP_NOTIFY_MOVER_HALTED');
  await client.expect('NDMP_MOVER_STOP');
  await client.expect('NDMP_TAPE_CLOSE');
  await client.close();
}

/** A DMA that knows no CAB: at the cluster-management LIF no tapes, at a node-management LIF a local backup. */
async function notSelected(lab: TestLab): Promise<void> {
  const cluster = await lab.connect('cluster_mgmt', 'backup');
  await dma.discover(cluster);
  await cluster.close();
  await delay(500);
  const node = await lab.connect('cluster1-01_mgmt', 'backup');
  await dma.discover(node);
  await dma.localBackup(node, { volume: '/vs1/home', device: 'nrst0a', files: 3, cab: false });
  await node.close();
}

/** Smaller than the lab's usual trees: a sample is to be read, and what goes over the network is in it. */
function makeSmall(lab: TestLab): void {
  for (const path of ['base/16384/1259', 'base/16384/2619', 'base/16384/sparse.img', 'log'])
    rmSync(join(directoryOf(lab, '/vs1/db'), path), { recursive: true });
  for (const path of ['finance/2025', 'finance/2026/ledger-q1.csv'])
    rmSync(join(directoryOf(lab, '/vs1/vol1'), path), { recursive: true });
}

function directoryOf(lab: TestLab, volume: string): string {
  const found = lab.lab.status().volumes.find(({ path }) => path === volume);
  assert.ok(found, volume);
  return found.directory;
}

async function record(name: string, work: () => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ndmp-sample-'));
  const raw = join(folder, 'raw.pcap');
  const arguments_ = ['--immediate-mode', '-B', '65536', '-U', '-i', 'lo', '-s', '0', '-w', raw, 'tcp'];
  const tcpdump = spawn('tcpdump', arguments_, { stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    await listening(tcpdump);
    await work();
    await delay(1000);
    tcpdump.kill('SIGINT');
    await new Promise((done) => tcpdump.once('exit', done));
    const made = join(folder, 'made.pcapng');
    const { status, stderr } = spawnSync('editcap', ['-F', 'pcapng', '--capture-comment', COMMENT, raw, made]);
    assert.equal(status, 0, stderr.toString());
    copyFileSync(made, join(FOLDER, name));
    console.log(name);
  } finally {
    tcpdump.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
}

function listening(tcpdump: ChildProcess): Promise<void> {
  return new Promise((ready, reject) => {
    tcpdump.once('error', reject);
    tcpdump.stderr?.on('data', (text: Buffer) => {
      if (text.includes('listening on')) ready();
    });
  });
}

async function main(): Promise<void> {
  const lab = await TestLab.start({ port: PORT });
  try {
    makeSmall(lab);
    await record('cab-cluster-aware-backup.pcapng', () => clusterAware(lab));
    await record('cab-not-selected.pcapng', () => notSelected(lab));
  } finally {
    await lab.remove();
  }
}

void main();
