import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { FileSource } from '../../src/indexing/fileSource';
import { openCaptureSync } from '../../src/indexing/openCaptureSync';

/** First argument of a process that only measures its memory. */
export const MEMORY_PROBE = '--memory-probe';

const READ_BLOCK = 1024 * 1024;

export function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

/** Reads a whole file and does nothing with it. */
export function plainRead(path: string): void {
  const source = new FileSource(path);
  const block = new Uint8Array(READ_BLOCK);
  for (let at = 0, read = 1; read > 0; at += read) read = source.read(at, block.length, block);
  source.close();
}

/** Milliseconds that `work` takes. */
export function time(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** Milliseconds of processor time that `work` takes, on all threads of this process. */
export function cpuTime(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** Plain reads and index passes in turn, so that both meet the same machine. */
export function readAndIndex(path: string, runs: number): { read: number; index: number; ratio: number; rows: number } {
  const reads: number[] = [];
  const indexes: number[] = [];
  let rows = 0;
  for (let run = 0; run <= runs; run++) {
    const read = time(() => plainRead(path));
    const index = time(() => {
      const capture = openCaptureSync(path);
      rows = capture.index.count;
      capture.close();
    });
    if (run === 0) continue; // warm-up
    reads.push(read);
    indexes.push(index);
  }
  return { read: median(reads), index: median(indexes), ratio: median(indexes.map((ms, i) => ms / reads[i])), rows };
}

/** Milliseconds of tshark listing the sequence numbers; undefined when it is not installed. */
export function tsharkMs(path: string): number | undefined {
  const start = performance.now();
  const run = spawnSync('tshark', ['-r', path, '-Y', 'ndmp', '-T', 'fields', '-e', 'ndmp.sequence'], {
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  return run.error || run.status !== 0 ? undefined : performance.now() - start;
}

/** Peak memory in bytes of a fresh process that indexes the file, and of one that only reads it. */
export function peakMemory(path: string): { index: number; read: number } {
  const peak = (what: 'index' | 'read'): number => {
    const run = spawnSync(process.execPath, [process.argv[1], MEMORY_PROBE, what, path], { encoding: 'utf8' });
    return Number(run.stdout);
  };
  return { index: peak('index'), read: peak('read') };
}

/** Does one thing and prints the peak memory of the process: what {@link peakMemory} starts. */
export function probeMemory(what: string, path: string): void {
  if (what === 'index') openCaptureSync(path).close();
  else plainRead(path);
  process.stdout.write(String(peakResident()));
}

/** Peak resident memory of this process. The figure of getrusage would include that of the process that started it. */
function peakResident(): number {
  const status = '/proc/self/status';
  const kilobytes = existsSync(status) ? /VmHWM:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1] : undefined;
  return (kilobytes === undefined ? process.resourceUsage().maxRSS : Number(kilobytes)) * 1024;
}
