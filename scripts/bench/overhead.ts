// npm run bench -- --overhead: what a DMA adds to the transfer. The same server, tree, library and tape, backed up by this
// program and by ndmjob's DMA in turn; a proxy between sees when the first connection opens, when the transfer begins and
// ends, and when the last connection is closed. Prints; judges nothing.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FaultyProxy } from '../../test/support/faultyProxy';
import { agent, ndmjob, NDMJOB } from '../../test/support/ndmjob';
import { median } from './measure';
import { OwnServer } from './server';
import { makeTree, TREES } from './trees';

const RUNS = 3;
const TREE = 'small files';
const CHANGER = 'mc0';
/** The tape of ndmjob, in a slot that this program's pool does not use. */
const PEER_SLOT = 1030;
const PEER_LABEL = 'PEER01';

/** Seconds of a run: before START_BACKUP and after the data server has halted; and between. */
interface Times {
  overhead: number;
  transfer: number;
  requests: number;
}

/** @param root the checkout; @param dataFolder for trees and tapes */
export async function benchOverhead(root: string, dataFolder: string, say: (line: string) => void): Promise<void> {
  if (!existsSync(NDMJOB)) return say('ndmjob is not installed: no comparison (apt-get install amanda-common)');
  mkdirSync(dataFolder, { recursive: true });
  const data = realpathSync(dataFolder);
  const folder = join(data, 'overhead');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const tree = join(data, `tree ${TREE}`);
  makeTree(TREE, tree);
  const server = await OwnServer.start(root, data, folder, false);
  const proxy = await FaultyProxy.start(server.target.port);
  try {
    const own: Times[] = [];
    const peer: Times[] = [];
    prepareOwn(folder, proxy.port, tree);
    await ndmjob(['-o', 'init-labels', ...peerTape(proxy.port)]);
    for (let run = 0; run <= RUNS; run++) {
      const mine = await timed(proxy, () => ownBackup(root, folder));
      const theirs = await timed(proxy, () => peerBackup(proxy.port, tree, folder));
      if (run === 0) continue; // warm-up, and the label of the first tape
      own.push(mine);
      peer.push(theirs);
    }
    say(`${TREES[TREE].files} files with file history, changer, label, file marks, unloading:`);
    say(`  this program: ${shown(own)}`);
    say(`  ndmjob's DMA: ${shown(peer)}`);
  } finally {
    await proxy.stop();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function shown(times: readonly Times[]): string {
  const middle = (key: keyof Times): number => median(times.map((each) => each[key]));
  const [overhead, transfer] = [middle('overhead'), middle('transfer')];
  return `${overhead.toFixed(2)} s beside ${transfer.toFixed(2)} s of transfer, ${middle('requests')} requests`;
}

async function timed(proxy: FaultyProxy, work: () => Promise<void>): Promise<Times> {
  let [first, begin, end, last, requests] = [0, 0, 0, 0, 0];
  proxy.passing = (name, way) => {
    last = performance.now();
    first ||= last;
    if (way === 'request') requests++;
    if (name === 'NDMP_DATA_START_BACKUP' && way === 'request') begin = last;
    if (name === 'NDMP_NOTIFY_DATA_HALTED') end = last;
  };
  await work();
  if (begin === 0 || end === 0) throw new Error('there was no transfer');
  return { overhead: (last - first - (end - begin)) / 1000, transfer: (end - begin) / 1000, requests };
}

function prepareOwn(folder: string, port: number, tree: string): void {
  writeFileSync(join(folder, 'servers.json'), JSON.stringify({ servers: { bench: { host: '127.0.0.1', port } } }));
  const job = { name: 'bench', server: 'bench', type: 'tar', sources: [{ path: tree }], environment: { XATTR: 'n' } };
  writeFileSync(join(folder, 'bench.ndmpjob.json'), JSON.stringify(job));
}

async function ownBackup(root: string, folder: string): Promise<void> {
  const args = ['backup', join(folder, 'bench.ndmpjob.json'), '--full', '--yes'];
  const common = ['--home', join(folder, 'home'), '--servers', join(folder, 'servers.json')];
  const child = spawn(process.execPath, [join(root, 'dist/ndmp.js'), ...args, ...common], {
    env: { ...process.env, NDMP_PASSWORD: 'ndmp' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`ndmp backup ended with ${status}: ${said}`);
}

async function peerBackup(port: number, tree: string, folder: string): Promise<void> {
  const index = join(folder, 'index');
  const what = ['-E', 'XATTR=n', '-E', 'HIST_TYPE=f', '-C', tree, '-I', index];
  const { output } = await ndmjob(['-c', '-D', agent(port, 4), ...peerTape(port), ...what], { seconds: 600 });
  if (!output.includes('Operation ended OKAY')) throw new Error(`ndmjob: ${output}`);
  spawnSync('rm', ['-f', index]);
}

function peerTape(port: number): string[] {
  const at = agent(port, 4);
  return ['-T', at, '-R', at, '-r', CHANGER, '-f', 'nst0', '-b', '128', '-m', `${PEER_LABEL}@${PEER_SLOT}`];
}
