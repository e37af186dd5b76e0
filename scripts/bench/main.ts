// npm run bench [FILE…]: how fast captures are indexed and messages decoded, as ratios against reading the file and
// against tshark, side by side in one run. Prints; judges nothing.
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { decodeTree } from '../../src/protocol';
import { openCapture } from '../../src/indexing';
import { generate } from './generate';
import type { Shape } from './generate';
import { HISTORY_PROBE, historyLines, probeHistory } from './history';
import { writeHistory } from './historyWriter';
import type { HistoryShape } from './historyWriter';
import { benchIndirect, INDIRECT_PART, playIndirectPart } from './indirect';
import { benchCatalog } from './catalog';
import { benchOverhead } from './overhead';
import { benchServer } from './server';
import { benchTap } from './tap';
import { MEMORY_PROBE, median, peakMemory, probeMemory, readAndIndex, time, tsharkMs } from './measure';

const ROOT = process.cwd();
const DATA = join(ROOT, 'bench-data');
const MEGABYTES = 300;
const LARGE_MEGABYTES = 1000;
const RUNS = 7;
const HISTORY_SHAPES: readonly HistoryShape[] = ['single paths', 'batches of paths', 'batches of nodes'];
const HISTORY_ENTRIES = 5_000_000;
/** npm run bench -- --history: file history alone. */
const HISTORY_ONLY = '--history';
/** npm run bench -- --server: the embedded server alone. */
const SERVER_ONLY = '--server';
/** npm run bench -- --indirect: the relay of an indirect backup alone. */
const INDIRECT_ONLY = '--indirect';
/** npm run bench -- --overhead: what a run takes beside the transfer, and ndmjob's DMA with the same server. */
const OVERHEAD_ONLY = '--overhead';
/** npm run bench -- --tap [MEGABYTES]: the tap beside socat. */
const TAP_ONLY = '--tap';
/** npm run bench -- --catalog [ENTRIES]: the catalog alone. */
const CATALOG_ONLY = '--catalog';

function say(line: string): void {
  process.stdout.write(line + '\n');
}

/** A generated capture; made once and kept. */
function generated(shape: Shape, megabytes: number): string {
  const path = join(DATA, `${shape}-${megabytes}.pcap`);
  if (!existsSync(path)) {
    say(`making ${path} …`);
    generate(shape, path, megabytes);
  }
  return path;
}

/** A capture with millions of entries of file history; made once and kept. */
function history(shape: HistoryShape): string {
  const path = join(DATA, `history-${shape.replaceAll(' ', '-')}-${HISTORY_ENTRIES}.pcap`);
  if (!existsSync(path)) {
    say(`making ${path} …`);
    writeHistory(shape, path, HISTORY_ENTRIES);
  }
  return path;
}

/** Larger real captures beside the checkout, unpacked once. */
function collected(): string[] {
  const folder = resolve(ROOT, '../shared/captures/big');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => {
    const packed = join(folder, name);
    if (!name.endsWith('.xz')) return packed;
    const path = join(DATA, name.slice(0, -3));
    if (!existsSync(path)) writeFileSync(path, execFileSync('xz', ['-dkc', packed], { maxBuffer: 1 << 30 }));
    return path;
  });
}

function benchFile(path: string): void {
  const bytes = statSync(path).size;
  const { read, index, ratio, rows } = readAndIndex(path, RUNS);
  const tshark = tsharkMs(path);
  const memory = peakMemory(path);
  say(`${path}: ${(bytes / 1e6).toFixed(0)} MB, ${rows} messages`);
  say(`  index pass ${index.toFixed(0)} ms, plain read ${read.toFixed(0)} ms: ${ratio.toFixed(1)} times the read`);
  if (tshark === undefined) say('  tshark is not installed: no comparison (apt-get install tshark)');
  else say(`  tshark ${(tshark / 1000).toFixed(1)} s: the index pass is ${(tshark / index).toFixed(0)} times as fast`);
  const grown = memory.index - memory.read;
  const allowed = 64e6 + 64 * rows;
  say(
    `  peak memory ${mega(memory.index)} MB, of a process that only reads ${mega(memory.read)} MB: ${mega(grown)} MB for ` +
      `the index, ${((100 * grown) / allowed).toFixed(0)} % of 64 bytes a message and 64 MB`,
  );
}

function mega(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

/** How long a person waits: for the first rows of a large capture, and for any row of it. */
async function benchLarge(path: string): Promise<void> {
  const start = performance.now();
  let firstRows: number | undefined;
  const capture = await openCapture(path, {
    onProgress: ({ rows }) => {
      if (rows > 0) firstRows ??= performance.now() - start;
    },
  });
  await capture.done;
  const whole = performance.now() - start;
  const times: number[] = [];
  for (let i = 0; i < 500; i++) {
    const row = (i * 7919 * 101) % capture.index.count;
    times.push(time(() => decodeTree(capture.record(row).payload, capture.context(row))));
  }
  say(`${path}: ${mega(statSync(path).size)} MB, ${capture.index.count} messages, in a worker thread`);
  say(`  first rows after ${firstRows?.toFixed(0)} ms, all after ${whole.toFixed(0)} ms`);
  say(
    `  reading and decoding any row: median ${median(times).toFixed(2)} ms, worst of 500 ${Math.max(...times).toFixed(1)} ms`,
  );
  capture.close();
}

async function main(files: string[]): Promise<void> {
  mkdirSync(DATA, { recursive: true });
  const given = files.length > 0;
  const paths = given ? files : [generated('single', MEGABYTES), generated('batches', MEGABYTES), ...collected()];
  for (const path of paths) benchFile(path);
  if (!given) for (const line of HISTORY_SHAPES.flatMap((shape) => historyLines(history(shape)))) say(line);
  if (!given) for (const shape of ['single', 'batches'] as const) await benchLarge(generated(shape, LARGE_MEGABYTES));
}

const files = process.argv.slice(2);
if (files[0] === HISTORY_PROBE) probeHistory(files[1]);
else if (files[0] === HISTORY_ONLY) {
  mkdirSync(DATA, { recursive: true });
  for (const shape of HISTORY_SHAPES) for (const line of historyLines(history(shape))) say(line);
} else if (files[0] === SERVER_ONLY) void benchServer(ROOT, DATA, say);
else if (files[0] === CATALOG_ONLY) void benchCatalog(DATA, say, files[1] === undefined ? undefined : Number(files[1]));
else if (files[0] === INDIRECT_ONLY) void benchIndirect(say);
else if (files[0] === TAP_ONLY) void benchTap(ROOT, say, Number(files[1] ?? 1000));
else if (files[0] === OVERHEAD_ONLY) void benchOverhead(ROOT, DATA, say);
else if (files[0] === INDIRECT_PART) void playIndirectPart(files.slice(1));
else if (files[0] === MEMORY_PROBE) probeMemory(files[1], files[2]);
else void main(files);
