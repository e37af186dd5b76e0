// npm run bench -- --server: how fast the embedded server backs up and recovers, beside the server of ndmjob with the same
// tree, the same DMA and the same kind of stream (GNU tar's), and beside GNU tar writing to a pipe. Prints; judges nothing.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { startBackup } from '../../src/server/archive/backup';
import { NDMJOB, NdmjobServer } from '../../test/support/ndmjob';
import { localBackup, localRecovery, moveCartridge, type Target } from './dma';
import { median } from './measure';
import { makeTree, TREES, type TreeName } from './trees';

const RUNS = 3;
const PIECE = 256 * 1024;
const FORMATTER = 'test/peer/ndmjob/formatter.sh';
const CHANGER = 'mc0';
const FIRST_SLOT = 1024;
const FIRST_DRIVE = 128;

type Say = (line: string) => void;

/** @param root the checkout; @param dataFolder for trees and tapes */
export async function benchServer(root: string, dataFolder: string, say: Say): Promise<void> {
  mkdirSync(dataFolder, { recursive: true });
  const data = realpathSync(dataFolder); // as the server names what it serves
  const folder = join(data, 'server');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const trees = (Object.keys(TREES) as TreeName[]).map((name) => {
    const directory = join(data, `tree ${name}`);
    return { name, directory, bytes: makeTree(name, directory) };
  });
  const own = await OwnServer.start(root, data, folder);
  const peer = existsSync(NDMJOB) ? await startPeer(root, folder) : undefined;
  if (!peer) say('ndmjob is not installed: no comparison (apt-get install amanda-common)');
  try {
    for (const { name, directory, bytes } of trees) {
      say(`${name} (${TREES[name].files} files, ${(bytes / 1e6).toFixed(0)} MB)`);
      compareStreams(directory, bytes, say);
      await compareBackups(own, peer?.target, directory, bytes, say);
      await timeRecovery(own, join(folder, 'back'), bytes, say);
    }
    say(`peak memory of the server: ${own.peakMegabytes().toFixed(0)} MB`);
  } finally {
    await own.stop();
    await peer?.server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The making of the stream alone, in one thread, beside GNU tar into a pipe. */
function compareStreams(directory: string, bytes: number, say: Say): void {
  const own: number[] = [];
  const gnu: number[] = [];
  for (let run = 0; run <= RUNS; run++) {
    const mine = seconds(() => drain(directory));
    const theirs = seconds(() => spawnSync('sh', ['-c', 'tar -C "$0" -cf - . | cat >/dev/null', directory]));
    if (run === 0) continue; // fills the page cache
    own.push(mine);
    gnu.push(theirs);
  }
  const ratio = median(own.map((time, i) => gnu[i] / time));
  say(`  stream ${rate(bytes, own)}, GNU tar into a pipe ${rate(bytes, gnu)}: ${ratio.toFixed(2)} of its speed`);
}

function drain(directory: string): void {
  const run = startBackup({
    treeRoot: directory,
    inside: '',
    type: 'tar',
    environment: [{ name: 'XATTR', value: 'n' }], // GNU tar reads none either unless it is told to
    history: 'none',
    version: 4,
    dumpRecords: '',
    now: Date.now(),
  });
  for (let done = false; !done;) {
    const piece = run.next(PIECE);
    done = piece.done;
    run.reuse?.(piece.bytes.buffer as ArrayBuffer); // as the server does
  }
  run.close();
}

async function compareBackups(
  own: OwnServer,
  peer: Target | undefined,
  directory: string,
  bytes: number,
  say: Say,
): Promise<void> {
  const times: number[] = [];
  const others: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    times.push(await localBackup(own.target, directory, 'tar'));
    if (peer) {
      writeFileSync(peer.tape, ''); // its tape is a file that only grows
      others.push(await localBackup(peer, directory, 'tar'));
    }
  }
  if (!peer) return say(`  local backup ${rate(bytes, times)}`);
  const ratio = median(times.map((time, i) => others[i] / time));
  say(`  local backup ${rate(bytes, times)}, ndmjob's server ${rate(bytes, others)}: ${ratio.toFixed(2)} of its speed`);
}

async function timeRecovery(own: OwnServer, directory: string, bytes: number, say: Say): Promise<void> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    mkdirSync(directory);
    times.push(await localRecovery(own.target, directory, 'tar'));
    rmSync(directory, { recursive: true });
  }
  say(`  local recovery ${rate(bytes, times)}`);
}

/** The product's own server in a process of its own, with a tape in its first drive. */
export class OwnServer {
  private constructor(
    readonly target: Target,
    private readonly child: ChildProcess,
  ) {}

  /** @param load whether a tape lies in the first drive */
  static async start(root: string, data: string, folder: string, load = true): Promise<OwnServer> {
    const args = ['serve', '--listen', '127.0.0.1:0', '--root', data, '--library', join(folder, 'library')];
    const child = spawn(process.execPath, [join(root, 'dist/ndmp.js'), ...args, '--capacity', '64G'], {
      env: { ...process.env, NDMP_PASSWORD: 'ndmp' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    while (!said.includes('ready')) {
      if (child.exitCode !== null) throw new Error(`ndmp serve ended: ${said}`);
      await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    }
    const port = Number(/listening on 127\.0\.0\.1:(\d+)/.exec(said)?.[1]);
    if (load) await moveCartridge(port, CHANGER, FIRST_SLOT, FIRST_DRIVE);
    return new OwnServer({ port, tape: 'nst0' }, child);
  }

  peakMegabytes(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill();
    await gone;
  }
}

async function startPeer(root: string, folder: string): Promise<{ server: NdmjobServer; target: Target }> {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  copyFileSync(join(root, FORMATTER), join(bin, 'wrap_tar'));
  spawnSync('chmod', ['+x', join(bin, 'wrap_tar')]);
  const tape = join(folder, 'peer-tape');
  writeFileSync(tape, '');
  const server = await NdmjobServer.start(folder, bin);
  return { server, target: { port: server.port, tape } };
}

function seconds(work: () => void): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

function rate(bytes: number, times: number[]): string {
  return `${(bytes / 1e6 / median(times)).toFixed(0)} MB/s`;
}
