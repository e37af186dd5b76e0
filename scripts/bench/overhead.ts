// npm run bench -- --overhead: what a DMA adds to the transfer. The same server, tree, library and tape, backed up by this
// program and by ndmjob's DMA in turn, each started as a process of its own; a relay between sees what passes. Prints;
// judges nothing.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agent, ndmjob, NDMJOB } from '../../test/support/ndmjob';
import { median } from './measure';
import { ObservingRelay, type Seen } from './relay';
import { OwnServer } from './server';
import { makeTree, TREES } from './trees';

const RUNS = 5;
const TREE = 'small files';
const CHANGER = 'mc0';
/** The tape of ndmjob, in a slot that this program's pool does not use. */
const PEER_SLOT = 1030;
const PEER_LABEL = 'PEER01';

/** Seconds of a run. */
interface Times {
  /** Between START_BACKUP and the notice that the data server has halted. */
  transfer: number;
  /** From the first message to the last, without the transfer. */
  wire: number;
  /** From the first message until the process has ended, without the transfer. */
  end: number;
  /** From the start of the process until it has ended, without the transfer. */
  process: number;
  /** The longest time after the transfer in which no message passed. */
  silence: number;
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
  const relay = await ObservingRelay.start(server.target.port);
  try {
    const own: Times[] = [];
    const peer: Times[] = [];
    prepareOwn(folder, relay.port, tree);
    await ndmjob(['-o', 'init-labels', ...peerTape(relay.port)]);
    for (let run = 0; run <= RUNS; run++) {
      const mine = await timed(relay, () => ownBackup(root, folder));
      const theirs = await timed(relay, () => peerBackup(relay.port, tree, folder));
      if (run === 0) continue; // warm-up, and the label of the first tape
      own.push(mine);
      peer.push(theirs);
    }
    say(
      `${TREES[TREE].files} files with file history, changer, label, file marks, unloading; time beside the transfer:`,
    );
    say(`  this program: ${shown(own)}`);
    say(`  ndmjob's DMA: ${shown(peer)}`);
    const awake = median(peer.map(({ wire, silence }) => wire - silence)).toFixed(3);
    say(`    without its silence, in which it waits for a notice that has come already: ${awake} s on the wire`);
  } finally {
    await relay.stop();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function shown(times: readonly Times[]): string {
  const middle = (key: keyof Times): string => median(times.map((each) => each[key])).toFixed(3);
  const least = Math.min(...times.map(({ wire }) => wire)).toFixed(3);
  return (
    `${middle('wire')} s from the first message to the last (least ${least}), ${middle('end')} s until its process ` +
    `has ended, ${middle('process')} s with its start; beside ${middle('transfer')} s of transfer; ` +
    `${Number(middle('requests'))} requests, longest silence after the transfer ${middle('silence')} s`
  );
}

async function timed(relay: ObservingRelay, work: () => Promise<void>): Promise<Times> {
  relay.seen.length = 0;
  const started = performance.now();
  await work();
  const ended = performance.now();
  return timesOf(relay.seen, started, ended);
}

function timesOf(seen: readonly Seen[], started: number, ended: number): Times {
  const begin = seen.findLast(({ name, way }) => name === 'NDMP_DATA_START_BACKUP' && way === 'request')?.at;
  const halted = seen.findLastIndex(({ name }) => name === 'NDMP_NOTIFY_DATA_HALTED');
  if (begin === undefined || halted < 0) throw new Error('there was no transfer');
  const transfer = seen[halted].at - begin;
  const [first, last] = [seen[0].at, seen[seen.length - 1].at];
  const gaps = seen.slice(halted + 1).map(({ at }, n) => at - seen[halted + n].at);
  const milliseconds = {
    transfer,
    wire: last - first - transfer,
    end: ended - first - transfer,
    process: ended - started - transfer,
    silence: Math.max(...gaps),
  };
  const seconds = Object.entries(milliseconds).map(([key, value]) => [key, value / 1000] as const);
  const requests = seen.filter(({ way }) => way === 'request').length;
  return { ...(Object.fromEntries(seconds) as Record<keyof typeof milliseconds, number>), requests };
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
